import Base
import JobModel
import Testing

@Suite("units")
struct UnitTests {
  struct Conversion: Sendable {
    let number: Double
    let unit: String
    let dimension: String
    let expected: Double
  }

  /// Exact where the definition of the unit is.
  @Test(
    "a quantity converts to SI units",
    arguments: [
      Conversion(number: 2.5, unit: "mm", dimension: "length", expected: 0.0025),
      Conversion(number: 12, unit: "in", dimension: "length", expected: 0.3048),
      Conversion(number: 1, unit: "ft", dimension: "length", expected: 0.3048),
      Conversion(number: 7.85, unit: "g/cm^3", dimension: "density", expected: 7850),
      Conversion(number: 7.85e-9, unit: "t/mm^3", dimension: "density", expected: 7850),
      Conversion(number: 210, unit: "GPa", dimension: "pressure", expected: 210e9),
      Conversion(number: 1, unit: "N/mm²", dimension: "pressure", expected: 1e6),
      Conversion(number: 2, unit: "kN*m", dimension: "moment", expected: 2000),
      Conversion(number: 9.81, unit: "m/s2", dimension: "acceleration", expected: 9.81),
      Conversion(number: 36, unit: "km/h", dimension: "velocity", expected: 10),
      Conversion(number: 10, unit: "min", dimension: "time", expected: 600),
      Conversion(number: 250, unit: "us", dimension: "time", expected: 250e-6),
      Conversion(number: 50, unit: "Hz", dimension: "frequency", expected: 50),
      Conversion(number: 20, unit: "degC", dimension: "temperature", expected: 293.15),
      Conversion(number: 4, unit: "GiB", dimension: "bytes", expected: 4_294_967_296),
      Conversion(number: 512, unit: "MB", dimension: "bytes", expected: 512e6),
      Conversion(number: 5, unit: "%", dimension: "ratio", expected: 0.05),
    ])
  func toSI(_ case: Conversion) throws {
    let value = try #require(
      UnitSystem.toSI(`case`.number, unit: `case`.unit, dimension: `case`.dimension))
    // One rounding for each factor of the unit.
    #expect(abs(value - `case`.expected) <= 4 * `case`.expected.ulp)
  }

  @Test("pounds, Fahrenheit and degrees agree with their definitions")
  func definitions() throws {
    let psi = try #require(UnitSystem.toSI(1, unit: "psi", dimension: "pressure"))
    let byParts = try #require(UnitSystem.toSI(1, unit: "lbf/in^2", dimension: "pressure"))
    #expect(abs(psi - 6894.757293168361) < 1e-9)
    #expect(abs(psi - byParts) < 1e-9)
    let boiling = try #require(UnitSystem.toSI(212, unit: "degF", dimension: "temperature"))
    #expect(abs(boiling - 373.15) < 1e-12)
    let half = try #require(UnitSystem.toSI(180, unit: "deg", dimension: "angle"))
    #expect(abs(half - .pi) < 1e-15)
  }

  @Test(
    "a unit of another dimension, or of none, does not convert",
    arguments: [
      ("mm", "force"), ("deg", "ratio"), ("B", "time"), ("furlong", "length"), ("", "length"),
      ("mm^", "length"), ("mm/", "length"), ("/mm", "length"), ("mm", "girth"),
    ])
  func refused(unit: String, dimension: String) {
    #expect(UnitSystem.toSI(1, unit: unit, dimension: dimension) == nil)
  }

  @Test("every symbol stands for itself", arguments: Unit.symbols)
  func symbols(_ symbol: String) { #expect(Unit.named(symbol)?.symbol == symbol) }

  @Test("decimal prefixes convert without an error in the last digit")
  func exactPrefixes() throws {
    let system = UnitSystem(["length": "mm", "force": "N"])
    #expect(try system.number(5, unit: "cm") == 50)
    #expect(try system.number(0.3, unit: "m") == 300)
    #expect(try system.number(1.1, unit: "kN") == 1100)
    #expect(try system.number(2.7, unit: "mm") == 2.7)
    #expect(try system.number(210, unit: "GPa") == 210_000)
  }
}

@Suite("unit systems")
struct UnitSystemTests {
  @Test("dimensions that a system does not name follow from those that it does")
  func derived() throws {
    let system = UnitSystem(["length": "mm", "force": "N", "time": "s"])
    #expect(try system.number(1, unit: "MPa") == 1)
    #expect(try system.number(2, unit: "N*m") == 2000)
    #expect(try system.number(1, unit: "t") == 1)
    let steel = try system.number(7850, unit: "kg/m^3")
    #expect(abs(steel - 7.85e-9) < 1e-23)
    #expect(try system.number(3, unit: "m^2") == 3e6)
    #expect(try system.number(50, unit: "Hz") == 50)
  }

  @Test("a system of pressure, mass and length determines time by a square root")
  func roots() throws {
    // MPa = t·mm⁻¹·s⁻²: the time unit that goes with them is the second.
    let system = UnitSystem(["pressure": "MPa", "mass": "t", "length": "mm"])
    #expect(abs(try system.number(3, unit: "s") - 3) < 1e-15)
    #expect(abs(try system.number(5, unit: "kN") - 5000) < 1e-11)
  }

  @Test("nothing is assumed about dimensions that do not follow")
  func undetermined() {
    let system = UnitSystem(["length": "mm", "force": "N"])
    #expect(
      throws: KilnError(
        .invalidFile, "`units` does not determine what `ms` becomes", fix: "add `time` to `units`")
    ) { try system.number(1, unit: "ms") }
    #expect(
      throws: KilnError(
        .invalidFile, "nothing says which unit `mm` becomes",
        fix: "add the unit system of the file, such as `units: {length: mm, force: N}`")
    ) { try UnitSystem().number(1, unit: "mm") }
  }

  @Test("a temperature converts only between scales with one zero")
  func temperatures() throws {
    #expect(try UnitSystem(["temperature": "degC"]).number(20, unit: "degC") == 20)
    #expect(try UnitSystem(["temperature": "degC"]).number(20, unit: "°C") == 20)
    #expect(
      throws: KilnError(
        .invalidFile, "`20 degC` may be a temperature or a difference",
        fix: "write it in `K`, the unit of `units`")
    ) { try UnitSystem(["temperature": "K"]).number(20, unit: "degC") }
  }

  @Test("a system that contradicts itself is found out")
  func contradiction() {
    #expect(UnitSystem(["length": "mm", "force": "N", "pressure": "MPa"]).contradiction == nil)
    let wrong = UnitSystem(["length": "mm", "force": "N", "pressure": "Pa"]).contradiction
    #expect(wrong?.name == "pressure")
    #expect(wrong?.others == ["N", "mm"])
  }
}
