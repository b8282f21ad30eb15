/// A value that a deck leaves open: `{name}`, or `{name=default}` with what to use if none is given.
struct Placeholder: Equatable, Sendable {
  let name: String
  let standard: String?
  /// The line, counted from 1.
  package let line: Int
}

extension Deck {
  /// The text with its placeholders filled; lines keep their numbers.
  static func fill(
    _ bytes: [UInt8], file: String, with values: [String: String], report: inout DeckReport
  ) -> [UInt8] {
    guard bytes.contains(Ascii.openBrace) else { return bytes }
    var filled: [UInt8] = []
    filled.reserveCapacity(bytes.count)
    scan(bytes) { piece in
      switch piece {
      case .text(let range):
        filled += bytes[range]
      case .placeholder(let placeholder):
        if let value = values[placeholder.name] ?? placeholder.standard {
          filled += value.utf8
        } else {
          report.add(
            Place(file: file, line: placeholder.line),
            "placeholder {\(placeholder.name)} has no value",
            fix: "sweep over \(placeholder.name), or write a default: {\(placeholder.name)=1}")
          // Any number will do: the card shall not be reported once more.
          filled.append(UInt8(ascii: "1"))
        }
      case .malformed(let line):
        report.add(
          Place(file: file, line: line), "'{' does not begin a placeholder",
          fix: "write {name} or {name=default} with letters, digits, '_' and '-' in the name")
      }
    }
    return filled
  }

  private enum Piece {
    case text(Range<Int>)
    case placeholder(Placeholder)
    case malformed(line: Int)
  }

  /// Cuts a file into text and placeholders.
  private static func scan(_ bytes: [UInt8], _ body: (Piece) -> Void) {
    var textStart = 0
    var line = 1
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == Ascii.newline {
        line += 1
      } else if byte == Ascii.star, isComment(bytes, at: index) {
        while index + 1 < bytes.count, bytes[index + 1] != Ascii.newline { index += 1 }
      } else if byte == Ascii.openBrace {
        body(.text(textStart..<index))
        if let (placeholder, end) = placeholder(bytes, at: index, line: line) {
          body(.placeholder(placeholder))
          index = end
        } else {
          body(.malformed(line: line))
        }
        textStart = index + 1
      }
      index += 1
    }
    body(.text(textStart..<bytes.count))
  }

  private static func isComment(_ bytes: [UInt8], at index: Int) -> Bool {
    index + 1 < bytes.count && bytes[index + 1] == Ascii.star
      && (index == 0 || bytes[index - 1] == Ascii.newline)
  }

  /// The placeholder whose brace is at `start`, and the index of its closing brace.
  private static func placeholder(
    _ bytes: [UInt8], at start: Int, line: Int
  ) -> (Placeholder, end: Int)? {
    guard
      let end = bytes[start...].firstIndex(where: {
        $0 == Ascii.closeBrace || $0 == Ascii.newline
      }), bytes[end] == Ascii.closeBrace
    else { return nil }
    let inside = bytes[(start + 1)..<end].split(
      separator: Ascii.equals, maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = inside.first, !name.isEmpty, name.allSatisfy(Ascii.isNameByte) else {
      return nil
    }
    let standard = inside.count > 1 ? String(decoding: inside[1], as: UTF8.self) : nil
    return (
      Placeholder(name: String(decoding: name, as: UTF8.self), standard: standard, line: line), end
    )
  }
}
