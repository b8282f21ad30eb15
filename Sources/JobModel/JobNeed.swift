import Base

/// A job that must have come to something before another one begins.
package struct JobNeed: Hashable, Sendable, Codable {
  package let job: JobID
  package let condition: JobCondition

  package init(_ job: JobID, _ condition: JobCondition = .ok) {
    self.job = job
    self.condition = condition
  }
}

/// What a job that is needed must have come to.
package enum JobCondition: String, Hashable, Sendable, Codable, CaseIterable {
  /// It has succeeded.
  case ok
  /// It has ended without success.
  case notOk = "not-ok"
  /// It has ended, however.
  case any
  /// Task n waits for the success of its task n: both jobs have one step and equally many tasks.
  case each

  /// Whether an end of the job is what is waited for; of `each` the tasks are judged one by one.
  package func holds(at end: JobState) -> Bool {
    switch self {
    case .ok: end == .succeeded
    case .notOk: end != .succeeded
    case .any, .each: true
    }
  }
}

extension JobNeed: CustomStringConvertible {
  /// `12`, or with its condition: `not-ok:12`.
  package var description: String {
    condition == .ok ? "\(job)" : "\(condition.rawValue):\(job)"
  }

  /// Reads what `description` writes, with `ok:` too; nil for anything else.
  package init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let last = parts.last, let number = Int64(last), number >= 1 else { return nil }
    guard parts.count == 2 else {
      self.init(JobID(number))
      return
    }
    guard let condition = JobCondition(rawValue: String(parts[0])) else { return nil }
    self.init(JobID(number), condition)
  }
}
