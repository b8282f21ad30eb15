import Base
import Glibc
import JobModel
import Results
import Synchronization
import Wire

/// What has come of a lease so far: its segment and the outcomes of its tasks.
final class LeaseBook: Sendable {
  private struct Pages: ~Copyable {
    /// Nil once the book is closed.
    var writer: SegmentWriter?
    var outcomes = OutcomeList()
    /// Why no more can be entered.
    var trouble: KilnError?
  }

  private let grant: Grant
  private let tools: WorkerTools
  private let pages: Mutex<Pages>

  /// Creates the lease's segment.
  init(_ grant: Grant, _ tools: WorkerTools) throws(KilnError) {
    self.grant = grant
    self.tools = tools
    let writer = try SegmentWriter(state: tools.state, job: grant.step.job, epoch: grant.epoch)
    pages = Mutex(Pages(writer: writer))
  }

  /// - Throws: why attempts cannot be recorded any more; the lease is to end.
  func check() throws(KilnError) {
    if let trouble = pages.withLock({ $0.trouble }) { throw trouble }
  }

  /// Without a record a task is executed again when the worker dies before it has delivered.
  private var keepsNothing: Bool { grant.spec.keepsNothing == true && grant.spec.retry != .never }

  // MARK: Attempts

  /// Whether an attempt may be entered while the next one runs.
  ///
  /// If the worker dies before it has been, the task is executed again, so it must be one that may be. What it
  /// left should not weigh on the next attempt, whose memory is that of the same process, and a file lies in a
  /// folder that the next one may need. Handing over takes some time itself.
  static func mayEnterLater(
    _ record: TaskRecord, _ files: [NewFile], _ retry: RetryPolicy
  ) -> Bool {
    guard retry != .never, record.reason == .succeeded, record.usage.wall > worthHandingOver else {
      return false
    }
    var bytes = 0
    for file in files {
      switch file {
      case .bytes(_, let content, _): bytes += content.count
      case .path: return false
      }
    }
    return bytes <= NewFile.inlineBytesMax
  }

  private static let worthHandingOver = Seconds.milliseconds(1)

  /// Enters an attempt and what it left.
  func enter(_ record: TaskRecord, _ files: [NewFile]) {
    pages.withLock { pages in
      do throws(KilnError) {
        try enter(record, files, on: &pages, waiting: Self.patience)
      } catch {
        tools.say("task \(record.task) of lease \(grant.epoch) cannot be recorded: \(error)")
        pages.trouble = error
      }
    }
  }

  /// Enters an attempt if nothing is in the way, such as a full disk; never waits.
  /// - Returns: whether it is in the book. If not, ``enter(_:_:)`` waits, or tells why it cannot be.
  func enterAtOnce(_ record: TaskRecord, _ files: [NewFile]) -> Bool {
    pages.withLock { pages in
      do throws(KilnError) {
        try enter(record, files, on: &pages, waiting: .zero)
        return true
      } catch {
        return false
      }
    }
  }

  private func enter(
    _ record: TaskRecord, _ files: [NewFile], on pages: inout Pages, waiting patience: Seconds
  ) throws(KilnError) {
    var record = record
    // Of a success that leaves nothing, its end is all there is to know.
    if !files.isEmpty || !keepsNothing || record.reason != .succeeded {
      do {
        try append(record, files, to: &pages.writer, waiting: patience)
      } catch {
        guard !error.isDiskFull else { throw error }
        // What it left cannot be kept; that is the attempt's failure, not the lease's.
        (record.reason, record.message) = (.failed(exit: 1), "\(error)")
        try append(record, [], to: &pages.writer, waiting: patience)
      }
    }
    pages.outcomes.add(record.task, record.reason, message: record.message, usage: record.usage)
  }

  /// Enters a task that was cancelled before it began.
  func enterCancelled(_ task: Int) {
    pages.withLock { $0.outcomes.add(task, .cancelled, message: nil, usage: Usage()) }
  }

  /// Waits for room when the disk is full: hours of work are worth some patience.
  private func append(
    _ record: TaskRecord, _ files: [NewFile], to writer: inout SegmentWriter?,
    waiting patience: Seconds
  ) throws(KilnError) {
    let deadline = Instant.now() + patience
    while true {
      do {
        guard try writer?.append(record, files: files) != nil else {
          preconditionFailure("the book of a lease is closed")
        }
        return
      } catch {
        let isHopeless = Instant.now() >= deadline || tools.control.isCancelled(record.task)
        guard error.isDiskFull, !isHopeless else { throw error }
        pause(Self.betweenTries)
      }
    }
  }

  /// How long a full disk is waited for.
  private static let patience = WorkerProtocol.orphanLife
  private static let betweenTries = Seconds(1)

  // MARK: The end

  /// Makes durable what was entered; the book is closed then.
  func close() -> Delivery {
    let outcomes = pages.withLock { $0.outcomes.all }
    guard let writer = pages.withLock({ $0.writer.take() }) else {
      preconditionFailure("a lease is delivered once")
    }
    guard writer.records > 0 else {
      tools.discardResults(of: grant)
      return delivery(outcomes, nil)
    }
    do {
      return delivery(outcomes, try seal(writer))
    } catch {
      tools.say("lease \(grant.epoch) cannot be sealed: \(error)")
      return delivery([], nil)
    }
  }

  private func delivery(_ outcomes: [TaskOutcome], _ segment: SegmentSeal?) -> Delivery {
    Delivery(slot: grant.slot, epoch: grant.epoch, outcomes: outcomes, segment: segment)
  }

  private func seal(_ writer: consuming SegmentWriter) throws(KilnError) -> SegmentSeal {
    do {
      return try writer.seal()
    } catch {
      // What was appended is still there: complete it once there is room.
      let deadline = Instant.now() + Self.patience
      while error.isDiskFull, Instant.now() < deadline {
        pause(Self.betweenTries)
        if let seal = salvage() { return seal }
      }
      throw error
    }
  }

  private func salvage() -> SegmentSeal? {
    // The disk is still full: the caller tries again.
    try? SegmentWriter(salvaging: tools.state, job: grant.step.job, epoch: grant.epoch).seal()
  }
}
