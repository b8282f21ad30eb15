import Base
import JobModel

/// Tells those who follow a job that something about it has changed.
///
/// The loop only counts; what has changed, followers look up themselves, at their own pace.
final class Followers: Sendable {
  private struct Content {
    /// Changes of followed jobs, so far.
    var changes: [JobID: (count: Int, followers: Int)] = [:]
    var isClosed = false
  }

  private let content = Monitor(Content())

  func follow(_ job: JobID) {
    content.withLock { $0.changes[job, default: (0, 0)].followers += 1 }
  }

  func leave(_ job: JobID) {
    content.withLock { content in
      guard var entry = content.changes[job] else { return }
      entry.followers -= 1
      content.changes[job] = entry.followers > 0 ? entry : nil
    }
  }

  /// Called by the loop after what has changed is durable.
  func tell(_ jobs: Set<JobID>) {
    guard !jobs.isEmpty, content.withLock({ !$0.changes.isEmpty }) else { return }
    content.change { content in
      for job in jobs { content.changes[job]?.count += 1 }
    }
  }

  /// How often the job has changed so far.
  func count(_ job: JobID) -> Int { content.withLock { $0.changes[job]?.count ?? 0 } }

  var isClosed: Bool { content.withLock { $0.isClosed } }

  /// Waits for a change beyond those already seen, until the deadline, or until the server stops.
  func wait(_ job: JobID, beyond seen: Int, until deadline: Instant) {
    _ = content.wait(until: deadline) { content in
      content.isClosed || (content.changes[job]?.count ?? 0) > seen ? true : nil
    }
  }

  func close() { content.change { $0.isClosed = true } }
}
