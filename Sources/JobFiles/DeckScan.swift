import JobModel

/// A cheap look into a deck: which files it includes, what it leaves open. The solver reads decks for real.
package enum DeckScan {
  /// Paths of `*INCLUDE, INPUT=path` cards, as written, in order.
  package static func includes(in text: [UInt8]) -> [String] {
    var found: [String] = []
    for line in text.split(separator: 0x0A) where line.first == UInt8(ascii: "*") {
      let card = String(decoding: line.prefix(1000), as: UTF8.self)
      let parts = card.split(separator: ",").map { trimmed($0) }
      guard parts.first?.uppercased() == "*INCLUDE" else { continue }
      for part in parts.dropFirst() {
        guard let sign = part.firstIndex(of: "="),
          trimmed(part[..<sign]).uppercased() == "INPUT"
        else { continue }
        let path = trimmed(part[part.index(after: sign)...]).filter { $0 != "\"" }
        if !path.isEmpty { found.append(path) }
      }
    }
    return found
  }

  /// Placeholders of a deck; in comments (`**`) braces mean nothing.
  package static func placeholders(in text: [UInt8]) -> [JobModel.Placeholder] {
    guard text.contains(UInt8(ascii: "{")) else { return [] }
    let lines = text.split(separator: 0x0A).filter { !$0.starts(with: [0x2A, 0x2A]) }
    return JobModel.Placeholder.scan(Array(lines.joined(separator: [0x0A])))
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    let isBlank = { (c: Character) in c == " " || c == "\t" || c == "\r" }
    let start = text.drop(while: isBlank)
    guard let end = start.lastIndex(where: { !isBlank($0) }) else { return "" }
    return String(start[...end])
  }
}
