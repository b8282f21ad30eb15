/// A small reader of JSON for the reference values of tests; nil from the accessors where there is
/// something else.
package indirect enum JSONTree: Sendable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case array([JSONTree])
  case object([(name: String, value: JSONTree)])

  package init?(_ text: String) {
    var parser = JSONParser(Array(text.utf8))
    guard let tree = parser.value() else { return nil }
    self = tree
  }

  package subscript(name: String) -> JSONTree? { members?.first { $0.name == name }?.value }

  package var members: [(name: String, value: JSONTree)]? {
    guard case .object(let members) = self else { return nil }
    return members
  }

  package var elements: [JSONTree]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  package var text: String? {
    guard case .text(let text) = self else { return nil }
    return text
  }

  /// A number, or a text that is one: references keep all digits in texts.
  package var number: Double? {
    switch self {
    case .number(let number): number
    case .text(let text): Double(text)
    case .null, .flag, .array, .object: nil
    }
  }

  package var numbers: [Double]? { elements?.compactMap(\.number) }
}

private struct JSONParser {
  private let bytes: [UInt8]
  private var next = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private var byte: UInt8? { next < bytes.count ? bytes[next] : nil }

  mutating func value() -> JSONTree? {
    skipBlanks()
    switch byte {
    case UInt8(ascii: "{"): return object()
    case UInt8(ascii: "["): return array()
    case UInt8(ascii: "\""): return string().map { .text($0) }
    case nil: return nil
    default: return word()
    }
  }

  private mutating func object() -> JSONTree? {
    var members: [(name: String, value: JSONTree)] = []
    next += 1
    while !ends(with: UInt8(ascii: "}")) {
      guard let name = string() else { return nil }
      skipBlanks()
      next += 1
      guard let value = value() else { return nil }
      members.append((name, value))
    }
    return .object(members)
  }

  private mutating func array() -> JSONTree? {
    var elements: [JSONTree] = []
    next += 1
    while !ends(with: UInt8(ascii: "]")) {
      guard let value = value() else { return nil }
      elements.append(value)
    }
    return .array(elements)
  }

  /// Passes a comma and blanks; true behind the closing bracket and at the end of the text.
  private mutating func ends(with bracket: UInt8) -> Bool {
    skipBlanks()
    if byte == UInt8(ascii: ",") { next += 1 }
    skipBlanks()
    guard let byte, byte != bracket else {
      next += 1
      return true
    }
    return false
  }

  private mutating func string() -> String? {
    guard byte == UInt8(ascii: "\"") else { return nil }
    next += 1
    var text: [UInt8] = []
    while let byte, byte != UInt8(ascii: "\"") {
      if byte == UInt8(ascii: "\\") { next += 1 }
      text.append(bytes[min(next, bytes.count - 1)])
      next += 1
    }
    next += 1
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func word() -> JSONTree? {
    let start = next
    while let byte, !",]} \n\r\t".utf8.contains(byte) { next += 1 }
    switch String(decoding: bytes[start..<next], as: UTF8.self) {
    case "true": return .flag(true)
    case "false": return .flag(false)
    case "null", "NaN": return .null
    case let text: return Double(text).map { .number($0) }
    }
  }

  private mutating func skipBlanks() {
    while let byte, " \n\r\t".utf8.contains(byte) { next += 1 }
  }
}
