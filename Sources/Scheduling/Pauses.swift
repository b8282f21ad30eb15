import Base
import JobModel

/// Tasks whose next attempt has to wait a while, by the time at which the wait is over.
struct Pauses: Sendable {
  /// Latest first: what is due next is removed at the end.
  private var entries: [(until: Instant, task: Int)] = []

  /// When the next wait is over.
  var next: Instant? { entries.last?.until }

  func end(of task: Int) -> Instant? { entries.first { $0.task == task }?.until }

  mutating func add(_ task: Int, until: Instant) {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].until > until { low = middle + 1 } else { high = middle }
    }
    entries.insert((until, task), at: low)
  }

  mutating func remove(_ tasks: RangeSet) {
    guard !entries.isEmpty, !tasks.isEmpty else { return }
    entries.removeAll { tasks.contains($0.task) }
  }

  /// Takes out the tasks whose wait is over.
  mutating func takeDue(at now: Instant) -> RangeSet {
    var due: [TaskRange] = []
    while let last = entries.last, last.until <= now {
      due.append(TaskRange(last.task))
      entries.removeLast()
    }
    return RangeSet(due)
  }
}

extension RetryLimits {
  /// The pause before the attempt that follows this one: it doubles with each attempt up to an hour,
  /// and differs by up to a fifth from task to task, so that what failed together does not come
  /// back together.
  func pause(after attempt: Int, of task: TaskID) -> Seconds? {
    guard let wait, wait > .zero else { return nil }
    let doubled = wait.value * Double(1 << min(attempt - 1, 30))
    let seed =
      UInt64(truncatingIfNeeded: task.step.job.number) << 40
      ^ UInt64(truncatingIfNeeded: task.step.index) << 32
      ^ UInt64(truncatingIfNeeded: task.number) << 8 ^ UInt64(truncatingIfNeeded: attempt)
    var random = SplitMix64(seed: seed)
    let spread = Double(random.next() >> 11) * 0x1p-53
    return Seconds(min(doubled, 3600) * (0.8 + 0.4 * spread))
  }
}
