/// Reads JSON; errors name line and column.
struct JSONParser {
  /// What is taken for JSON.
  enum Rules {
    /// RFC 8259 in UTF-8, each member of an object once: what two readers read alike.
    case strict
    /// Also what programs write all the same: `NaN` (as null) and `Infinity`, numbers like `+1` and `.5`,
    /// texts with line ends, halves of characters and bytes that are none; of equal members the first counts.
    case lenient
  }

  private let bytes: [UInt8]
  private let path: String
  private let isStrict: Bool
  private var index = 0
  private var depth = 0

  private static let depthMax = 64

  init(_ bytes: [UInt8], path: String, _ rules: Rules) {
    self.bytes = bytes
    self.path = path
    isStrict =
      switch rules {
      case .strict: true
      case .lenient: false
      }
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

  /// The one value of a text.
  mutating func only() throws(KilnError) -> JSONValue {
    if isStrict { try checkEncoding() }
    let first = try value()
    skipBlanks()
    guard index == bytes.count else { throw error("nothing may follow the value") }
    return first
  }

  private mutating func checkEncoding() throws(KilnError) {
    do {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      index = error.byteOffsets.lowerBound
      throw self.error("this is not UTF-8")
    }
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
    if take("true") { return .flag(true) }
    if take("false") { return .flag(false) }
    if take("null") { return .null }
    if !isStrict, take("NaN") { return .null }
    if !isStrict, take("Infinity") { return .number(.infinity) }
    throw error("a value is expected here")
  }

  private mutating func object() throws(KilnError) -> JSONValue {
    index += 1
    var members: [JSONValue.Member] = []
    var names = JSONValue.Names()
    skipBlanks()
    if take(UInt8(ascii: "}")) { return .object(members) }
    while true {
      skipBlanks()
      guard peek == UInt8(ascii: "\"") else { throw error("a name in quotes is expected here") }
      let start = index
      let name = try text()
      if isStrict, names.place(of: name, in: members) != nil {
        index = start
        throw error("this name is there twice")
      }
      skipBlanks()
      guard take(UInt8(ascii: ":")) else { throw error("a colon is expected here") }
      members.append(JSONValue.Member(name: name, value: try value()))
      if isStrict { names.add(members) }
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
    if !isStrict, take("-Infinity") { return .number(-.infinity) }
    let spelling = bytes[index...].prefix {
      $0 &- 0x30 <= 9 || $0 == 0x2E || $0 == 0x2B || $0 == 0x2D || $0 | 0x20 == 0x65
    }
    let text = String(decoding: spelling, as: UTF8.self)
    guard !isStrict || JSONParser.isNumber(spelling),
      let value = Int64(text).map(JSONValue.integer) ?? Double(text).map(JSONValue.number)
    else { throw error("this is no number") }
    if isStrict, case .number(let number) = value, !number.isFinite {
      throw error("this number is too large")
    }
    index += spelling.count
    return value
  }

  /// Whether bytes are a number as RFC 8259 spells it.
  private static func isNumber(_ spelling: ArraySlice<UInt8>) -> Bool {
    var rest = spelling
    func digits() -> Int {
      let count = rest.prefix { $0 &- 0x30 <= 9 }.count
      rest = rest.dropFirst(count)
      return count
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let leadsWithZero = rest.first == UInt8(ascii: "0")
    let whole = digits()
    guard whole == 1 || whole > 1 && !leadsWithZero else { return false }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      guard digits() > 0 else { return false }
    }
    if rest.first.map({ $0 | 0x20 }) == UInt8(ascii: "e") {
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") {
        rest = rest.dropFirst()
      }
      guard digits() > 0 else { return false }
    }
    return rest.isEmpty
  }

  private mutating func text() throws(KilnError) -> String {
    index += 1
    var text: [UInt8] = []
    while true {
      let run = try nextRun()
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
  private mutating func nextRun() throws(KilnError) -> ArraySlice<UInt8> {
    let start = index
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
      if isStrict, byte < 0x20 { throw error("a text holds a control character") }
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
    var number = high
    if (0xD800..<0xDC00).contains(high), take("\\u") {
      let low = try halfScalar()
      // Whatever else follows leaves a half, which is no character.
      if (0xDC00..<0xE000).contains(low) {
        number = 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
      }
    }
    if let character = UnicodeScalar(number) { return character }
    if isStrict { throw error("half a character is escaped here") }
    return "\u{FFFD}"
  }

  private mutating func halfScalar() throws(KilnError) -> UInt32 {
    let digits = bytes[min(index, bytes.count)...].prefix(4)
    let isHexadecimal = digits.allSatisfy { $0 &- 0x30 <= 9 || ($0 | 0x20) &- 0x61 <= 5 }
    guard digits.count == 4, isHexadecimal,
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw error("four hexadecimal digits are expected here") }
    index += 4
    return value
  }

  private var peek: UInt8 { index < bytes.count ? bytes[index] : 0 }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek == byte, index < bytes.count else { return false }
    index += 1
    return true
  }

  private mutating func take(_ word: StaticString) -> Bool {
    let isThere = word.withUTF8Buffer { unsafe bytes[index...].starts(with: $0) }
    if isThere { index += word.utf8CodeUnitCount }
    return isThere
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
