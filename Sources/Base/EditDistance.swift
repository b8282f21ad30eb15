/// The number of edits between two words: characters inserted, removed or replaced, and neighbours
/// swapped (optimal string alignment).
package func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a)
  let b = Array(b)
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    row.reserveCapacity(b.count + 1)
    for j in b.indices {
      var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        best = min(best, beforeLast[j - 1] + 1)
      }
      row.append(best)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}

/// The candidate nearest to a mistyped word, or nil when none is near enough to be meant.
///
/// One edit in three characters; words of one or two match only in another case.
package func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
  guard word.utf8.count <= 64 else { return nil }
  let limit = word.count / 3
  return
    candidates
    .map { (distance: editDistance(word.lowercased(), $0.lowercased()), candidate: $0) }
    .filter { $0.distance <= limit }
    .min { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }?
    .candidate
}
