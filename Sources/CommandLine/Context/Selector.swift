import Base
import Client
import JobModel
import Wire

/// What a person means by `17`, `17.fatigue.4`, `12-15`, `last` or `@name`.
package struct Selector: Hashable, Sendable {
  package enum Jobs: Hashable, Sendable {
    case one(JobReference)
    case range(JobID, JobID)
  }

  package var jobs: Jobs
  package var step: String?
  package var tasks: TaskRange?

  package init(jobs: Jobs, step: String? = nil, tasks: TaskRange? = nil) {
    self.jobs = jobs
    self.step = step
    self.tasks = tasks
  }

  /// The table of help and documentation.
  static let spellings = [
    ("17", "the job 17"), ("17.4", "its task 4, when it has a single step"),
    ("17.fatigue", "its step of that name"), ("17.fatigue.4", "a task of that step"),
    ("17.4-9", "several tasks"), ("12-15", "several jobs"), ("all", "every job"),
    ("last", "the newest job"),
    ("@name", "the newest job of that name"),
  ]

  /// Reads a selector; nothing is asked of the server.
  package init(_ text: String) throws(KilnError) {
    if text.hasPrefix("@") {
      guard text.count > 1 else { throw Selector.problem(text) }
      self.init(jobs: .one(.named(String(text.dropFirst()))))
      return
    }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard !parts.contains(""), parts.count <= 3, let jobs = Selector.jobs(parts[0]) else {
      throw Selector.problem(text)
    }
    self.init(jobs: jobs)
    guard parts.count > 1 else { return }
    if case .range = jobs { throw Selector.problem(text) }
    let tasks = Selector.range(parts[parts.count - 1])
    switch (parts.count, tasks) {
    case (2, .some(let tasks)): self.tasks = tasks
    case (2, nil): step = try Selector.step(parts[1], in: text)
    case (_, .some(let tasks)):
      step = try Selector.step(parts[1], in: text)
      self.tasks = tasks
    case (_, nil): throw Selector.problem(text)
    }
  }

  private static func jobs(_ text: String) -> Jobs? {
    if text == "last" { return .one(.last) }
    if text == "all" { return .range(JobID(1), JobID(.max)) }
    guard let range = range(text) else { return nil }
    let first = JobID(Int64(range.first))
    return range.count == 1 && !text.contains("-")
      ? .one(.id(first)) : .range(first, JobID(Int64(range.last)))
  }

  /// A name; what looks like numbers is a mistaken task.
  private static func step(_ name: String, in text: String) throws(KilnError) -> String {
    let isNumeric = name.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2D }
    if isNumeric { throw problem(text) }
    return name
  }

  /// `4` or `4-9`.
  private static func range(_ text: String) -> TaskRange? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
    let numbers = ends.compactMap { end in
      end.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(end) : nil
    }
    guard numbers.count == ends.count, let first = numbers.first, let last = numbers.last,
      numbers.count <= 2, first >= 1, first <= last
    else { return nil }
    return TaskRange(first, last)
  }

  private static func problem(_ text: String) -> KilnError {
    KilnError(
      .usage, "'\(text)' names no job",
      fix: "write 17, 17.4, 17.fatigue.4, 12-15, all, last or @name")
  }
}
