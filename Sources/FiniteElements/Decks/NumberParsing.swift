/// Numbers as Fortran reads them.
enum NumberParsing {
  /// An integer with an optional sign, the whole of `range`; nil when it is not one.
  static func integer(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
    var index = range.lowerBound
    guard index < range.upperBound else { return nil }
    let negative = bytes[index] == Ascii.minus
    if negative || bytes[index] == Ascii.plus { index += 1 }
    guard index < range.upperBound, range.upperBound - index <= 18 else { return nil }
    var value = 0
    while index < range.upperBound {
      let digit = bytes[index] &- Ascii.zero
      guard digit <= 9 else { return nil }
      value = value &* 10 &+ Int(digit)
      index += 1
    }
    return negative ? -value : value
  }

  /// A real number, the whole of `range`: `1`, `.5`, `1.e-3`, `2D5`, `1.5-3`; nil when it is none,
  /// or beyond 1.8e308.
  static func real(_ bytes: [UInt8], _ range: Range<Int>) -> Double? {
    guard let decimal = decimal(bytes, range) else { return nil }
    if decimal.digits <= 18,
      let value = self.decimal(decimal.mantissa, exponent: decimal.exponent)
    {
      return decimal.isNegative ? -value : value
    }
    return slowReal(bytes, range)
  }

  /// `mantissa` times ten to `exponent`, correctly rounded; nil where that needs more care.
  static func decimal(_ mantissa: UInt64, exponent: Int) -> Double? {
    guard exponent.magnitude <= 22 else { return nil }
    let power = powersOfTen[Int(exponent.magnitude)]
    let size = Double(mantissa)
    // Both factors are exact, so that one rounding remains [Clinger 1990].
    if mantissa < 1 << 53 { return exponent < 0 ? size / power : size * power }
    // Too many digits for one number: size + rest is exact, and so is what the first quotient or
    // product leaves over [Dekker 1971].
    guard size < 0x1p64 else { return nil }
    let rest = Double(Int64(bitPattern: mantissa &- UInt64(size)))
    let value = exponent < 0 ? size / power : size * power
    let correction: Double
    if exponent < 0 {
      correction = (size.addingProduct(-value, power) + rest) / power
    } else {
      correction = (-value).addingProduct(size, power) + rest * power
    }
    let sum = value + correction
    let lost = correction - (sum - value)
    // Next to the middle between two numbers, and where their distance changes, the last rounding
    // could go wrong.
    let half = sum.ulp / 2
    guard lost.magnitude < half * (1 - 0x1p-20), sum.significandBitPattern != 0 else { return nil }
    return sum
  }

  private struct Decimal {
    var mantissa: UInt64 = 0
    var digits = 0
    var exponent = 0
    var isNegative = false
  }

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// Mantissa and exponent as written; more than 18 digits are counted, not kept.
  private static func decimal(_ bytes: [UInt8], _ range: Range<Int>) -> Decimal? {
    var decimal = Decimal()
    var index = range.lowerBound
    let end = range.upperBound
    if index < end, bytes[index] == Ascii.minus || bytes[index] == Ascii.plus {
      decimal.isNegative = bytes[index] == Ascii.minus
      index += 1
    }
    var sawDigit = false
    var sawPoint = false
    while index < end {
      let digit = bytes[index] &- Ascii.zero
      if digit <= 9 {
        sawDigit = true
        if decimal.digits < 18 { decimal.mantissa = decimal.mantissa &* 10 &+ UInt64(digit) }
        if decimal.digits > 0 || digit > 0 { decimal.digits += 1 }
        if sawPoint { decimal.exponent -= 1 }
      } else if bytes[index] == Ascii.point, !sawPoint {
        sawPoint = true
      } else {
        break
      }
      index += 1
    }
    guard sawDigit else { return nil }
    guard index < end else { return decimal }
    switch bytes[index] | 0x20 {
    case UInt8(ascii: "e"), UInt8(ascii: "d"): index += 1
    default:
      guard bytes[index] == Ascii.minus || bytes[index] == Ascii.plus else { return nil }
    }
    guard let exponent = integer(bytes, index..<end), abs(exponent) < 10_000 else { return nil }
    decimal.exponent += exponent
    return decimal
  }

  /// The standard library's correctly rounded conversion, for what the quick way cannot do exactly.
  private static func slowReal(_ bytes: [UInt8], _ range: Range<Int>) -> Double? {
    var text = ""
    var sawExponent = false
    for index in range {
      switch bytes[index] {
      case UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "d"), UInt8(ascii: "D"):
        text += "e"
        sawExponent = true
      case Ascii.plus, Ascii.minus:
        if index > range.lowerBound, !sawExponent {
          text += "e"
          sawExponent = true
        }
        text.unicodeScalars.append(Unicode.Scalar(bytes[index]))
      case let byte:
        text.unicodeScalars.append(Unicode.Scalar(byte))
      }
    }
    guard let value = Double(text), value.isFinite else { return nil }
    return value
  }
}
