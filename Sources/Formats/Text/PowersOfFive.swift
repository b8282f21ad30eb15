import LinearAlgebra

/// The powers 5^-55 … 5^55, each as the 128 most significant bits of its value.
///
/// Positive powers are exact: 5^55 is less than 2^128. Negative ones are rounded up, as the proof of
/// the method asks for (Lemire: Number Parsing at a Gigabyte per Second, 2021, section 5).
final class PowersOfFive: Sendable {
  static let limit = 55
  static let shared = PowersOfFive()

  /// Two words for each power, the high one first.
  let words: [UInt64]

  private init() {
    let negative = (1...Self.limit).reversed().map(Self.reciprocal)
    let positive = (0...Self.limit).map { power in
      let value = Self.power(power)
      return value << UInt128(value.leadingZeroBitCount)
    }
    words = (negative + positive).flatMap { [UInt64($0 >> 64), UInt64(truncatingIfNeeded: $0)] }
  }

  private static func power(_ exponent: Int) -> UInt128 {
    (0..<exponent).reduce(UInt128(1)) { value, _ in value * 5 }
  }

  /// 2^b / 5^exponent rounded up, with `b` such that the quotient has 128 bits: long division.
  private static func reciprocal(_ exponent: Int) -> UInt128 {
    let divisor = power(exponent)
    var remainder: UInt128 = 1
    var quotient: UInt128 = 0
    while quotient.leadingZeroBitCount > 0 {
      // The remainder stays below the divisor, which may have 128 bits itself.
      let overflows = remainder.leadingZeroBitCount == 0
      remainder <<= 1
      quotient <<= 1
      if overflows || remainder >= divisor {
        remainder &-= divisor
        quotient |= 1
      }
    }
    return quotient + 1
  }
}
