import Base
import JobModel

/// A cheap look into a deck: which files it includes, what it leaves open. The solver reads decks for
/// real.
package enum DeckScan {
  /// Paths of `*INCLUDE, INPUT=path` cards, as written, in order.
  package static func includes(in text: [UInt8]) -> [String] {
    var found: [String] = []
    forEachKeyword(in: text) { line in
      if let path = included(text[line]) { found.append(path) }
    }
    return found
  }

  /// Placeholders of a deck; in comments (`**`) braces mean nothing.
  package static func placeholders(in text: [UInt8]) -> [Placeholder] {
    guard text.contains(UInt8(ascii: "{")) else { return [] }
    var kept: [UInt8] = []
    var start = 0
    forEachKeyword(in: text) { line in
      guard line.count > 1, text[line.lowerBound + 1] == star else { return }
      kept += text[start..<line.lowerBound]
      start = line.upperBound
    }
    return Placeholder.scan(start == 0 ? text : kept + text[start...])
  }

  private static let star = UInt8(ascii: "*")

  /// Calls for every line that begins with `*`, its end included.
  private static func forEachKeyword(in text: [UInt8], _ visit: (Range<Int>) -> Void) {
    var start = 0
    while start < text.count {
      var end = start
      while end < text.count, text[end] != 0x0A { end += 1 }
      end = min(end + 1, text.count)
      if text[start] == star { visit(start..<end) }
      start = end
    }
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
