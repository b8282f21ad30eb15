import Base
import JobModel

/// Tells those who follow a job that something about it has changed.
///
/// The loop only counts; what has changed, followers look up themselves, at their own pace.
final class Followers: Sendable {
  private struct Content {
    /// Followed jobs: changes so far, followers, and what they share.
    var changes: [JobID: (count: Int, followers: Int, feed: EventFeed)] = [:]
    var isClosed = false
  }

  private let content = Monitor(Content())

  /// What each follower adds to the pause between two looks of any of them, and the longest pause:
  /// a thousand followers cost no more than a hundred.
  private static let pauseForEach = Seconds.milliseconds(0.25)
  private static let pauseMost = Seconds.milliseconds(250)

  @discardableResult
  func follow(_ job: JobID) -> EventFeed {
    content.withLock { content in
      var entry = content.changes[job] ?? (0, 0, EventFeed(job))
      entry.followers += 1
      content.changes[job] = entry
      return entry.feed
    }
  }

  /// How long a follower rests before it looks again; nothing while there are few of them.
  func rest(_ job: JobID) -> Seconds {
    let count = content.withLock { $0.changes[job]?.followers ?? 0 }
    return count < 8 ? .zero : min(Followers.pauseForEach * Double(count), Followers.pauseMost)
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
