/// Takes the blanks out of a JSON document, so that it fits on a line; nil where it is not JSON.
///
/// Commands write what they like into `summary.json`: one that is not JSON must not break the lines
/// around it.
func compactJSON(_ bytes: [UInt8]) -> [UInt8]? {
  var compactor = JSONCompactor(bytes)
  return compactor.document()
}

/// A recursive-descent check of RFC 8259 that copies everything but blanks, in runs.
private struct JSONCompactor {
  private let bytes: [UInt8]
  private var place = 0
  private var output: [UInt8] = []
  /// Where the run begins that is checked, but not copied yet.
  private var runStart = 0
  /// Whether a text holds other characters than those of ASCII.
  private var isWide = false

  private static let depthMax = 64

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() -> [UInt8]? {
    skipBlanks()
    guard value(depth: 0) else { return nil }
    skipBlanks()
    guard place == bytes.count, !isWide || String(validating: bytes, as: UTF8.self) != nil else {
      return nil
    }
    output.append(contentsOf: bytes[runStart...])
    return output
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skipBlanks() {
    let start = place
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      place += 1
    }
    guard place > start else { return }
    output.append(contentsOf: bytes[runStart..<start])
    runStart = place
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    place += 1
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
    case _: return number()
    }
  }

  private mutating func members(depth: Int) -> Bool {
    place += 1
    skipBlanks()
    if take(UInt8(ascii: "}")) { return true }
    repeat {
      skipBlanks()
      guard next == UInt8(ascii: "\""), string() else { return false }
      skipBlanks()
      guard take(UInt8(ascii: ":")) else { return false }
      skipBlanks()
      guard value(depth: depth + 1) else { return false }
      skipBlanks()
    } while take(UInt8(ascii: ","))
    return take(UInt8(ascii: "}"))
  }

  private mutating func elements(depth: Int) -> Bool {
    place += 1
    skipBlanks()
    if take(UInt8(ascii: "]")) { return true }
    repeat {
      skipBlanks()
      guard value(depth: depth + 1) else { return false }
      skipBlanks()
    } while take(UInt8(ascii: ","))
    return take(UInt8(ascii: "]"))
  }

  private mutating func string() -> Bool {
    place += 1
    while let byte = next {
      guard byte >= 0x20 else { return false }
      place += 1
      if byte == UInt8(ascii: "\"") { return true }
      if byte >= 0x80 { isWide = true }
      guard byte == UInt8(ascii: "\\") else { continue }
      guard let escaped = next, "\"\\/bfnrtu".utf8.contains(escaped) else { return false }
      place += 1
      if escaped == UInt8(ascii: "u"), !hexadecimalDigits() { return false }
    }
    return false
  }

  private mutating func hexadecimalDigits() -> Bool {
    for _ in 0..<4 {
      guard let byte = next, "0123456789abcdefABCDEF".utf8.contains(byte) else { return false }
      place += 1
    }
    return true
  }

  private mutating func word(_ text: StaticString) -> Bool {
    for byte in text.description.utf8 {
      guard take(byte) else { return false }
    }
    return true
  }

  private mutating func number() -> Bool {
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) {
      guard digits() else { return false }
    }
    if take(UInt8(ascii: ".")), !digits() { return false }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
      return digits()
    }
    return true
  }

  private mutating func digits() -> Bool {
    let start = place
    while let byte = next, (0x30...0x39).contains(byte) { place += 1 }
    return place > start
  }
}
