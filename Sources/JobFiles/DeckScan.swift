import Base
import JobModel

/// A cheap look into a deck: which files it includes, what it leaves open. The solver reads decks for
/// real.
package enum DeckScan {
  /// A file that a deck includes.
  package struct Include: Hashable, Sendable {
    /// As written.
    package let path: String
    /// Where its `*INCLUDE` stands, counted from 1.
    package let line: Int
  }

  /// The `*INCLUDE, INPUT=path` cards, in order.
  ///
  /// - Parameter numbers: the number of each line, where some were left out.
  package static func includes(in text: [UInt8], numbers: [Int]? = nil) -> [Include] {
    var found: [Include] = []
    forEachCard(in: text) { card, line in
      guard let path = included(text[card]) else { return }
      found.append(Include(path: path, line: numbers?[line] ?? line + 1))
    }
    return found
  }

  /// Placeholders of a deck, each once; in comments (`**`) braces mean nothing.
  ///
  /// A name has a default only if it has one wherever it appears. The line is that of the first
  /// appearance, or of the first without a default.
  package static func placeholders(
    in text: [UInt8], of file: String, numbers: [Int]? = nil
  ) -> [PlacedPlaceholder] {
    guard text.contains(UInt8(ascii: "{")) else { return [] }
    var found: [PlacedPlaceholder] = []
    var places: [String: Int] = [:]
    var line = 0
    var isComment = false
    Placeholder.walk(text) { piece in
      switch piece {
      case .text(let range):
        for index in range {
          if text[index] == newline {
            line += 1
            isComment = false
          } else if text[index] == star, Placeholder.startsComment(text, at: index) {
            isComment = true
          }
        }
      case .placeholder(let placeholder, _):
        guard !isComment else { return }
        let placed = PlacedPlaceholder(placeholder, file: file, line: numbers?[line] ?? line + 1)
        guard let place = places[placeholder.name] else {
          places[placeholder.name] = found.count
          found.append(placed)
          return
        }
        if placeholder.standard == nil, found[place].placeholder.standard != nil {
          found[place] = placed
        }
      }
    }
    return found
  }

  private static let star = UInt8(ascii: "*")
  private static let newline: UInt8 = 0x0A

  /// Calls for every card with its bytes, from the asterisk through the lines that a comma at the end
  /// continues, and the number of its first line, counted from 0.
  private static func forEachCard(
    in text: [UInt8], _ visit: (_ card: Range<Int>, _ line: Int) -> Void
  ) {
    var (start, line) = (0, 0)
    while start < text.count {
      var end = lineEnd(text, from: start)
      let card = line
      line += 1
      defer { start = end }
      guard let first = text[start..<end].firstIndex(where: { $0 > 0x20 }), text[first] == star,
        first + 1 < end, text[first + 1] != star
      else { continue }
      while end < text.count, text[first..<end].last(where: { $0 > 0x20 }) == UInt8(ascii: ",") {
        end = lineEnd(text, from: end)
        line += 1
      }
      visit(first..<end, card)
    }
  }

  /// The place behind the line that begins at `start`.
  private static func lineEnd(_ text: [UInt8], from start: Int) -> Int {
    var end = start
    while end < text.count, text[end] != newline { end += 1 }
    return min(end + 1, text.count)
  }

  /// The file of `*INCLUDE, INPUT=file`, in any case and with any blanks; nil for other cards.
  private static func included(_ line: ArraySlice<UInt8>) -> String? {
    let parts = line.dropFirst().split(separator: UInt8(ascii: ","))
    guard let card = parts.first, card.count < 100, folded(card) == "INCLUDE" else { return nil }
    for part in parts.dropFirst() {
      let sides = part.split(separator: UInt8(ascii: "="), maxSplits: 1)
      guard sides.count == 2, folded(sides[0]) == "INPUT" else { continue }
      let isOuter = { (byte: UInt8) in byte <= 0x20 || byte == UInt8(ascii: "\"") }
      guard let start = sides[1].firstIndex(where: { !isOuter($0) }),
        let end = sides[1].lastIndex(where: { !isOuter($0) })
      else { return nil }
      return String(decoding: sides[1][start...end], as: UTF8.self)
    }
    return nil
  }

  private static func folded(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self).uppercased()
  }
}

/// A placeholder and where it stands.
package struct PlacedPlaceholder: Hashable, Sendable {
  package let placeholder: Placeholder
  package var file: String
  /// Counted from 1.
  package let line: Int

  package init(_ placeholder: Placeholder, file: String, line: Int) {
    self.placeholder = placeholder
    self.file = file
    self.line = line
  }
}
