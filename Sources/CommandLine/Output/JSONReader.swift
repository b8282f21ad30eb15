import Base

/// Reads one JSON document, keeping the order of members: the order of a table's columns.
struct JSONReader {
  private let bytes: [UInt8]
  private var place = 0
  private var depth = 0

  private static let depthMax = 64

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  static func read(_ bytes: [UInt8]) throws(KilnError) -> JSONValue {
    var reader = JSONReader(bytes)
    let value = try reader.value()
    reader.skipSpace()
    guard reader.place == bytes.count else { throw reader.problem("something follows the value") }
    return value
  }

  private func problem(_ what: String) -> KilnError {
    KilnError(.internalError, "the server sent JSON that cannot be read: \(what) at byte \(place)")
  }

  private mutating func skipSpace() {
    while place < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[place]) { place += 1 }
  }

  /// True, and past it, when the next byte is the given one.
  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard place < bytes.count, bytes[place] == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func expect(_ word: String) throws(KilnError) {
    guard bytes[place...].starts(with: word.utf8) else { throw problem("no value") }
    place += word.utf8.count
  }

  private mutating func value() throws(KilnError) -> JSONValue {
    skipSpace()
    guard place < bytes.count else { throw problem("it ends early") }
    switch bytes[place] {
    case UInt8(ascii: "{"): return try nested { reader throws(KilnError) in try reader.object() }
    case UInt8(ascii: "["): return try nested { reader throws(KilnError) in try reader.array() }
    case UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "t"):
      try expect("true")
      return .flag(true)
    case UInt8(ascii: "f"):
      try expect("false")
      return .flag(false)
    case UInt8(ascii: "n"):
      try expect("null")
      return .null
    default: return try number()
    }
  }

  private mutating func nested(_ read: (inout JSONReader) throws(KilnError) -> JSONValue)
    throws(KilnError) -> JSONValue
  {
    depth += 1
    guard depth <= JSONReader.depthMax else { throw problem("nested too deeply") }
    place += 1
    let value = try read(&self)
    depth -= 1
    return value
  }

  private mutating func object() throws(KilnError) -> JSONValue {
    var members: [JSONValue.Member] = []
    skipSpace()
    if accept("}") { return .object([]) }
    repeat {
      skipSpace()
      guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else {
        throw problem("no name")
      }
      let name = try string()
      skipSpace()
      guard accept(":") else { throw problem("no ':'") }
      members.append(JSONValue.Member(name: name, value: try value()))
      skipSpace()
    } while accept(",")
    guard accept("}") else { throw problem("no '}'") }
    return .object(members)
  }

  private mutating func array() throws(KilnError) -> JSONValue {
    var values: [JSONValue] = []
    skipSpace()
    if accept("]") { return .array([]) }
    repeat {
      values.append(try value())
      skipSpace()
    } while accept(",")
    guard accept("]") else { throw problem("no ']'") }
    return .array(values)
  }

  private mutating func number() throws(KilnError) -> JSONValue {
    let start = place
    while place < bytes.count, "+-.0123456789eE".utf8.contains(bytes[place]) { place += 1 }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    if let integer = Int64(text) { return .integer(integer) }
    guard let number = Double(text) else { throw problem("no value") }
    return .number(number)
  }

  private mutating func string() throws(KilnError) -> String {
    place += 1
    var text: [UInt8] = []
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): try escape(into: &text)
      default: text.append(byte)
      }
    }
    throw problem("a text without its end")
  }

  private mutating func escape(into text: inout [UInt8]) throws(KilnError) {
    guard place < bytes.count else { throw problem("a text without its end") }
    let byte = bytes[place]
    place += 1
    switch byte {
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "u"):
      var code = try codeUnit()
      if (0xD800..<0xDC00).contains(code), accept("\\"), accept("u") {
        code = 0x10000 + ((code - 0xD800) << 10) + ((try codeUnit()) &- 0xDC00)
      }
      text.append(contentsOf: String(Character(Unicode.Scalar(code) ?? "\u{FFFD}")).utf8)
    default: text.append(byte)
    }
  }

  private mutating func codeUnit() throws(KilnError) -> UInt32 {
    let end = place + 4
    guard end <= bytes.count,
      let code = UInt32(String(decoding: bytes[place..<end], as: UTF8.self), radix: 16)
    else { throw problem("a broken \\u") }
    place = end
    return code
  }
}
