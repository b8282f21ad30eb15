/// Takes the blanks out of a JSON document, so that it fits on a line; nil where it is not JSON.
///
/// Commands write what they like into `summary.json`: one that is not JSON must not break the lines
/// around it.
func compactJSON(_ bytes: [UInt8]) -> [UInt8]? {
  var compactor = JSONCompactor(bytes)
  return compactor.document()
}

/// A recursive-descent check of RFC 8259 that copies everything but blanks.
private struct JSONCompactor {
  private let bytes: [UInt8]
  private var place = 0
  private var output: [UInt8] = []

  private static let depthMax = 64

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    output.reserveCapacity(bytes.count)
  }

  mutating func document() -> [UInt8]? {
    skipBlanks()
    guard value(depth: 0) else { return nil }
    skipBlanks()
    guard place == bytes.count, String(validating: output, as: UTF8.self) != nil else { return nil }
    return output
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      place += 1
    }
  }

  private mutating func copy() {
    output.append(bytes[place])
    place += 1
  }

  private mutating func take(_ byte: Character) -> Bool {
    guard let code = byte.asciiValue, next == code else { return false }
    copy()
    return true
  }

  private mutating func value(depth: Int) -> Bool {
    guard depth < JSONCompactor.depthMax, let byte = next else { return false }
    switch byte {
    case UInt8(ascii: "{"): return members(depth: depth)
    case UInt8(ascii: "["): return elements(depth: depth)
    case UInt8(ascii: "\""): return string()
    case UInt8(ascii: "t"): return word("true")
    case UInt8(ascii: "f"): return word("false")
    case UInt8(ascii: "n"): return word("null")
    default: return number()
    }
  }

  private mutating func members(depth: Int) -> Bool {
    copy()
    skipBlanks()
    if take("}") { return true }
    repeat {
      skipBlanks()
      guard next == UInt8(ascii: "\""), string() else { return false }
      skipBlanks()
      guard take(":") else { return false }
      skipBlanks()
      guard value(depth: depth + 1) else { return false }
      skipBlanks()
    } while take(",")
    return take("}")
  }

  private mutating func elements(depth: Int) -> Bool {
    copy()
    skipBlanks()
    if take("]") { return true }
    repeat {
      skipBlanks()
      guard value(depth: depth + 1) else { return false }
      skipBlanks()
    } while take(",")
    return take("]")
  }

  private mutating func string() -> Bool {
    copy()
    while let byte = next {
      guard byte >= 0x20 else { return false }
      copy()
      if byte == UInt8(ascii: "\"") { return true }
      guard byte == UInt8(ascii: "\\") else { continue }
      guard let escaped = next, "\"\\/bfnrtu".utf8.contains(escaped) else { return false }
      copy()
      if escaped == UInt8(ascii: "u"), !hexadecimalDigits() { return false }
    }
    return false
  }

  private mutating func hexadecimalDigits() -> Bool {
    for _ in 0..<4 {
      guard let byte = next, "0123456789abcdefABCDEF".utf8.contains(byte) else { return false }
      copy()
    }
    return true
  }

  private mutating func word(_ text: StaticString) -> Bool {
    for byte in text.description.utf8 {
      guard next == byte else { return false }
      copy()
    }
    return true
  }

  private mutating func number() -> Bool {
    _ = take("-")
    if !take("0") {
      guard digits() else { return false }
    }
    if take("."), !digits() { return false }
    if take("e") || take("E") {
      _ = take("+") || take("-")
      return digits()
    }
    return true
  }

  private mutating func digits() -> Bool {
    let start = place
    while let byte = next, (0x30...0x39).contains(byte) { copy() }
    return place > start
  }
}
