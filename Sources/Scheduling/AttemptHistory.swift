import Base
import JobModel

/// What a task's earlier attempts came to, as far as it decides about the next one.
///
/// It is counts instead of a list, so that a million tasks that failed alike share one run.
struct AttemptHistory: Hashable, Sendable {
  /// The number of the last attempt that is over; the next one has the number after it.
  private(set) var attempts = 0
  private(set) var lost = 0
  private(set) var failed = 0
  private(set) var signalled = 0
  private(set) var time = 0
  private(set) var memory = 0
  /// What a user asked for the next attempts to have.
  private(set) var demand: Demand?

  mutating func ask(_ demand: Demand) { self.demand = demand }

  /// Counts an attempt that is over, without charging it to any reason.
  mutating func add(attempt: Int) { attempts = max(attempts, attempt) }

  mutating func add(_ reason: EndReason, attempt: Int) {
    add(attempt: attempt)
    switch reason {
    case .lost: lost += 1
    case .failed: failed += 1
    case .signalled: signalled += 1
    case .time: time += 1
    case .memory: memory += 1
    case .succeeded, .cancelled, .deadline, .preempted, .refused: break
    }
  }

  /// Whether an attempt that ended so is followed by another one.
  ///
  /// A retry that a user asked for counts like any other: it is one more attempt, not a new
  /// allowance for the reason that used up the old one.
  func allowsRetry(after reason: EndReason, policy: RetryPolicy) -> Bool {
    guard case .limited(let limits) = policy else { return false }
    switch reason {
    case .lost: return lost < limits.lost
    case .failed(let exit):
      return failed < limits.failed && limits.exitCodes?.contains(exit) != false
    case .signalled: return signalled < limits.signalled
    case .time: return time < limits.time
    case .memory: return memory < limits.memory
    case .preempted: return true
    case .succeeded, .cancelled, .deadline, .refused: return false
    }
  }

  /// The memory of the next attempt: grown for each attempt that ran out of it, never more than
  /// `most` unless the first attempt asks for more already.
  func memory(base: ByteCount, policy: RetryPolicy, most: ByteCount) -> ByteCount {
    let base = demand?.memory ?? base
    let ends = memory - (demand?.memoryEnds ?? 0)
    guard case .limited(let limits) = policy, ends > 0, base < most else { return base }
    var grown = Double(base.bytes)
    for _ in 0..<ends where grown < Double(most.bytes) { grown *= max(1, limits.memoryGrowth) }
    return grown < Double(most.bytes) ? ByteCount(Int64(grown.rounded(.up))) : most
  }
}
