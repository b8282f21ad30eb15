/// Finds what someone probably meant.
enum Spelling {
  /// The candidate nearest to `word`, when it is near enough to be worth a question.
  static func nearest(to word: String, in candidates: [String]) -> String? {
    let limit = max(1, word.count / 3)
    let ranked = candidates.map { (distance(Array(word.utf8), Array($0.utf8)), $0) }
    guard let best = ranked.min(by: { $0.0 < $1.0 }), best.0 <= limit else { return nil }
    return best.1
  }

  /// The number of letters to insert, remove or replace [Levenshtein 1966].
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for i in a.indices {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let replaced = diagonal + (a[i] == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
      }
    }
    return row[b.count]
  }
}
