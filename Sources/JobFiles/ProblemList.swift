import Base

/// Collects the problems of one file, so that all are reported in one go, in the file's order.
struct ProblemList {
  let fileName: String
  private var found: [(mark: Mark, problem: KilnError)] = []

  init(fileName: String) { self.fileName = fileName }

  var isEmpty: Bool { found.isEmpty }

  mutating func add(_ what: String, at mark: Mark, fix: String? = nil) {
    let place = "\(fileName):\(mark.line):\(mark.column)"
    found.append((mark, KilnError(.invalidFile, what, at: place, fix: fix)))
  }

  /// The problems in the order of their places; of very many, the first hundred.
  var problems: Problems {
    let sorted = found.enumerated().sorted {
      ($0.element.mark, $0.offset) < ($1.element.mark, $1.offset)
    }
    var all = sorted.prefix(JobFileLimits.problemsMax).map(\.element.problem)
    if sorted.count > all.count {
      all.append(
        KilnError(.invalidFile, "and \(sorted.count - all.count) more problems", at: fileName))
    }
    return Problems(all)
  }
}
