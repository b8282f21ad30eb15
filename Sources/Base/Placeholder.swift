/// A `{name}` or `{name=default}` in a text; a name is a letter, then letters, digits, `_` and `-`; a
/// default holds no braces and ends in its line.
///
/// A `{` that begins nothing of the kind is an ordinary character.
package struct Placeholder: Hashable, Sendable, Codable {
  package let name: String
  package let standard: String?

  package init(name: String, standard: String?) {
    self.name = name
    self.standard = standard
  }

  /// Placeholders in the order of their first appearance, each once; a name has a default only if
  /// it has one wherever it appears.
  package static func scan(_ text: [UInt8]) -> [Placeholder] {
    var found: [Placeholder] = []
    var places: [String: Int] = [:]
    walk(text) { piece in
      guard case .placeholder(let placeholder, _) = piece else { return }
      if let place = places[placeholder.name] {
        if placeholder.standard == nil { found[place] = placeholder }
      } else {
        places[placeholder.name] = found.count
        found.append(placeholder)
      }
    }
    return found
  }

  /// The text with every placeholder replaced.
  /// - Throws: names the first placeholder that has neither a value nor a default.
  package static func fill(
    _ text: [UInt8], with values: [String: String]
  ) throws(UnfilledPlaceholder) -> [UInt8] {
    var filled: [UInt8] = []
    filled.reserveCapacity(text.count)
    var missing: String?
    walk(text) { piece in
      switch piece {
      case .text(let range): filled += text[range]
      case .placeholder(let placeholder, _):
        if let value = values[placeholder.name] ?? placeholder.standard {
          filled += value.utf8
        } else {
          missing = missing ?? placeholder.name
        }
      }
    }
    if let missing { throw UnfilledPlaceholder(name: missing) }
    return filled
  }

  /// An argument of a command with the placeholders replaced that have a value.
  ///
  /// Others stay as they are, and so does what follows a `$`: braces mean something to shells, awk
  /// and many solvers.
  package static func fillArgument(_ text: String, with values: [String: String]) -> String {
    guard !values.isEmpty else { return text }
    let bytes = Array(text.utf8)
    var filled: [UInt8] = []
    walk(bytes) { piece in
      switch piece {
      case .text(let range): filled += bytes[range]
      case .placeholder(let placeholder, let range):
        let isShells = range.lowerBound > 0 && bytes[range.lowerBound - 1] == UInt8(ascii: "$")
        if let value = values[placeholder.name], !isShells, placeholder.standard == nil {
          filled += value.utf8
        } else {
          filled += bytes[range]
        }
      }
    }
    return String(decoding: filled, as: UTF8.self)
  }

  /// The names that ``fillArgument(_:with:)`` would replace.
  package static func namesInArgument(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    var names: [String] = []
    walk(bytes) { piece in
      guard case .placeholder(let placeholder, let range) = piece else { return }
      let isShells = range.lowerBound > 0 && bytes[range.lowerBound - 1] == UInt8(ascii: "$")
      if !isShells, placeholder.standard == nil { names.append(placeholder.name) }
    }
    return names
  }
}

/// A placeholder for which neither the job nor the text gives a value.
package struct UnfilledPlaceholder: Error, Hashable, Sendable {
  package let name: String

  package init(name: String) { self.name = name }
}

extension Placeholder {
  /// A part of a text, with its bytes.
  package enum Piece {
    case text(Range<Int>)
    case placeholder(Placeholder, Range<Int>)
  }

  /// Cuts a text into placeholders and what is between them.
  package static func walk(_ text: [UInt8], _ visit: (Piece) -> Void) {
    var start = 0
    var place = 0
    while place < text.count {
      guard text[place] == UInt8(ascii: "{"), let (placeholder, end) = read(text, from: place)
      else {
        place += 1
        continue
      }
      if start < place { visit(.text(start..<place)) }
      visit(.placeholder(placeholder, place..<end))
      place = end
      start = end
    }
    if start < text.count { visit(.text(start..<text.count)) }
  }

  /// Whether the asterisk at `index` begins a comment of a deck: it is the first of two, and nothing but
  /// blanks stands before it on its line.
  package static func startsComment(_ text: [UInt8], at index: Int) -> Bool {
    guard index + 1 < text.count, text[index + 1] == UInt8(ascii: "*") else { return false }
    var place = index
    while place > 0, text[place - 1] != 0x0A {
      place -= 1
      guard text[place] <= 0x20 else { return false }
    }
    return true
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
    while place < text.count, !endsDefault(text[place]) { place += 1 }
    guard place < text.count, text[place] == UInt8(ascii: "}") else { return nil }
    let standard = String(decoding: text[value..<place], as: UTF8.self)
    return (Placeholder(name: name, standard: standard), place + 1)
  }

  /// Bytes above ASCII belong to letters of other scripts.
  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte >= 0x80
  }

  private static func endsDefault(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") || byte == 0x0A
  }

  private static func isOther(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }
}
