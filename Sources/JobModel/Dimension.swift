/// A physical dimension as exponents of base dimensions.
///
/// Angles and bytes count as bases of their own, so that `5 deg` cannot pass for a bare factor.
package struct Dimension: Hashable, Sendable {
  package let length: Int
  package let mass: Int
  package let time: Int
  package let temperature: Int
  package let angle: Int
  package let data: Int

  package init(
    length: Int = 0, mass: Int = 0, time: Int = 0, temperature: Int = 0, angle: Int = 0,
    data: Int = 0
  ) {
    self.length = length
    self.mass = mass
    self.time = time
    self.temperature = temperature
    self.angle = angle
    self.data = data
  }

  /// A pure number.
  package static let none = Dimension()

  package var exponents: [Int] { [length, mass, time, temperature, angle, data] }

  private init(_ exponents: [Int]) {
    self.init(
      length: exponents[0], mass: exponents[1], time: exponents[2], temperature: exponents[3],
      angle: exponents[4], data: exponents[5])
  }

  package static func * (a: Dimension, b: Dimension) -> Dimension {
    Dimension(zip(a.exponents, b.exponents).map { $0 + $1 })
  }

  package func raised(to power: Int) -> Dimension { Dimension(exponents.map { $0 * power }) }
}

extension Dimension {
  /// The names that a job file's `units` and a kernel's declaration may use, in the order of lists.
  package static let names: [(name: String, dimension: Dimension)] = [
    ("length", Dimension(length: 1)),
    ("area", Dimension(length: 2)),
    ("volume", Dimension(length: 3)),
    ("mass", Dimension(mass: 1)),
    ("time", Dimension(time: 1)),
    ("frequency", Dimension(time: -1)),
    ("velocity", Dimension(length: 1, time: -1)),
    ("acceleration", Dimension(length: 1, time: -2)),
    ("force", Dimension(length: 1, mass: 1, time: -2)),
    ("moment", Dimension(length: 2, mass: 1, time: -2)),
    ("energy", Dimension(length: 2, mass: 1, time: -2)),
    ("power", Dimension(length: 2, mass: 1, time: -3)),
    ("pressure", Dimension(length: -1, mass: 1, time: -2)),
    ("density", Dimension(length: -3, mass: 1)),
    ("temperature", Dimension(temperature: 1)),
    ("angle", Dimension(angle: 1)),
    ("bytes", Dimension(data: 1)),
    ("ratio", .none),
  ]

  /// The dimension of a name in ``names``; nil for any other word.
  package static func named(_ name: String) -> Dimension? {
    names.first { $0.name == name }?.dimension
  }

  /// What people call it; nil for a dimension without a name of its own, such as force per length.
  package var name: String? { Dimension.names.first { $0.dimension == self }?.name }
}
