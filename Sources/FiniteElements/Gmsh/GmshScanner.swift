import LinearAlgebra

/// Why a `.msh` file could not be read.
struct GmshProblem: Error, Equatable {
  /// The place in the file, in bytes.
  let offset: Int
  /// One sentence, no full stop.
  let what: String
  var fix: String?
}

/// Takes numbers and words off a `.msh` file, whose numbers are text or bytes.
struct GmshScanner {
  private let bytes: View<UInt8>
  private(set) var position = 0
  /// Whether numbers are little-endian binary from here on, as the header tells.
  var isBinary = false
  /// The section that is being read, for messages.
  var section = "$MeshFormat"

  init(_ bytes: View<UInt8>) { self.bytes = bytes }

  var isAtEnd: Bool { position >= bytes.count }

  /// A whole number: an `int` of four bytes, or text.
  mutating func int() throws(GmshProblem) -> Int {
    guard isBinary else { return try textInteger() }
    var value: UInt32 = 0
    for byte in 0..<4 { value |= UInt32(try self.byte()) << (8 * byte) }
    return Int(Int32(bitPattern: value))
  }

  /// A whole number: a `size_t` of eight bytes, or text.
  mutating func size() throws(GmshProblem) -> Int {
    guard isBinary else { return try textInteger() }
    let value = try eightBytes()
    guard value < 1 << 48 else { throw problem("a count is out of range") }
    return Int(value)
  }

  /// How many things follow, each at least `bytes` long as binary.
  ///
  /// A wrong count must not make room for things that cannot be there.
  mutating func count(of bytes: Int) throws(GmshProblem) -> Int {
    let count = try size()
    let each = isBinary ? bytes : 2
    guard count >= 0, count <= (self.bytes.count - position) / max(each, 1) + 1 else {
      throw problem("\(count) entries do not fit into the file")
    }
    return count
  }

  mutating func double() throws(GmshProblem) -> Double {
    guard isBinary else { return try textReal() }
    return Double(bitPattern: try eightBytes())
  }

  /// The next text between blanks, as in the header of a section.
  mutating func word() throws(GmshProblem) -> String {
    skipBlanks()
    let first = position
    while position < bytes.count, !Self.isBlank(bytes[position]) { position += 1 }
    guard position > first else { throw problem("the file ends early") }
    return text(first..<position)
  }

  /// What stands between two quotes.
  mutating func quoted() throws(GmshProblem) -> String {
    skipBlanks()
    guard position < bytes.count, bytes[position] == Ascii.quote else {
      throw problem("a name in quotes is missing")
    }
    let first = position + 1
    position = first
    while position < bytes.count, bytes[position] != Ascii.quote { position += 1 }
    guard position < bytes.count else { throw problem("a name has no closing quote") }
    defer { position += 1 }
    return text(first..<position)
  }

  /// Passes the rest of the line.
  mutating func endLine() {
    position = min(LineEnd.next(in: bytes, from: position, limit: bytes.count) + 1, bytes.count)
  }

  /// Passes everything up to the end mark of a section, and that.
  mutating func skip(through mark: String) throws(GmshProblem) {
    let wanted = Array(mark.utf8)
    while position < bytes.count {
      let matches =
        position + wanted.count <= bytes.count
        && wanted.indices.allSatisfy { bytes[position + $0] == wanted[$0] }
      if matches { return endLine() }
      endLine()
    }
    throw problem("\(mark) is missing")
  }

  func problem(_ what: String, fix: String? = nil) -> GmshProblem {
    GmshProblem(offset: position, what: "\(section): \(what)", fix: fix)
  }

  /// The line on which the byte at `offset` stands, counted from 1.
  func line(of offset: Int) -> Int {
    (0..<min(offset, bytes.count)).reduce(1) { bytes[$1] == Ascii.newline ? $0 + 1 : $0 }
  }
}

// MARK: - Bytes and text

extension GmshScanner {
  private mutating func byte() throws(GmshProblem) -> UInt8 {
    guard position < bytes.count else { throw problem("the file ends early") }
    defer { position &+= 1 }
    return bytes[position]
  }

  private mutating func eightBytes() throws(GmshProblem) -> UInt64 {
    guard position + 8 <= bytes.count else { throw problem("the file ends early") }
    var value: UInt64 = 0
    for byte in 0..<8 { value |= UInt64(bytes[position &+ byte]) << UInt64(8 &* byte) }
    position &+= 8
    return value
  }

  private mutating func textInteger() throws(GmshProblem) -> Int {
    skipBlanks()
    var isNegative = false
    if position < bytes.count, bytes[position] == Ascii.minus {
      isNegative = true
      position &+= 1
    }
    let first = position
    var value = 0
    while position < bytes.count, Ascii.isDigit(bytes[position]) {
      value = value &* 10 &+ Int(bytes[position] &- Ascii.zero)
      position &+= 1
    }
    guard position > first, position - first <= 18, isBetweenBlanks else {
      throw problem("a whole number is missing")
    }
    return isNegative ? -value : value
  }

  private mutating func textReal() throws(GmshProblem) -> Double {
    skipBlanks()
    let first = position
    var numbers = NumberScanner(bytes, position..<bytes.count)
    let value = numbers.real()
    guard value.isNaN else {
      position = numbers.position
      return value
    }
    while position < bytes.count, !Self.isBlank(bytes[position]) { position &+= 1 }
    guard let value = Double(text(first..<position)), value.isFinite else {
      throw problem("a number is missing")
    }
    return value
  }

  private var isBetweenBlanks: Bool { position == bytes.count || Self.isBlank(bytes[position]) }

  private mutating func skipBlanks() {
    while position < bytes.count, Self.isBlank(bytes[position]) { position &+= 1 }
  }

  private func text(_ range: Range<Int>) -> String {
    String(decoding: range.map { bytes[$0] }, as: UTF8.self)
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == Ascii.newline || Ascii.isBlank(byte)
  }
}
