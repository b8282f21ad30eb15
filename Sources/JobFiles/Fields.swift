import Base

/// The keys of one mapping: each read once; what nobody read is unknown.
struct Fields {
  let mark: Mark
  private var entries: [String: Node.Entry] = [:]
  private var order: [String] = []
  private var known: [String] = []

  /// Takes a mapping apart and reports its duplicate keys.
  init(_ entries: [Node.Entry], at mark: Mark, _ problems: inout ProblemList) {
    self.mark = mark
    for entry in entries {
      if let first = self.entries[entry.key] {
        problems.add(
          "`\(entry.key)` is given twice", at: entry.keyMark,
          fix: "it stands in line \(first.keyMark.line) already; remove one")
      } else {
        self.entries[entry.key] = entry
        order.append(entry.key)
      }
    }
  }

  /// The value of a key, which is known from then on.
  mutating func take(_ key: String) -> Node? {
    known.append(key)
    return entries[key]?.value
  }

  func keyMark(_ key: String) -> Mark { entries[key]?.keyMark ?? mark }

  var all: [Node.Entry] { order.compactMap { entries[$0] } }

  /// Reports every key that nobody took, with the nearest known one.
  func reportUnknown(of owner: String, _ problems: inout ProblemList) {
    for key in order where !known.contains(key) {
      let near = nearest(to: key, among: known)
      problems.add(
        "unknown key `\(printable(key))` of \(owner)", at: keyMark(key),
        fix: near.map { "did you mean `\($0)`?" } ?? "known are \(known.joined(separator: ", "))")
    }
  }
}

/// A user's word for a message: shortened, control characters escaped.
func printable(_ word: String) -> String {
  let scalars = word.unicodeScalars.prefix(60).map { scalar in
    scalar.properties.generalCategory == .control
      ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
  }
  return scalars.joined() + (word.unicodeScalars.count > 60 ? "…" : "")
}

/// Whether a word can name a step, an axis or an input: letters, digits, `-` and `_`.
func isWord(_ word: String) -> Bool {
  !word.isEmpty && word.utf8.count <= 200
    && word.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "-" || $0 == "_"
    }
}
