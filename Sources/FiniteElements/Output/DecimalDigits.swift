/// Decimal digits of a number, rounded.
enum DecimalDigits {
  private static let smallest = -120
  /// 10^k for k in -120...320, correctly rounded.
  private static let powers: [Double] = (smallest...308).map { Double("1e\($0)") ?? .infinity }

  /// `decimals + 1` digits as one integer, and the exponent of the first: 0.0123 is (123…, -2).
  static func rounded(_ value: Double, decimals: Int) -> (digits: UInt64, exponent: Int) {
    guard value >= 1e-99 else { return (0, 0) }
    // 0.30103 = log10(2); the estimate is right or one too small.
    var exponent = Int((Double(value.exponent) * 0.301029995663981).rounded(.down))
    if exponent < 308, value >= powers[exponent + 1 - smallest] { exponent += 1 }
    let shift = decimals - exponent
    let scaled =
      shift >= 0
      ? scaledUp(value, by: shift) : value / powers[-shift - smallest]
    var digits = UInt64(scaled.rounded())
    let limit = UInt64(powers[decimals + 1 - smallest])
    if digits >= limit {
      digits /= 10
      exponent += 1
    }
    return (digits, exponent)
  }

  private static func scaledUp(_ value: Double, by shift: Int) -> Double {
    value * powers[shift - smallest]
  }
}
