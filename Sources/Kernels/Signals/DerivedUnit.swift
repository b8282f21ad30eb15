/// Units of squares, products and quotients, from units as files write them.
enum DerivedUnit {
  /// `mm` gives `mm^2`, `m/s^2` gives `(m/s^2)^2`; no unit stays none.
  static func square(_ unit: String?) -> String? {
    unit.map { $0.allSatisfy { $0.isLetter || $0 == "%" } ? "\($0)^2" : "(\($0))^2" }
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
