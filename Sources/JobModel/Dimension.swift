/// A physical dimension as exponents of the base dimensions; bytes count as a base of their own.
package struct Dimension: Hashable, Sendable {
  package let length: Int
  package let mass: Int
  package let time: Int
  package let temperature: Int
  package let data: Int

  package init(length: Int = 0, mass: Int = 0, time: Int = 0, temperature: Int = 0, data: Int = 0) {
    self.length = length
    self.mass = mass
    self.time = time
    self.temperature = temperature
    self.data = data
  }

  /// The names that a job file's `units` and a kernel's declaration may use.
  package static let named: [String: Dimension] = [
    "length": Dimension(length: 1),
    "area": Dimension(length: 2),
    "volume": Dimension(length: 3),
    "mass": Dimension(mass: 1),
    "time": Dimension(time: 1),
    "frequency": Dimension(time: -1),
    "velocity": Dimension(length: 1, time: -1),
    "acceleration": Dimension(length: 1, time: -2),
    "force": Dimension(length: 1, mass: 1, time: -2),
    "moment": Dimension(length: 2, mass: 1, time: -2),
    "energy": Dimension(length: 2, mass: 1, time: -2),
    "power": Dimension(length: 2, mass: 1, time: -3),
    "pressure": Dimension(length: -1, mass: 1, time: -2),
    "density": Dimension(length: -3, mass: 1),
    "temperature": Dimension(temperature: 1),
    "angle": Dimension(),
    "bytes": Dimension(data: 1),
  ]
}

/// A unit: how many SI units one of it is, and of which dimension.
package struct Unit: Sendable {
  package let symbol: String
  package let factor: Double
  /// Added after scaling, for temperatures on a shifted scale.
  package let offset: Double
  package let dimension: Dimension

  private init(_ symbol: String, _ factor: Double, _ dimension: String, offset: Double = 0) {
    guard let known = Dimension.named[dimension] else {
      preconditionFailure("no dimension \(dimension)")
    }
    self.symbol = symbol
    self.factor = factor
    self.offset = offset
    self.dimension = known
  }

  package static func named(_ symbol: String) -> Unit? { table[symbol] }
  package static var symbols: [String] { table.keys.sorted() }

  private static let table = Dictionary(uniqueKeysWithValues: all.map { ($0.symbol, $0) })

  // Factors: SI brochure; inch, pound and pound-force after the international yard and pound (1959).
  private static let all: [Unit] = [
    Unit("m", 1, "length"), Unit("km", 1e3, "length"), Unit("cm", 1e-2, "length"),
    Unit("mm", 1e-3, "length"), Unit("um", 1e-6, "length"), Unit("µm", 1e-6, "length"),
    Unit("in", 0.0254, "length"), Unit("ft", 0.3048, "length"),
    Unit("m^2", 1, "area"), Unit("mm^2", 1e-6, "area"),
    Unit("m^3", 1, "volume"), Unit("mm^3", 1e-9, "volume"), Unit("l", 1e-3, "volume"),
    Unit("kg", 1, "mass"), Unit("g", 1e-3, "mass"), Unit("t", 1e3, "mass"),
    Unit("lb", 0.453_592_37, "mass"),
    Unit("s", 1, "time"), Unit("ms", 1e-3, "time"), Unit("us", 1e-6, "time"),
    Unit("µs", 1e-6, "time"), Unit("ns", 1e-9, "time"), Unit("min", 60, "time"),
    Unit("h", 3600, "time"), Unit("d", 86_400, "time"),
    Unit("Hz", 1, "frequency"), Unit("kHz", 1e3, "frequency"), Unit("MHz", 1e6, "frequency"),
    Unit("m/s", 1, "velocity"), Unit("mm/s", 1e-3, "velocity"),
    Unit("km/h", 1 / 3.6, "velocity"),
    Unit("m/s^2", 1, "acceleration"), Unit("mm/s^2", 1e-3, "acceleration"),
    Unit("N", 1, "force"), Unit("kN", 1e3, "force"), Unit("MN", 1e6, "force"),
    Unit("mN", 1e-3, "force"), Unit("lbf", 4.448_221_615_260_5, "force"),
    Unit("N*m", 1, "moment"), Unit("N*mm", 1e-3, "moment"), Unit("kN*m", 1e3, "moment"),
    Unit("J", 1, "energy"), Unit("kJ", 1e3, "energy"),
    Unit("W", 1, "power"), Unit("kW", 1e3, "power"),
    Unit("Pa", 1, "pressure"), Unit("kPa", 1e3, "pressure"), Unit("MPa", 1e6, "pressure"),
    Unit("GPa", 1e9, "pressure"), Unit("bar", 1e5, "pressure"),
    Unit("N/mm^2", 1e6, "pressure"), Unit("psi", 6_894.757_293_168, "pressure"),
    Unit("kg/m^3", 1, "density"), Unit("g/cm^3", 1e3, "density"), Unit("t/mm^3", 1e12, "density"),
    Unit("K", 1, "temperature"), Unit("degC", 1, "temperature", offset: 273.15),
    Unit("rad", 1, "angle"), Unit("deg", Double.pi / 180, "angle"),
    Unit("B", 1, "bytes"), Unit("kB", 1e3, "bytes"), Unit("MB", 1e6, "bytes"),
    Unit("GB", 1e9, "bytes"), Unit("TB", 1e12, "bytes"), Unit("KiB", 1024, "bytes"),
    Unit("MiB", 1_048_576, "bytes"), Unit("GiB", 1_073_741_824, "bytes"),
    Unit("TiB", 1_099_511_627_776, "bytes"),
  ]
}
