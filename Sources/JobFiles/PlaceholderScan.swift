import JobModel

/// What a job needs to know of a deck's text: its placeholders and the files that it includes.
package struct PlaceholderScan: Hashable, Sendable {
  package var placeholders: [Placeholder]
  /// Paths after `*INCLUDE, INPUT=`, as written, in the order of the text.
  package var includes: [String]
  /// Included files that are not there.
  package var missing: [String]

  package init(
    placeholders: [Placeholder] = [], includes: [String] = [], missing: [String] = []
  ) {
    self.placeholders = placeholders
    self.includes = includes
    self.missing = missing
  }

  /// Scans one file, without what it includes; comment lines (`**`) say nothing.
  package init(_ deck: [UInt8]) {
    let lines = DeckLines(deck)
    placeholders = Placeholder.scan(lines.withoutComments)
    includes = lines.includes
    missing = []
  }

  /// Adds what another file of the same deck holds.
  package mutating func merge(_ other: PlaceholderScan) {
    var places: [String: Int] = [:]
    for (place, placeholder) in placeholders.enumerated() { places[placeholder.name] = place }
    for placeholder in other.placeholders {
      if let place = places[placeholder.name] {
        if placeholder.standard == nil { placeholders[place] = placeholder }
      } else {
        places[placeholder.name] = placeholders.count
        placeholders.append(placeholder)
      }
    }
    includes += other.includes
    missing += other.missing
  }
}

/// The lines of a deck, as far as comments and `*INCLUDE` go.
private struct DeckLines {
  private let text: [UInt8]
  private(set) var includes: [String] = []
  private var comments: [Range<Int>] = []

  init(_ text: [UInt8]) {
    self.text = text
    var start = 0
    while start < text.count {
      let end = DeckLines.lineEnd(text, from: start)
      if text[start] == DeckLines.star { keyword(start..<end) }
      start = end
    }
  }

  var withoutComments: [UInt8] {
    guard !comments.isEmpty else { return text }
    var kept: [UInt8] = []
    kept.reserveCapacity(text.count)
    var start = 0
    for comment in comments {
      kept += text[start..<comment.lowerBound]
      start = comment.upperBound
    }
    return kept + text[start...]
  }

  private static let star = UInt8(ascii: "*")

  private static func lineEnd(_ text: [UInt8], from start: Int) -> Int {
    var place = start
    while place < text.count, text[place] != 0x0A { place += 1 }
    return min(place + 1, text.count)
  }

  private mutating func keyword(_ line: Range<Int>) {
    if line.count > 1, text[line.lowerBound + 1] == DeckLines.star {
      comments.append(line)
    } else if let file = DeckLines.included(text[line]) {
      includes.append(file)
    }
  }

  /// The file of `*INCLUDE, INPUT=file`, in any case and with any blanks; nil for other cards.
  private static func included(_ line: ArraySlice<UInt8>) -> String? {
    let parts = line.dropFirst().split(separator: UInt8(ascii: ","))
    guard let card = parts.first, folded(card) == "INCLUDE" else { return nil }
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
