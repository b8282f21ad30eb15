import LinearAlgebra

/// Reads decimal numbers from bytes, correctly rounded, without looking for their end first.
///
/// Up to 19 digits make a whole number `w`; the value is `w * 10^q`. Small cases are exact in one
/// operation (Clinger, 1990), the others go through a 128-bit product with a power of five (Lemire:
/// Number Parsing at a Gigabyte per Second, 2021; Mushtak and Lemire: Fast Number Parsing Without
/// Fallback, 2023). What lies outside 10^±55 or has more digits takes the C library's way.
struct DecimalNumber {
  private let powers: View<UInt64>
  private let tens: View<Double>
  /// The byte between whole part and fraction: a point or a comma.
  private let mark: UInt8

  init(powers: View<UInt64>, tens: View<Double>, mark: UInt8) {
    self.powers = powers
    self.tens = tens
    self.mark = mark
  }

  /// 10^0 … 10^22: those that a double holds exactly.
  static let exactTens: [Double] = (0...22).map { power in
    (0..<power).reduce(1.0) { value, _ in value * 10 }
  }

  /// The number that starts at `index`, which is moved behind it; nil, with the index as it was, where
  /// there is no number. At least eight readable bytes must follow the last digit.
  @inline(__always)
  func parse(_ text: View<UInt8>, _ index: inout Int) -> Double? {
    var i = index
    let first = text[i]
    let isNegative = first == 0x2D
    if isNegative || first == 0x2B { i += 1 }
    let start = i
    var digits: UInt64 = 0
    scan(text, &i, &digits)
    var count = i - start
    var exponent = 0
    if text[i] == mark {
      let fraction = i + 1
      i = fraction
      scan(text, &i, &digits)
      exponent = fraction - i
      count -= exponent
    }
    if count == 0 { return nil }
    if text[i] | 0x20 == 0x65 { exponent += scanExponent(text, &i) }
    let value: Double
    if count > 19 {
      value = long(text, start, i)
    } else {
      value = scaled(digits, exponent) ?? library(text, start, i)
    }
    index = i
    return isNegative ? -value : value
  }

  /// Digits from `i` on, eight at a time while there are eight; overflow is the caller's to notice.
  @inline(__always)
  private func scan(_ text: View<UInt8>, _ i: inout Int, _ digits: inout UInt64) {
    var word = text[eight: i]
    // All eight are digits when no high half differs from 3, even with 6 added.
    while (word & 0xF0F0_F0F0_F0F0_F0F0)
      | (((word &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0) &>> 4)
      == 0x3333_3333_3333_3333
    {
      // Neighbours are joined in pairs, fours and eights.
      word = ((word & 0x0F0F_0F0F_0F0F_0F0F) &* 2561) &>> 8
      word = ((word & 0x00FF_00FF_00FF_00FF) &* 6_553_601) &>> 16
      word = ((word & 0x0000_FFFF_0000_FFFF) &* 42_949_672_960_001) &>> 32
      digits = digits &* 100_000_000 &+ word
      i += 8
      word = text[eight: i]
    }
    while true {
      let digit = word & 0xFF &- 0x30
      if digit > 9 { return }
      digits = digits &* 10 &+ digit
      i += 1
      word &>>= 8
    }
  }

  /// The exponent behind an `e`; none, with the index as it was, where no digit follows.
  private func scanExponent(_ text: View<UInt8>, _ i: inout Int) -> Int {
    var j = i + 1
    let isNegative = text[j] == 0x2D
    if isNegative || text[j] == 0x2B { j += 1 }
    let start = j
    var value = 0
    while case let digit = text[j] &- 0x30, digit <= 9 {
      value = min(value * 10 + Int(digit), 100_000)
      j += 1
    }
    if j == start { return 0 }
    i = j
    return isNegative ? -value : value
  }

  /// `digits * 10^exponent`; nil where it takes more than a 128-bit product.
  @inline(__always)
  private func scaled(_ digits: UInt64, _ exponent: Int) -> Double? {
    if digits < 1 << 53, exponent >= -22, exponent <= 22 {
      return exponent < 0
        ? Double(digits) / tens[-exponent] : Double(digits) * tens[exponent]
    }
    if digits == 0 { return 0 }
    guard abs(exponent) <= PowersOfFive.limit else { return nil }
    return rounded(digits, exponent)
  }

  /// The double nearest to `digits * 10^exponent`, ties to even.
  private func rounded(_ digits: UInt64, _ exponent: Int) -> Double {
    let shift = digits.leadingZeroBitCount
    let w = digits &<< UInt64(shift)
    let entry = 2 * (exponent + PowersOfFive.limit)
    var (high, low) = w.multipliedFullWidth(by: powers[entry])
    if high & 0x1FF == 0x1FF {
      // The lower half of the power may still carry into the bits that count.
      let (sum, carries) = low.addingReportingOverflow(
        w.multipliedFullWidth(by: powers[entry + 1]).high)
      low = sum
      if carries { high += 1 }
    }
    let top = Int(high >> 63)
    var mantissa = high >> UInt64(top + 9)
    // 217706 / 2^16 is log2(10), exact enough for these exponents.
    var biased = (217_706 * exponent) >> 16 + 63 + top - shift + 1023
    if low <= 1, exponent >= -4, exponent <= 23, mantissa & 3 == 1,
      mantissa << UInt64(top + 9) == high
    {
      // Exactly half way: to the even neighbour.
      mantissa &= ~1
    }
    mantissa = (mantissa + (mantissa & 1)) >> 1
    if mantissa >= 1 << 53 {
      mantissa = 1 << 52
      biased += 1
    }
    return Double(bitPattern: UInt64(biased) << 52 | mantissa & ~(1 << 52))
  }

  /// A number of more than 19 digits, many of which may be leading zeros.
  private func long(_ text: View<UInt8>, _ start: Int, _ end: Int) -> Double {
    var i = start
    while text[i] == 0x30 { i += 1 }
    var exponent = 0
    var digits: UInt64 = 0
    var count = 0
    var isFraction = false
    while i < end {
      let byte = text[i]
      if byte == mark {
        isFraction = true
      } else if case let digit = byte &- 0x30, digit <= 9 {
        count += digit == 0 && digits == 0 ? 0 : 1
        if count > 19 { return library(text, start, end) }
        digits = digits &* 10 &+ UInt64(digit)
        if isFraction { exponent -= 1 }
      } else {
        exponent += scanExponent(text, &i)
        break
      }
      i += 1
    }
    return scaled(digits, exponent) ?? library(text, start, end)
  }

  /// The way of the C library: slow and right. The text is known to be a number.
  private func library(_ text: View<UInt8>, _ start: Int, _ end: Int) -> Double {
    let bytes = (start..<end).map { text[$0] == mark ? UInt8(ascii: ".") : text[$0] }
    return Double(String(decoding: bytes, as: UTF8.self)) ?? .nan
  }
}
