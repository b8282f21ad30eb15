import Base
import JobModel

/// How fast the tasks of a step are, and how many of them make a lease of the right size.
struct Pace: Hashable, Sendable {
  /// Seconds of one task: the plan's estimate, then what was observed; 0 means unknown or nothing.
  private var mean: Double
  private var hasEvidence = false
  /// No lease is larger than twice the largest one that went well, so that a wrong estimate
  /// costs one small lease.
  private var ceiling: Int

  init(estimate: Seconds) {
    mean = estimate.value.isFinite ? max(0, estimate.value) : 0
    ceiling =
      mean > 0
      ? min(
        SchedulingLimits.tasksPerFirstLeaseMax, Pace.tasks(in: SchedulingLimits.leaseWork, mean))
      : 1
  }

  /// Learns from tasks that were executed to their end.
  mutating func observe(tasks: Int, wall: Seconds) {
    guard tasks > 0, wall.value.isFinite, wall.value >= 0 else { return }
    let sample = wall.value / Double(tasks)
    mean = hasEvidence ? (mean + sample) / 2 : sample
    hasEvidence = true
    ceiling = min(SchedulingLimits.tasksPerLeaseMax, max(ceiling, 2 * tasks))
  }

  /// The number of tasks for the next lease.
  ///
  /// Toward the end of the step each lease takes its share of half of what is open, so that all
  /// workers finish together.
  /// - Parameters:
  ///   - open: tasks of the step that are not leased yet.
  ///   - parallel: leases of this kind that can be out at the same time.
  func leaseSize(open: Int, parallel: Int) -> Int {
    let target = Pace.tasks(in: SchedulingLimits.leaseWork, mean)
    let least = Pace.tasks(in: SchedulingLimits.leaseWorkLeast, mean)
    let share = (open + 2 * parallel - 1) / (2 * parallel)
    return max(1, min(target, ceiling, max(share, least)))
  }

  private static func tasks(in work: Seconds, _ mean: Double) -> Int {
    let most = Double(SchedulingLimits.tasksPerLeaseMax)
    guard mean > 0 else { return SchedulingLimits.tasksPerLeaseMax }
    return Int(max(1, min(most, (work.value / mean).rounded())))
  }
}
