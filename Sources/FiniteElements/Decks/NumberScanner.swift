import LinearAlgebra

/// Reads plain data lines: numbers, commas and blanks, nothing that needs explaining.
///
/// Whatever else it meets makes it give up; the careful reader (``DataLines``) then takes the line.
struct NumberScanner {
  private let bytes: View<UInt8>
  private let limit: Int
  private(set) var position: Int
  /// How many line ends were passed.
  private(set) var lines = 0

  init(_ bytes: View<UInt8>, _ range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    limit = range.upperBound
  }

  var isAtEnd: Bool { position >= limit }

  /// An unsigned integer of up to 18 digits and the blanks around it; -1 when there is none.
  @inline(__always)
  mutating func integer() -> Int {
    skipBlanks()
    let first = position
    var value = 0
    while position < limit {
      let digit = bytes[position] &- Ascii.zero
      guard digit <= 9 else { break }
      value = value &* 10 &+ Int(digit)
      position &+= 1
    }
    guard position > first, position &- first <= 18 else { return -1 }
    skipBlanks()
    return value
  }

  /// A number and the blanks around it; NaN when there is none, or none that is simple.
  @inline(__always)
  mutating func real() -> Double {
    skipBlanks()
    var isNegative = false
    if position < limit, bytes[position] == Ascii.minus || bytes[position] == Ascii.plus {
      isNegative = bytes[position] == Ascii.minus
      position &+= 1
    }
    let first = position
    var mantissa: UInt64 = 0
    digits(&mantissa)
    var count = position &- first
    var exponent = 0
    if position < limit, bytes[position] == Ascii.point {
      position &+= 1
      let afterPoint = position
      digits(&mantissa)
      exponent = afterPoint &- position
      count &-= exponent
    }
    guard count > 0, count <= 19, readExponent(&exponent) else { return .nan }
    skipBlanks()
    guard let value = NumberParsing.decimal(mantissa, exponent: exponent) else { return .nan }
    return isNegative ? -value : value
  }

  /// Whether a comma follows; it is passed.
  @inline(__always)
  mutating func comma() -> Bool {
    guard position < limit, bytes[position] == Ascii.comma else { return false }
    position &+= 1
    return true
  }

  /// Whether the line ends here; its end is passed.
  @inline(__always)
  mutating func lineEnd() -> Bool {
    skipBlanks()
    guard position < limit else { return true }
    guard bytes[position] == Ascii.newline else { return false }
    position &+= 1
    lines &+= 1
    return true
  }

  /// Whether nothing follows on the line; blanks were passed.
  var isAtLineEnd: Bool { position >= limit || bytes[position] == Ascii.newline }

  /// Passes a line end, if there is one, unless it is the last.
  @inline(__always)
  mutating func lineBreak() -> Bool { position < limit && lineEnd() && position < limit }

  @inline(__always)
  private mutating func digits(_ mantissa: inout UInt64) {
    while position < limit {
      let digit = bytes[position] &- Ascii.zero
      guard digit <= 9 else { return }
      mantissa = mantissa &* 10 &+ UInt64(digit)
      position &+= 1
    }
  }

  /// Adds what stands behind E or D; false when nothing does, or too much.
  @inline(__always)
  private mutating func readExponent(_ exponent: inout Int) -> Bool {
    guard position < limit else { return true }
    let letter = bytes[position] | 0x20
    guard letter == UInt8(ascii: "e") || letter == UInt8(ascii: "d") else { return true }
    position &+= 1
    var isNegative = false
    if position < limit, bytes[position] == Ascii.minus || bytes[position] == Ascii.plus {
      isNegative = bytes[position] == Ascii.minus
      position &+= 1
    }
    let first = position
    var value: UInt64 = 0
    digits(&value)
    guard position > first, position &- first <= 4 else { return false }
    exponent += isNegative ? -Int(value) : Int(value)
    return true
  }

  @inline(__always)
  private mutating func skipBlanks() {
    while position < limit, Ascii.isBlank(bytes[position]) { position &+= 1 }
  }
}
