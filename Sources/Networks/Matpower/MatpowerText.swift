import Base

/// The bytes of a case file with a place in them: blanks, comments, names and numbers.
struct MatpowerText {
  let file: String
  let bytes: [UInt8]
  var place = 0

  init(file: String, bytes: [UInt8]) {
    self.file = file
    self.bytes = bytes
  }

  /// The byte at an offset from the place; 0 after the end.
  func peek(_ offset: Int = 0) -> UInt8 {
    let index = place + offset
    return index < bytes.count ? bytes[index] : 0
  }

  var isAtEnd: Bool { place >= bytes.count }

  func line(at place: Int) -> Int {
    1 + bytes[..<min(place, bytes.count)].count { $0 == Self.newline }
  }

  func error(_ message: String, at place: Int? = nil, fix: String? = nil) -> KilnError {
    KilnError(.invalidFile, message, at: "\(file):\(line(at: place ?? self.place))", fix: fix)
  }

  static let newline = UInt8(ascii: "\n")

  /// Passes blanks and what a `...` takes out of the line.
  mutating func skipBlanks() {
    while true {
      switch peek() {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): place += 1
      case UInt8(ascii: ".") where peek(1) == UInt8(ascii: ".") && peek(2) == UInt8(ascii: "."):
        skipLine()
        place += 1
      default: return
      }
    }
  }

  /// Passes blanks, ends of lines and comments.
  mutating func skipSpace() {
    while !isAtEnd {
      skipBlanks()
      if peek() == UInt8(ascii: "%") {
        skipComment()
      } else if peek() == Self.newline {
        place += 1
      } else {
        return
      }
    }
  }

  /// Up to the end of the line, or of a block between `%{` and `%}` on lines of their own.
  mutating func skipComment() {
    let isBlock = peek(1) == UInt8(ascii: "{") && isAloneOnLine(2)
    skipLine()
    guard isBlock else { return }
    while !isAtEnd {
      place += 1
      skipBlanks()
      let isEnd =
        peek() == UInt8(ascii: "%") && peek(1) == UInt8(ascii: "}") && isAloneOnLine(2)
      skipLine()
      if isEnd { return }
    }
  }

  private func isAloneOnLine(_ offset: Int) -> Bool {
    var offset = offset
    while [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")].contains(peek(offset)) {
      offset += 1
    }
    return peek(offset) == Self.newline || place + offset >= bytes.count
  }

  /// Up to the end of the line, which stays.
  mutating func skipLine() {
    while !isAtEnd, bytes[place] != Self.newline { place += 1 }
  }

  /// A name: letters, digits, underscores; nil where none begins.
  mutating func name() -> String? {
    guard Self.isLetter(peek()) else { return nil }
    let start = place
    while Self.isLetter(peek()) || Self.isDigit(peek()) { place += 1 }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  /// Takes the character if it is next.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  /// A text between single quotes, in which two quotes are one.
  mutating func quoted() throws(KilnError) -> String {
    let start = place
    var text: [UInt8] = []
    place += 1
    while !isAtEnd, peek() != Self.newline {
      if peek() == UInt8(ascii: "'") {
        place += 1
        guard peek() == UInt8(ascii: "'") else { return String(decoding: text, as: UTF8.self) }
      }
      text.append(peek())
      place += 1
    }
    throw error("this text has no closing quote", at: start)
  }

  /// A number without sign; nil where none begins.
  mutating func number() -> Double? {
    let start = place
    var digits: UInt64 = 0
    var count = 0
    var scale = 0
    while Self.isDigit(peek()) { accumulate(&digits, &count) }
    if peek() == UInt8(ascii: "."), !isElementwiseOperator(at: 1) {
      place += 1
      let first = place
      while Self.isDigit(peek()) { accumulate(&digits, &count) }
      scale = first - place
    }
    guard place > start, place > start + 1 || peek(-1) != UInt8(ascii: ".") else {
      place = start
      return nil
    }
    if peek() | 0x20 == UInt8(ascii: "e") { scale += exponent() }
    // Both numbers are exact, so that one rounding remains.
    if digits < 1 << 53, count < 19, abs(scale) <= 22 {
      let power = Self.powers[abs(scale)]
      return scale < 0 ? Double(digits) / power : Double(digits) * power
    }
    return Double(String(decoding: bytes[start..<place], as: UTF8.self).lowercased())
  }

  /// `.*`, `./` or `.^` after a number without fraction.
  private func isElementwiseOperator(at offset: Int) -> Bool {
    [UInt8(ascii: "*"), UInt8(ascii: "/"), UInt8(ascii: "^"), UInt8(ascii: ".")].contains(
      peek(offset))
  }

  private mutating func accumulate(_ digits: inout UInt64, _ count: inout Int) {
    if count < 19 { digits = digits &* 10 &+ UInt64(peek() &- UInt8(ascii: "0")) }
    if digits > 0 { count += 1 }
    place += 1
  }

  /// An exponent of ten; 0 and no step where the `e` does not begin one.
  private mutating func exponent() -> Int {
    let start = place
    place += 1
    let isNegative = peek() == UInt8(ascii: "-")
    if isNegative || peek() == UInt8(ascii: "+") { place += 1 }
    guard Self.isDigit(peek()) else {
      place = start
      return 0
    }
    var value = 0
    while Self.isDigit(peek()) {
      if value < 100_000 { value = value * 10 + Int(peek() &- UInt8(ascii: "0")) }
      place += 1
    }
    return isNegative ? -value : value
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

  static func isLetter(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
  }

  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}
