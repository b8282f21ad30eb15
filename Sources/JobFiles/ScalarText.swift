import JobModel

/// Reading of single values: numbers, quantities, flags.
enum ScalarText {
  /// A value as its spelling suggests; quoted ones are texts.
  static func value(_ scalar: Node.Scalar) -> Value {
    if scalar.isQuoted { return .text(scalar.text) }
    if let number = number(scalar.text) { return .number(number) }
    if let (number, unit) = quantity(scalar.text) { return .quantity(number, unit: unit) }
    switch scalar.text {
    case "true": return .flag(true)
    case "false": return .flag(false)
    default: return .text(scalar.text)
    }
  }

  /// A finite decimal number; no `inf`, `nan` or hexadecimal.
  static func number(_ text: String) -> Double? {
    guard
      let first = text.utf8.first(where: { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "+") }),
      (0x30...0x39).contains(first) || first == UInt8(ascii: "."),
      !text.utf8.contains(UInt8(ascii: "x")), !text.utf8.contains(UInt8(ascii: "X")),
      let number = Double(text), number.isFinite
    else { return nil }
    return number
  }

  /// `1.5 kN`, with a space between; the unit must be known.
  static func quantity(_ text: String) -> (Double, unit: String)? {
    let parts = text.split(separator: " ", omittingEmptySubsequences: true)
    guard parts.count == 2, let number = number(String(parts[0])),
      Unit.named(String(parts[1])) != nil
    else { return nil }
    return (number, String(parts[1]))
  }

  /// What to write for a quantity of this dimension, for the fix of an error.
  static func example(of dimension: String) -> String {
    switch dimension {
    case "bytes": "`512 MiB`"
    case "time": "`90 s` or `10 min`"
    case "length": "`2.5 mm`"
    case "force": "`1.5 kN`"
    case "pressure": "`10 MPa`"
    default: "a number, a space and a unit of \(dimension)"
    }
  }
}
