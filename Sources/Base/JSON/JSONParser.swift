/// Reads JSON; errors name line and column.
///
/// Beyond the standard it takes what programs write all the same: `NaN` (as null) and `Infinity`.
struct JSONParser {
  private let bytes: [UInt8]
  private let path: String
  private var index = 0
  private var depth = 0

  private static let depthMax = 64

  init(_ bytes: [UInt8], path: String) {
    self.bytes = bytes
    self.path = path
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
  }

  /// All values that follow one another; more than one where each line is a value of its own.
  mutating func values() throws(KilnError) -> [JSONValue] {
    var values: [JSONValue] = []
    skipBlanks()
    while index < bytes.count {
      values.append(try value())
      skipBlanks()
    }
    return values
  }

  private mutating func value() throws(KilnError) -> JSONValue {
    skipBlanks()
    guard depth < Self.depthMax else { throw error("values are nested too deeply") }
    depth += 1
    defer { depth -= 1 }
    switch peek {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case _: break
    }
    for (word, value) in [
      ("true", JSONValue.flag(true)), ("false", .flag(false)), ("null", .null),
      ("NaN", .null), ("Infinity", .number(.infinity)),
    ] where bytes[index...].starts(with: word.utf8) {
      index += word.utf8.count
      return value
    }
    throw error("a value is expected here")
  }

  private mutating func object() throws(KilnError) -> JSONValue {
    index += 1
    var members: [JSONValue.Member] = []
    skipBlanks()
    if take(UInt8(ascii: "}")) { return .object(members) }
    while true {
      skipBlanks()
      guard peek == UInt8(ascii: "\"") else { throw error("a name in quotes is expected here") }
      let name = try text()
      skipBlanks()
      guard take(UInt8(ascii: ":")) else { throw error("a colon is expected here") }
      members.append(JSONValue.Member(name: name, value: try value()))
      skipBlanks()
      if take(UInt8(ascii: "}")) { return .object(members) }
      guard take(UInt8(ascii: ",")) else { throw error("a comma or `}` is expected here") }
    }
  }

  private mutating func array() throws(KilnError) -> JSONValue {
    index += 1
    var items: [JSONValue] = []
    skipBlanks()
    if take(UInt8(ascii: "]")) { return .array(items) }
    while true {
      items.append(try value())
      skipBlanks()
      if take(UInt8(ascii: "]")) { return .array(items) }
      guard take(UInt8(ascii: ",")) else { throw error("a comma or `]` is expected here") }
    }
  }

  private mutating func number() throws(KilnError) -> JSONValue {
    if bytes[index...].starts(with: "-Infinity".utf8) {
      index += 9
      return .number(-.infinity)
    }
    let spelling = bytes[index...].prefix {
      $0 &- 0x30 <= 9 || $0 == 0x2E || $0 == 0x2B || $0 == 0x2D || $0 | 0x20 == 0x65
    }
    let text = String(decoding: spelling, as: UTF8.self)
    guard let value = Int64(text).map(JSONValue.integer) ?? Double(text).map(JSONValue.number)
    else {
      throw error("this is no number")
    }
    index += spelling.count
    return value
  }

  private mutating func text() throws(KilnError) -> String {
    index += 1
    var text: [UInt8] = []
    while true {
      let run = nextRun()
      if take(UInt8(ascii: "\"")) {
        // Most texts have no escape, and are taken as they stand.
        return String(decoding: text.isEmpty ? run : text + run, as: UTF8.self)
      }
      guard take(UInt8(ascii: "\\")) else { throw error("a text is not closed") }
      text += run
      text += try escape()
    }
  }

  /// The bytes up to the end of the text or the next escape.
  private mutating func nextRun() -> ArraySlice<UInt8> {
    let start = index
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
      index += 1
    }
    return bytes[start..<index]
  }

  private mutating func escape() throws(KilnError) -> [UInt8] {
    let letter = peek
    index += 1
    switch letter {
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter]
    case UInt8(ascii: "u"): return Array(String(Character(try scalar())).utf8)
    case _: throw error("this escape is not known")
    }
  }

  /// A character by its number, of two halves beyond U+FFFF.
  private mutating func scalar() throws(KilnError) -> UnicodeScalar {
    let high = try halfScalar()
    guard (0xD800..<0xDC00).contains(high), bytes[index...].starts(with: "\\u".utf8) else {
      return UnicodeScalar(high) ?? "\u{FFFD}"
    }
    index += 2
    let low = try halfScalar()
    guard (0xDC00..<0xE000).contains(low) else { return "\u{FFFD}" }
    return UnicodeScalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
  }

  private mutating func halfScalar() throws(KilnError) -> UInt32 {
    let digits = String(decoding: bytes[index...].prefix(4), as: UTF8.self)
    guard digits.utf8.count == 4, let value = UInt32(digits, radix: 16) else {
      throw error("four hexadecimal digits are expected here")
    }
    index += 4
    return value
  }

  private var peek: UInt8 { index < bytes.count ? bytes[index] : 0 }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek == byte, index < bytes.count else { return false }
    index += 1
    return true
  }

  private mutating func skipBlanks() {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x09, 0x0A, 0x0D: index += 1
      case _: return
      }
    }
  }

  private func error(_ message: String) -> KilnError {
    let before = bytes[..<min(index, bytes.count)]
    let line = before.count { $0 == 0x0A } + 1
    let column = before.reversed().prefix { $0 != 0x0A }.count + 1
    return KilnError(.invalidFile, message, at: "\(path):\(line):\(column)")
  }
}
