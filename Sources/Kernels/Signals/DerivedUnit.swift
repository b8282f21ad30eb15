/// Units of squares, products and quotients, from units as files write them.
enum DerivedUnit {
  /// `mm` gives `mm^2`, `m/s^2` gives `(m/s^2)^2`; no unit stays none.
  static func square(_ unit: String?) -> String? { product(of: [(unit, 2)]) }

  /// The unit of a root of a power density: `MPa^2/Hz` gives `MPa`, `(m/s^2)^2/Hz` gives `m/s^2`; nil
  /// where the unit is no square per hertz.
  static func root(ofDensity unit: String?) -> String? {
    guard var rest = unit?.filter({ $0 != " " }), rest.lowercased().hasSuffix("/hz") else {
      return nil
    }
    rest.removeLast(3)
    guard let mark = ["^2", "²", "**2"].first(where: { rest.hasSuffix($0) }) else { return nil }
    rest.removeLast(mark.count)
    if rest.first == "(", rest.last == ")" { rest = String(rest.dropFirst().dropLast()) }
    return rest.isEmpty || rest.contains(where: { "*·".contains($0) }) ? nil : rest
  }

  /// A product of powers: `mm` cubed and `K` give `mm^3*K`; nil where no factor has a unit.
  static func product(of powers: [(unit: String?, exponent: Int)]) -> String? {
    var exponents: [(unit: String, exponent: Int)] = []
    for (unit, exponent) in powers {
      guard let unit else { continue }
      if let place = exponents.firstIndex(where: { $0.unit == unit }) {
        exponents[place].exponent += exponent
      } else {
        exponents.append((unit, exponent))
      }
    }
    let factors = exponents.map { unit, exponent in
      let isPlain = unit.allSatisfy { $0.isLetter || $0 == "%" }
      if exponent == 1 { return isPlain || exponents.count == 1 ? unit : "(\(unit))" }
      return isPlain ? "\(unit)^\(exponent)" : "(\(unit))^\(exponent)"
    }
    return factors.isEmpty ? nil : factors.joined(separator: "*")
  }

  /// A unit over a product of powers, a power of it taken out of both: `mm` over `mm` squared gives `1/mm`.
  static func quotient(_ unit: String?, by powers: [(unit: String?, exponent: Int)]) -> String? {
    var (rest, powers) = (unit, powers)
    if let unit, let place = powers.firstIndex(where: { $0.unit == unit }) {
      powers[place].exponent -= 1
      rest = nil
    }
    return quotient(rest, product(of: powers.filter { $0.exponent > 0 }))
  }

  static func product(_ a: String?, _ b: String?) -> String? {
    guard let a, let b else { return a ?? b }
    return a == b ? square(a) : "\(grouped(a, "/"))*\(grouped(b, "/"))"
  }

  /// No unit is the unit 1.
  static func quotient(_ a: String?, _ b: String?) -> String? {
    guard let b else { return a }
    if a == b { return nil }
    return "\(a.map { grouped($0, "/") } ?? "1")/\(grouped(b, "/*·"))"
  }

  /// In parentheses where one of these signs stands outside of others.
  private static func grouped(_ unit: String, _ signs: String) -> String {
    var depth = 0
    for character in unit {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if depth == 0, signs.contains(character) { return "(\(unit))" }
    }
    return unit
  }
}
