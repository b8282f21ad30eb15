/// A unit of measurement: how many SI units one of it is, and of which dimension.
package struct Unit: Hashable, Sendable {
  package let symbol: String
  /// SI units in one of it.
  package let scale: Scale
  /// The SI value at which its scale reads zero: 273.15 for degrees Celsius, 0 for almost all.
  package let zero: Double
  package let dimension: Dimension

  init(_ symbol: String, _ scale: Scale, _ dimension: Dimension, zero: Double = 0) {
    self.symbol = symbol
    self.scale = scale
    self.zero = zero
    self.dimension = dimension
  }

  /// A number of this unit in SI units.
  package func toSI(_ number: Double) -> Double { scale.times(number) + zero }

  /// The symbols that stand alone, in the order of lists; others are built with `*`, `/` and `^`.
  package static let symbols: [String] = simple.map(\.symbol)

  /// Those of one dimension, ASCII only; of all dimensions where none is given.
  package static func symbols(of dimension: Dimension?) -> [String] {
    simple.filter { unit in
      unit.symbol.utf8.allSatisfy { $0 < 0x80 } && (dimension.map { $0 == unit.dimension } ?? true)
    }.map(\.symbol)
  }

  /// Reads `kN`, `N/mm^2`, `kg*m^2`, `m/s²`; nil where a symbol is unknown.
  ///
  /// Within a product a temperature counts as a difference: `W/m/degC` is `W/m/K`.
  package static func named(_ text: String) -> Unit? {
    if let unit = bySymbol[text] { return unit }
    guard text.utf8.count <= 64 else { return nil }
    var scale = Scale.one
    var dimension = Dimension.none
    var divides = false
    var rest = text[...]
    for _ in 0..<factorsMax {
      let end = rest.firstIndex { "*·/".contains($0) } ?? rest.endIndex
      guard let (unit, power) = factor(rest[..<end]) else { return nil }
      let signed = divides ? -power : power
      scale = scale * unit.scale.raised(to: signed)
      dimension = dimension * unit.dimension.raised(to: signed)
      guard end < rest.endIndex else { return Unit(text, scale, dimension) }
      divides = rest[end] == "/"
      rest = rest[rest.index(after: end)...]
    }
    return nil
  }

  /// `W/m^2/K` has three.
  private static let factorsMax = 5

  /// A symbol with its power: `mm^2`, `s²`, `m3`.
  private static func factor(_ text: Substring) -> (Unit, power: Int)? {
    if let unit = bySymbol[String(text)] { return (unit, 1) }
    let power: Int
    switch text.last {
    case "2", "²": power = 2
    case "3", "³": power = 3
    case "4": power = 4
    default: return nil
    }
    var symbol = text.dropLast()
    if symbol.last == "^" { symbol = symbol.dropLast() }
    return bySymbol[String(symbol)].map { ($0, power) }
  }
}

extension Unit {
  private static let bySymbol = Dictionary(uniqueKeysWithValues: simple.map { ($0.symbol, $0) })

  // Inch, foot and pound: international yard and pound agreement, 1959. Pound-force and
  // kilogram-force: with the standard acceleration 9.80665 m/s². Bytes: IEC 80000-13.
  private static let simple: [Unit] =
    lengths + masses + times + forces + pressures + energies + others + bytes

  private static let length = Dimension(length: 1)
  private static let mass = Dimension(mass: 1)
  private static let time = Dimension(time: 1)
  private static let force = Dimension(length: 1, mass: 1, time: -2)
  private static let pressure = Dimension(length: -1, mass: 1, time: -2)
  private static let energy = Dimension(length: 2, mass: 1, time: -2)

  private static let lengths = [
    Unit("m", .one, length), Unit("km", Scale(1, tenTo: 3), length),
    Unit("dm", Scale(1, tenTo: -1), length), Unit("cm", Scale(1, tenTo: -2), length),
    Unit("mm", Scale(1, tenTo: -3), length), Unit("um", Scale(1, tenTo: -6), length),
    Unit("µm", Scale(1, tenTo: -6), length), Unit("μm", Scale(1, tenTo: -6), length),
    Unit("nm", Scale(1, tenTo: -9), length), Unit("in", Scale(2.54, tenTo: -2), length),
    Unit("ft", Scale(3.048, tenTo: -1), length),
    Unit("l", Scale(1, tenTo: -3), Dimension(length: 3)),
  ]

  private static let masses = [
    Unit("kg", .one, mass), Unit("g", Scale(1, tenTo: -3), mass),
    Unit("mg", Scale(1, tenTo: -6), mass), Unit("t", Scale(1, tenTo: 3), mass),
    Unit("lb", Scale(0.453_592_37), mass),
  ]

  private static let times = [
    Unit("s", .one, time), Unit("ms", Scale(1, tenTo: -3), time),
    Unit("us", Scale(1, tenTo: -6), time), Unit("µs", Scale(1, tenTo: -6), time),
    Unit("μs", Scale(1, tenTo: -6), time), Unit("ns", Scale(1, tenTo: -9), time),
    Unit("min", Scale(60), time), Unit("h", Scale(3600), time), Unit("d", Scale(86_400), time),
    Unit("Hz", .one, Dimension(time: -1)), Unit("kHz", Scale(1, tenTo: 3), Dimension(time: -1)),
    Unit("MHz", Scale(1, tenTo: 6), Dimension(time: -1)),
  ]

  private static let forces = [
    Unit("N", .one, force), Unit("mN", Scale(1, tenTo: -3), force),
    Unit("kN", Scale(1, tenTo: 3), force), Unit("MN", Scale(1, tenTo: 6), force),
    Unit("lbf", Scale(4.448_221_615_260_5), force), Unit("kgf", Scale(9.80665), force),
    Unit("Nm", .one, energy), Unit("Nmm", Scale(1, tenTo: -3), energy),
    Unit("kNm", Scale(1, tenTo: 3), energy),
  ]

  private static let pressures = [
    Unit("Pa", .one, pressure), Unit("kPa", Scale(1, tenTo: 3), pressure),
    Unit("MPa", Scale(1, tenTo: 6), pressure), Unit("GPa", Scale(1, tenTo: 9), pressure),
    Unit("bar", Scale(1, tenTo: 5), pressure), Unit("mbar", Scale(1, tenTo: 2), pressure),
    Unit("psi", Scale(4.448_221_615_260_5 / (2.54 * 2.54), tenTo: 4), pressure),
    Unit("ksi", Scale(4.448_221_615_260_5 / (2.54 * 2.54), tenTo: 7), pressure),
  ]

  private static let energies = [
    Unit("J", .one, energy), Unit("mJ", Scale(1, tenTo: -3), energy),
    Unit("kJ", Scale(1, tenTo: 3), energy), Unit("MJ", Scale(1, tenTo: 6), energy),
    Unit("W", .one, Dimension(length: 2, mass: 1, time: -3)),
    Unit("kW", Scale(1, tenTo: 3), Dimension(length: 2, mass: 1, time: -3)),
    Unit("MW", Scale(1, tenTo: 6), Dimension(length: 2, mass: 1, time: -3)),
  ]

  private static let others = [
    Unit("K", .one, Dimension(temperature: 1)),
    Unit("degC", .one, Dimension(temperature: 1), zero: 273.15),
    Unit("°C", .one, Dimension(temperature: 1), zero: 273.15),
    Unit("degF", Scale(5.0 / 9), Dimension(temperature: 1), zero: 459.67 * 5 / 9),
    Unit("rad", .one, Dimension(angle: 1)), Unit("deg", Scale(.pi / 180), Dimension(angle: 1)),
    Unit("%", Scale(1, tenTo: -2), .none),
  ]

  private static let bytes = [
    Unit("B", .one, Dimension(data: 1)), Unit("kB", Scale(1, tenTo: 3), Dimension(data: 1)),
    Unit("MB", Scale(1, tenTo: 6), Dimension(data: 1)),
    Unit("GB", Scale(1, tenTo: 9), Dimension(data: 1)),
    Unit("TB", Scale(1, tenTo: 12), Dimension(data: 1)),
    Unit("KiB", Scale(1024), Dimension(data: 1)),
    Unit("MiB", Scale(1_048_576), Dimension(data: 1)),
    Unit("GiB", Scale(1_073_741_824), Dimension(data: 1)),
    Unit("TiB", Scale(1_099_511_627_776), Dimension(data: 1)),
  ]
}
