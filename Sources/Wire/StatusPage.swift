import Base
import JobModel

/// What a worker keeps in a file that it maps into memory, so that its death can be settled task
/// by task: words of 64 bits in the order of ``Word``.
///
/// The worker holds the lock of the file while it lives. The layout is frozen for a given `format`.
package struct StatusPage: Hashable, Sendable {
  package static let format: Int64 = 0x4B49_4C4E_0001
  package static let size = 4096

  package enum Word: Int, CaseIterable {
    case format
    case pid
    case slot
    /// 0: no lease.
    case epoch
    /// 0: no task is running.
    case task
    case attempt
    /// CLOCK_MONOTONIC, in nanoseconds.
    case started
    /// Processor time of the process when the task started, in nanoseconds.
    case processorTime
    /// Largest resident memory that was seen during the task, in bytes.
    case memory
    /// Resident memory at which the worker is stopped, in bytes.
    case memoryLimit
    case verdict
    /// The signal that the process received because of its own doing; 0: none.
    case fatalSignal
    /// Tasks of the lease that ended.
    case finished
  }

  /// Why the worker was about to end the running task.
  package enum Verdict: Int64 {
    case none
    case memory
    case time
    case cancelled
    /// Its metrics have come as far as the job file asked for.
    case stopped
  }

  package var pid: Int32
  package var slot: SlotID
  package var epoch: Epoch?
  package var task: Int?
  package var attempt: Int
  package var started: Instant
  package var processorTime: Seconds
  package var memory: ByteCount
  package var memoryLimit: ByteCount
  package var verdict: Verdict
  package var fatalSignal: Int?
  package var finished: Int

  /// Nil for bytes that are not a page of this format.
  package init?(bytes: [UInt8]) {
    guard bytes.count >= Word.allCases.count * 8 else { return nil }
    func word(_ word: Word) -> Int64 {
      let start = word.rawValue * 8
      return (0..<8).reduce(0) { $0 | Int64(bytes[start + $1]) << (8 * Int64($1)) }
    }
    guard word(.format) == StatusPage.format, let verdict = Verdict(rawValue: word(.verdict)),
      let pid = Int32(exactly: word(.pid))
    else { return nil }
    self.pid = pid
    slot = SlotID(Int(word(.slot)))
    epoch = word(.epoch) == 0 ? nil : Epoch(word(.epoch))
    task = word(.task) == 0 ? nil : Int(word(.task))
    attempt = Int(word(.attempt))
    started = Instant(nanoseconds: word(.started))
    processorTime = Seconds(Double(word(.processorTime)) * 1e-9)
    memory = ByteCount(word(.memory))
    memoryLimit = ByteCount(word(.memoryLimit))
    self.verdict = verdict
    fatalSignal = word(.fatalSignal) == 0 ? nil : Int(word(.fatalSignal))
    finished = Int(word(.finished))
  }
}
