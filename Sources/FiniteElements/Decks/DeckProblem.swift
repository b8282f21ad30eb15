/// Something in a deck that the user has to change: what is wrong, where, and what to do.
package struct DeckProblem: Error, Equatable, Sendable, CustomStringConvertible {
  package let file: String
  /// The line, counted from 1.
  package let line: Int
  /// One sentence, no full stop.
  package let what: String
  package let fix: String?

  package init(file: String, line: Int, what: String, fix: String? = nil) {
    self.file = file
    self.line = line
    self.what = what
    self.fix = fix
  }

  package var description: String {
    "\(file):\(line): \(what)" + (fix.map { "\n  fix: \($0)" } ?? "")
  }
}

/// All problems of a deck, in the order of its lines as far as they were read.
package struct DeckProblems: Error, Equatable, Sendable, CustomStringConvertible {
  package let all: [DeckProblem]
  /// How many more there are: a deck with thousands of wrong lines is not listed in full.
  package let omitted: Int

  package var description: String {
    all.map(\.description).joined(separator: "\n")
      + (omitted > 0 ? "\nand \(omitted) more problems" : "")
  }
}

/// Something in a deck that has no effect on the result, or is done in another way.
package struct DeckNotice: Equatable, Sendable, CustomStringConvertible {
  /// What else can be made of a notice than to read it.
  package enum Kind: Sendable {
    case plain
    /// Nodes were not tied, so that parts may be loose.
    case untied
  }

  package let file: String
  package let line: Int
  package let what: String
  package var kind = Kind.plain

  package var description: String { "\(file):\(line): \(what)" }
}

/// Collects what is wrong with a deck, so that one run shows everything.
struct DeckReport {
  /// More than a screenful helps nobody.
  static let limit = 100

  private(set) var problems: [DeckProblem] = []
  private(set) var omitted = 0
  private(set) var notices: [DeckNotice] = []

  mutating func add(_ place: Place, _ what: String, fix: String? = nil) {
    guard problems.count < Self.limit else {
      omitted += 1
      return
    }
    problems.append(DeckProblem(file: place.file, line: place.line, what: what, fix: fix))
  }

  mutating func note(_ place: Place, _ what: String, kind: DeckNotice.Kind = .plain) {
    guard notices.count < Self.limit else { return }
    notices.append(DeckNotice(file: place.file, line: place.line, what: what, kind: kind))
  }

  func throwIfAny() throws(DeckProblems) {
    if !problems.isEmpty { throw DeckProblems(all: problems, omitted: omitted) }
  }
}

/// A line of a file of the deck, counted from 1.
package struct Place: Equatable, Sendable {
  package let file: String
  package let line: Int
}
