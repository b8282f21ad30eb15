/// The lines at the beginning of a text file.
struct SampleLines {
  struct Line {
    /// Counted from 1 through the whole file.
    var number: Int
    /// Without its line end.
    var text: ArraySlice<UInt8>
    /// Where the next line begins.
    var next: Int
  }

  /// Lines that are neither blank nor comments.
  private(set) var rows: [Line] = []
  /// The last comment before the first row, without its mark.
  private(set) var comment: ArraySlice<UInt8>?

  /// - Parameters:
  ///   - isWhole: whether the bytes are the whole file; a last line that is cut off does not count.
  ///   - limit: how many rows are looked at.
  init(_ bytes: ArraySlice<UInt8>, isWhole: Bool, limit: Int = 60) {
    var number = 0
    var start = bytes.startIndex
    while start < bytes.endIndex, rows.count < limit {
      let end = Self.end(of: bytes[start...])
      if end == bytes.endIndex, !isWhole { break }
      number += 1
      let text = CellText.trimmed(bytes[start..<end])
      if text.first == Dialect.comment || text.first == UInt8(ascii: "%") && rows.isEmpty {
        if rows.isEmpty { comment = text.drop { $0 == text.first } }
      } else if !text.isEmpty {
        var line = bytes[start..<end]
        if line.last == 0x0D { line.removeLast() }
        rows.append(Line(number: number, text: line, next: min(end + 1, bytes.endIndex)))
      }
      number += bytes[start..<end].count { $0 == 0x0A }
      start = end + 1
    }
  }

  /// The line feed that ends the line, which is not one inside quotes.
  private static func end(of bytes: ArraySlice<UInt8>) -> Int {
    var isQuoted = false
    var before = UInt8(ascii: ",")
    for (index, byte) in zip(bytes.indices, bytes) {
      if byte == Dialect.quote {
        if isQuoted { isQuoted = false } else { isQuoted = opensQuote.contains(before) }
      }
      if byte == 0x0A, !isQuoted { return index }
      before = byte
    }
    return isQuoted ? bytes.firstIndex(of: 0x0A) ?? bytes.endIndex : bytes.endIndex
  }

  /// What stands before a quote that begins a cell.
  private static let opensQuote: Set<UInt8> = Set(",;\t |\n\"".utf8)
}
