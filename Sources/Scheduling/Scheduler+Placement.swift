import Base
import JobModel

/// Which ready tasks get a lease now.
extension Scheduler {
  var free: Amounts { Amounts(capacity) - used }

  /// Grants leases in the order of the queue for as long as something fits.
  ///
  /// A step that does not fit may bound what the steps behind it take:
  /// - If only leases behind it are in its way, those behind it may take what is free beyond its
  ///   need: it starts as soon as enough of them have ended.
  /// - If leases before it are in its way, and it is the first that does not fit, all leases behind it
  ///   together leave room for it: it starts as soon as those before it have ended.
  ///
  /// So a large task waits for what is running and for what is before it in the order, never for small
  /// tasks that came later. It is all counting; durations are not predicted.
  mutating func place() {
    let all = Amounts(capacity)
    var free = all - used
    var bounds: [Amounts] = []
    var isFirst = true
    var index = 0
    while index < queue.count, free.cpus > 0, bounds.allSatisfy(\.leavesRoom) {
      let entry = queue[index]
      guard all.covers(entry.need) else {
        index += 1
        continue
      }
      if free.covers(entry.need), bounds.allSatisfy({ $0.covers(entry.need) }) {
        grant(entry)
        free -= entry.need
        for bound in bounds.indices { bounds[bound] -= entry.need }
        // The same index: the step's next tasks, or the step that has moved up to this place.
        continue
      }
      if let bound = bound(behind: entry, isFirst: isFirst) { bounds.append(bound) }
      isFirst = false
      index += 1
    }
  }

  /// What steps behind an entry that does not fit may still take; nil: anything.
  private func bound(behind entry: ReadyQueue.Entry, isFirst: Bool) -> Amounts? {
    var after = Amounts()
    for index in slots.indices {
      if let holding = slots[index], entry.place < place(of: holding.lease.step) {
        after += holding.need
      }
    }
    if after.cpus > 0, (free + after).covers(entry.need) { return free - entry.need }
    return isFirst ? Amounts(capacity) - entry.need - after : nil
  }

  private mutating func grant(_ entry: ReadyQueue.Entry) {
    let id = entry.place.step.job
    let step = entry.place.step.index
    let fitting = Amounts(capacity).multiples(of: entry.need)
    let parallel = min(fitting, jobs[id]?.maxRunning ?? fitting)
    guard let project = jobs[id]?.project, let isFresh = jobs[id]?.steps[step].plan.isFresh,
      let tasks = jobs[id]?.steps[step].nextTasks(parallel: parallel)
    else { preconditionFailure("the queue names a step without ready tasks") }
    var attempts: [Int: Int] = [:]
    update(id) { attempts = $0.start(tasks, of: step, into: &$1) }
    lastEpoch = lastEpoch.next
    let lease = Lease(
      slot: smallestFreeSlot, epoch: lastEpoch, project: project, step: entry.place.step,
      tasks: tasks, attempts: attempts, isFresh: isFresh, cpus: entry.need.cpus,
      memory: entry.need.memory)
    occupy(
      Holding(
        lease: lease, need: entry.need, since: clock,
        watch: .live(until: clock + SchedulingLimits.leaseLife)))
    actions.append(.record(.leaseGranted(lease)))
    actions.append(.grant(lease))
  }

  private var smallestFreeSlot: SlotID {
    SlotID((slots.firstIndex { $0 == nil } ?? slots.count) + 1)
  }
}
