import Base

extension Deck {
  /// The text with its placeholders filled; lines keep their numbers.
  ///
  /// In comments (`**`) braces mean nothing; elsewhere a brace that begins no placeholder is an error.
  static func fill(
    _ bytes: [UInt8], file: String, with values: [String: String], report: inout DeckReport
  ) -> [UInt8] {
    guard bytes.contains(Ascii.openBrace) else { return bytes }
    var filled: [UInt8] = []
    filled.reserveCapacity(bytes.count)
    var line = 1
    var isComment = false
    Placeholder.walk(bytes) { piece in
      switch piece {
      case .text(let range):
        for index in range {
          switch bytes[index] {
          case Ascii.newline:
            line += 1
            isComment = false
          case Ascii.star where Placeholder.startsComment(bytes, at: index): isComment = true
          case Ascii.openBrace where !isComment:
            report.add(
              Place(file: file, line: line), "'{' does not begin a placeholder",
              fix: "write {name} or {name=default} with letters, digits, '_' and '-' in the name")
          case _: break
          }
        }
        filled += bytes[range]
      case .placeholder(let placeholder, let range):
        if isComment {
          filled += bytes[range]
        } else if let value = values[placeholder.name] ?? placeholder.standard {
          filled += value.utf8
        } else {
          report.add(
            Place(file: file, line: line), "placeholder {\(placeholder.name)} has no value",
            fix: "sweep over \(placeholder.name), or write a default: {\(placeholder.name)=1}")
          // Any number will do: the card shall not be reported once more.
          filled.append(UInt8(ascii: "1"))
        }
      }
    }
    return filled
  }
}
