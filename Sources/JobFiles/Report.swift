import Base

/// Collects the problems of one file, so that all of them are shown in one go.
///
/// Texts are built only while there is room: a hostile file has a hundred thousand mistakes.
final class Report {
  private let fileName: String
  private var found: [(mark: Mark, error: KilnError)] = []

  static let problemsMax = 50

  init(fileName: String) { self.fileName = fileName }

  var isEmpty: Bool { found.isEmpty }
  var isFull: Bool { found.count > Report.problemsMax }
  var count: Int { found.count }

  /// - Parameter other: the place in another file, which the mark names.
  func add(
    _ message: @autoclosure () -> String, at mark: Mark, in other: @autoclosure () -> String? = nil,
    fix: @autoclosure () -> String? = nil
  ) {
    guard !isFull else { return }
    let place = other() ?? "\(fileName):\(mark.line):\(mark.column)"
    if found.count == Report.problemsMax {
      let rest = KilnError(
        .invalidFile, "there are more problems", at: place, fix: "correct those above first")
      found.append((Mark(line: .max, column: .max), rest))
    } else {
      found.append((mark, KilnError(.invalidFile, message(), at: place, fix: fix())))
    }
  }

  /// The problems in the order of the file.
  var problems: Problems {
    let sorted = found.enumerated().sorted {
      ($0.element.mark, $0.offset) < ($1.element.mark, $1.offset)
    }
    return Problems(sorted.map(\.element.error))
  }
}

/// A word of the user in a message: short, without control characters, in backticks.
func quoted(_ text: String) -> String {
  var shown = ""
  for scalar in text.unicodeScalars {
    guard shown.utf8.count < 60 else { return "`\(shown)…`" }
    if isUnprintable(scalar) {
      shown += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    } else {
      shown.unicodeScalars.append(scalar)
    }
  }
  return "`\(shown)`"
}

/// Control characters, and those that reorder or break the line of whoever reads them.
func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
  default: false
  }
}

/// Words as a list: `a`, `b` or `c`.
func listed(_ words: [String], _ last: String = "or") -> String {
  let marked = words.map { "`\($0)`" }
  guard let final = marked.last, marked.count > 1 else { return marked.first ?? "" }
  return "\(marked.dropLast().joined(separator: ", ")) \(last) \(final)"
}

/// What was meant by a mistyped word, or what there is.
func suggestion(for word: String, among known: [String]) -> String? {
  if let near = nearest(to: word, among: known.prefix(200)) { return "did you mean `\(near)`?" }
  switch known.count {
  case 0: return nil
  case 1: return "the only one is \(listed(known))"
  case 2...30: return "known are \(listed(known, "and"))"
  default: return nil
  }
}
