/// A value of a parameter or of a sweep axis, as the job file spells it.
package enum Value: Hashable, Sendable, Codable {
  case text(String)
  case number(Double)
  /// A number with a unit: `1.5 kN`.
  case quantity(Double, unit: String)
  case flag(Bool)
}

extension Value: CustomStringConvertible {
  /// The spelling in tables and logs: `2.5 mm`, `true`, `steel`, `3`.
  package var description: String {
    switch self {
    case .text(let text): text
    case .number(let number): Value.spell(number)
    case .quantity(let number, let unit): "\(Value.spell(number)) \(unit)"
    case .flag(let flag): flag ? "true" : "false"
    }
  }

  /// Shortest digits that read back to the same number; whole numbers without a decimal point.
  package static func spell(_ number: Double) -> String {
    let whole = number == number.rounded() && abs(number) < 1e15
    return whole ? "\(Int64(number))" : "\(number)"
  }
}
