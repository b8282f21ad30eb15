import Glibc

extension UnitSystem {
  /// A number with a unit in SI units of its dimension; nil where the unit is not of that dimension.
  package static func toSI(_ number: Double, unit: String, dimension: String) -> Double? {
    guard let unit = Unit.named(unit), unit.dimension == Dimension.named[dimension] else {
      return nil
    }
    return number * unit.factor + unit.offset
  }

  /// A quantity as a plain number in this system: `1 kN` is 1000 where force is in N.
  ///
  /// A dimension that the system does not name follows from those that it does: with
  /// `{length: mm, force: N}` a pressure is in N/mm². Time is in seconds unless the system says
  /// otherwise. Nil where the unit is unknown or the system does not determine its dimension.
  package func number(_ number: Double, unit symbol: String) -> Double? {
    guard let unit = Unit.named(symbol) else { return nil }
    let own = units.values.compactMap(Unit.named).first { $0.dimension == unit.dimension }
    if let own { return (number * unit.factor + unit.offset - own.offset) / own.factor }
    guard unit.offset == 0, let factor = derivedFactor(of: unit.dimension) else { return nil }
    return number * unit.factor / factor
  }

  /// SI units in one unit of a derived dimension of this system.
  private func derivedFactor(of dimension: Dimension) -> Double? {
    if dimension == Dimension() { return 1 }
    var factor = 1.0
    var left = dimension
    // Mass follows from force where no mass is given: M = F·L⁻¹·T².
    if units["mass"] == nil, dimension.mass != 0 {
      guard let force = named("force") else { return nil }
      factor = pow(force, Double(dimension.mass))
      left = Dimension(
        length: dimension.length - dimension.mass, time: dimension.time + 2 * dimension.mass,
        temperature: dimension.temperature, data: dimension.data)
    }
    let bases = [
      (left.length, named("length")), (left.mass, named("mass")), (left.time, named("time") ?? 1),
      (left.temperature, named("temperature")), (left.data, 1),
    ]
    for (exponent, base) in bases where exponent != 0 {
      guard let base else { return nil }
      factor *= pow(base, Double(exponent))
    }
    return factor
  }

  private func named(_ dimension: String) -> Double? {
    units[dimension].flatMap(Unit.named).map(\.factor)
  }
}
