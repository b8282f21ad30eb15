/// A `{name}` or `{name=default}` in a text; a name is a letter, then letters, digits, `_` and `-`.
package struct Placeholder: Hashable, Sendable {
  package let name: String
  package let standard: String?

  package init(name: String, standard: String?) {
    self.name = name
    self.standard = standard
  }

  /// Placeholders in the order of their first appearance, each once.
  package static func scan(_ text: [UInt8]) -> [Placeholder] {
    var found: [Placeholder] = []
    walk(text) { piece in
      if case .placeholder(let placeholder) = piece,
        !found.contains(where: { $0.name == placeholder.name })
      {
        found.append(placeholder)
      }
    }
    return found
  }

  /// The text with every placeholder replaced; the first one without a value is named.
  package static func fill(
    _ text: String, with values: [String: String]
  ) throws(UnfilledPlaceholder) -> String {
    var filled: [UInt8] = []
    var missing: String?
    walk(Array(text.utf8)) { piece in
      switch piece {
      case .text(let bytes): filled.append(contentsOf: bytes)
      case .placeholder(let placeholder):
        if let value = values[placeholder.name] ?? placeholder.standard {
          filled.append(contentsOf: value.utf8)
        } else {
          missing = missing ?? placeholder.name
        }
      }
    }
    if let missing { throw UnfilledPlaceholder(name: missing) }
    return String(decoding: filled, as: UTF8.self)
  }

  private enum Piece {
    case text(ArraySlice<UInt8>)
    case placeholder(Placeholder)
  }

  private static func walk(_ text: [UInt8], _ visit: (Piece) -> Void) {
    var start = 0
    var place = 0
    while place < text.count {
      guard text[place] == UInt8(ascii: "{"), let (placeholder, end) = read(text, from: place)
      else {
        place += 1
        continue
      }
      if start < place { visit(.text(text[start..<place])) }
      visit(.placeholder(placeholder))
      place = end
      start = end
    }
    if start < text.count { visit(.text(text[start...])) }
  }

  /// Reads a placeholder whose brace is at `start`; nil where the brace is just a brace.
  private static func read(_ text: [UInt8], from start: Int) -> (Placeholder, end: Int)? {
    var place = start + 1
    guard place < text.count, isLetter(text[place]) else { return nil }
    while place < text.count, isLetter(text[place]) || isOther(text[place]) { place += 1 }
    guard place < text.count else { return nil }
    let name = String(decoding: text[(start + 1)..<place], as: UTF8.self)
    if text[place] == UInt8(ascii: "}") {
      return (Placeholder(name: name, standard: nil), place + 1)
    }
    guard text[place] == UInt8(ascii: "=") else { return nil }
    let value = place + 1
    while place < text.count, text[place] != UInt8(ascii: "}"), text[place] != 0x0A { place += 1 }
    guard place < text.count, text[place] == UInt8(ascii: "}") else { return nil }
    let standard = String(decoding: text[value..<place], as: UTF8.self)
    return (Placeholder(name: name, standard: standard), place + 1)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  private static func isOther(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }
}

/// A placeholder for which neither the sweep nor the text gives a value.
package struct UnfilledPlaceholder: Error, Hashable, Sendable {
  package let name: String

  package init(name: String) { self.name = name }
}
