/// A JSON document read whole (RFC 8259): for small files such as the summaries of earlier steps.
package indirect enum JSONValue: Equatable, Sendable {
  case null
  case boolean(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// - Throws: ``KilnError`` with the byte at which the text stops being JSON.
  package init(parsing bytes: [UInt8]) throws(KilnError) {
    var parser = JSONParser(bytes: bytes)
    self = try parser.document()
  }

  package subscript(key: String) -> JSONValue? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  package var array: [JSONValue]? {
    if case .array(let items) = self { items } else { nil }
  }

  package var number: Double? {
    if case .number(let number) = self { number } else { nil }
  }
}

private struct JSONParser {
  let bytes: [UInt8]
  private var next = 0
  private var depth = 0

  private static let depthMax = 200

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(KilnError) -> JSONValue {
    let value = try value()
    skipBlanks()
    guard next == bytes.count else { throw wrong("something follows the document") }
    return value
  }

  private func wrong(_ what: String) -> KilnError {
    KilnError(.invalidFile, "not JSON: \(what) at byte \(next)")
  }

  private mutating func skipBlanks() {
    while next < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[next]) { next += 1 }
  }

  private mutating func take(_ byte: Character) -> Bool {
    skipBlanks()
    guard next < bytes.count, bytes[next] == byte.asciiValue else { return false }
    next += 1
    return true
  }

  private mutating func value() throws(KilnError) -> JSONValue {
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.depthMax else { throw wrong("too deep") }
    if take("{") { return try object() }
    if take("[") { return try array() }
    if take("\"") { return .string(try string()) }
    for (word, value) in [
      ("null", JSONValue.null), ("true", .boolean(true)), ("false", .boolean(false)),
    ] where bytes[next...].starts(with: word.utf8) {
      next += word.utf8.count
      return value
    }
    return try number()
  }

  private mutating func number() throws(KilnError) -> JSONValue {
    let signs = Set("+-.eE0123456789".utf8)
    let digits = bytes[next...].prefix { signs.contains($0) }
    guard let value = Double(String(decoding: digits, as: UTF8.self)), value.isFinite else {
      throw wrong("no value")
    }
    next += digits.count
    return .number(value)
  }

  private mutating func array() throws(KilnError) -> JSONValue {
    var items: [JSONValue] = []
    if take("]") { return .array(items) }
    repeat { items.append(try value()) } while take(",")
    guard take("]") else { throw wrong("an array without its end") }
    return .array(items)
  }

  private mutating func object() throws(KilnError) -> JSONValue {
    var members: [String: JSONValue] = [:]
    if take("}") { return .object(members) }
    repeat {
      guard take("\"") else { throw wrong("no name of a member") }
      let name = try string()
      guard take(":") else { throw wrong("no colon behind `\(name)`") }
      members[name] = try value()
    } while take(",")
    guard take("}") else { throw wrong("an object without its end") }
    return .object(members)
  }

  private mutating func string() throws(KilnError) -> String {
    var text: [UInt8] = []
    while next < bytes.count, bytes[next] != UInt8(ascii: "\"") {
      if bytes[next] == UInt8(ascii: "\\") {
        next += 1
        text += try escape()
      } else {
        text.append(bytes[next])
        next += 1
      }
    }
    guard next < bytes.count else { throw wrong("a text without its end") }
    next += 1
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func escape() throws(KilnError) -> [UInt8] {
    guard next < bytes.count else { throw wrong("a text without its end") }
    let letter = Character(Unicode.Scalar(bytes[next]))
    next += 1
    switch letter {
    case "n": return [0x0A]
    case "t": return [0x09]
    case "r": return [0x0D]
    case "b": return [0x08]
    case "f": return [0x0C]
    case "u":
      var unit = try hexadecimal()
      if 0xD800..<0xDC00 ~= unit, bytes[next...].starts(with: "\\u".utf8) {
        next += 2
        unit = 0x10000 + (unit - 0xD800) << 10 + (try hexadecimal() & 0x3FF)
      }
      return Array(String(Unicode.Scalar(unit) ?? "\u{FFFD}").utf8)
    case _: return Array(String(letter).utf8)
    }
  }

  private mutating func hexadecimal() throws(KilnError) -> UInt32 {
    let digits = bytes[next...].prefix(4)
    guard digits.count == 4, let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw wrong("no code of a character") }
    next += 4
    return unit
  }
}
