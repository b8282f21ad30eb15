import Base

extension UnitSystem {
  /// A number with a unit in SI units of its dimension; nil where the unit is not of that dimension.
  ///
  /// A temperature is a point on its scale: `20 degC` is 293.15 K.
  package static func toSI(_ number: Double, unit: String, dimension: String) -> Double? {
    guard let unit = Unit.named(unit), unit.dimension == Dimension.named(dimension) else {
      return nil
    }
    return unit.toSI(number)
  }

  /// A quantity as a bare number of this system: `1 kN` is 1000 where force is in N.
  ///
  /// A dimension that the system does not name follows from those that it does: with
  /// `{length: mm, force: N}` a pressure is in N/mm². Nothing is assumed about the others.
  ///
  /// A temperature may be a point or a difference, and only its author knows which. Between scales
  /// with one zero both convert alike; between `K` and `degC` they do not, so that is refused.
  package func number(_ number: Double, unit symbol: String) throws(KilnError) -> Double {
    guard let unit = Unit.named(symbol) else { throw UnitSystem.unknown(symbol) }
    if unit.dimension == .none { return unit.scale.times(number) }
    if let own = units.values.sorted().compactMap(Unit.named).first(where: {
      $0.dimension == unit.dimension
    }) {
      guard own.zero == unit.zero else { throw ambiguous(number, unit, own) }
      return own.scale == unit.scale ? number : (unit.scale / own.scale).times(number)
    }
    guard contradiction == nil, let derived = derivedScale(of: unit.dimension) else {
      throw undetermined(unit)
    }
    return (unit.scale / derived).times(number)
  }

  /// A unit that nobody knows, with the nearest that somebody does.
  /// - Parameter dimension: nil: any.
  package static func unknown(_ symbol: String, dimension: Dimension? = nil) -> KilnError {
    let known = Unit.symbols(of: dimension)
    let fix: String?
    if let near = nearest(to: symbol, among: known) {
      fix = "did you mean `\(near)`?"
    } else {
      fix = dimension == nil || known.isEmpty ? nil : "known are \(UnitSystem.listed(known))"
    }
    return KilnError(.invalidFile, "unknown unit `\(symbol)`", fix: fix)
  }

  private static func listed(_ symbols: [String]) -> String {
    symbols.map { "`\($0)`" }.joined(separator: ", ")
  }

  private func ambiguous(_ number: Double, _ unit: Unit, _ own: Unit) -> KilnError {
    KilnError(
      .invalidFile,
      "`\(Value.quantity(number, unit: unit.symbol))` may be a temperature or a difference",
      fix: "write it in `\(own.symbol)`, the unit of `units`")
  }

  private func undetermined(_ unit: Unit) -> KilnError {
    guard !units.isEmpty else {
      return KilnError(
        .invalidFile, "nothing says which unit `\(unit.symbol)` becomes",
        fix: "add the unit system of the file, such as `units: {length: mm, force: N}`")
    }
    let missing = unit.dimension.name.map { "`\($0)`" } ?? "every dimension of `\(unit.symbol)`"
    return KilnError(
      .invalidFile, "`units` does not determine what `\(unit.symbol)` becomes",
      fix: "add \(missing) to `units`")
  }
}

extension UnitSystem {
  /// An entry that contradicts the others, such as a pressure in Pa beside N and mm.
  package var contradiction: (name: String, others: [String])? {
    var earlier = UnitSystem()
    for (name, _) in Dimension.names {
      guard let symbol = units[name], let unit = Unit.named(symbol) else { continue }
      if let derived = earlier.derivedScale(of: unit.dimension) {
        let ratio = (unit.scale / derived).value
        if abs(ratio - 1) > 1e-9 {
          return (name, earlier.units.sorted { $0.key < $1.key }.map(\.value))
        }
      }
      earlier.units[name] = symbol
    }
    return nil
  }

  /// SI units in one unit of a dimension, from those that the system names; nil where it cannot.
  ///
  /// Solves for the exponents with which the named units multiply to the dimension.
  private func derivedScale(of dimension: Dimension) -> Scale? {
    let named = units.keys.sorted().compactMap { units[$0].flatMap(Unit.named) }
    guard
      let powers = RationalSystem.solve(
        columns: named.map(\.dimension.exponents), target: dimension.exponents)
    else { return nil }
    var scale = Scale.one
    for (unit, power) in zip(named, powers) {
      guard let factor = unit.scale.raised(to: power) else { return nil }
      scale = scale * factor
    }
    return scale
  }
}
