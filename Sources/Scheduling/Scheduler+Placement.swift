import Base
import JobModel

/// Which ready tasks get a lease now.
extension Scheduler {
  var free: Amounts { Amounts(capacity) - used }

  /// Grants leases in the order of the queue for as long as something fits.
  ///
  /// The first step that does not fit reserves what it needs: steps behind it may start only as far
  /// as all leases behind it together leave room for it. Leases before it end in finite time, and
  /// then it fits; so a large task waits for small ones that are running, never for small ones that
  /// came later. Durations are not predicted.
  mutating func place() {
    var reserve: Amounts?
    var index = 0
    while index < queue.count, free.cpus > 0, (reserve?.cpus ?? 1) > 0 {
      let entry = queue[index]
      guard Amounts(capacity).covers(entry.need) else {
        index += 1
        continue
      }
      if free.covers(entry.need), reserve?.covers(entry.need) ?? true {
        grant(entry)
        reserve?.subtract(entry.need)
        // The same index: the step's next tasks, or the step that has moved up to this place.
        continue
      }
      if reserve == nil { reserve = room(behind: entry) }
      index += 1
    }
  }

  /// What steps behind an entry may still take without keeping it from starting.
  private func room(behind entry: ReadyQueue.Entry) -> Amounts {
    var room = Amounts(capacity) - entry.need
    for case let holding? in slots where entry.place < holding.place { room -= holding.need }
    return room
  }

  private mutating func grant(_ entry: ReadyQueue.Entry) {
    let id = entry.place.step.job
    let step = entry.place.step.index
    let parallel = Amounts(capacity).multiples(of: entry.need)
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
        lease: lease, place: entry.place, need: entry.need,
        watch: .live(until: clock + SchedulingLimits.leaseLife)))
    actions.append(.record(.leaseGranted(lease)))
    actions.append(.grant(lease))
  }

  private var smallestFreeSlot: SlotID {
    SlotID((slots.firstIndex { $0 == nil } ?? slots.count) + 1)
  }
}
