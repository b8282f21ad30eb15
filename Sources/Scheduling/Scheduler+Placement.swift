import Base
import JobModel

/// Which ready tasks get a lease now.
///
/// A step that does not fit may bound what the steps behind it take:
/// - If time limits tell when it can start at the latest, those behind it may take what is free until
///   then, or what it leaves over (`PlannedStart`). This holds for the first that does not fit, and for
///   others of which only leases behind them are in the way.
/// - Where they do not tell, those behind it may take what is free beyond its need, if only leases
///   behind it are in its way: it starts as soon as enough of them have ended.
/// - Else, if it is the first that does not fit, all leases behind it together leave room for it: it
///   starts as soon as those before it have ended.
///
/// So a large task waits for what is running and for what is before it in the order, never for small
/// tasks that came later. A step that only a reservation keeps from starting bounds nobody.
extension Scheduler {
  /// How many steps are looked at behind one that waits for a planned start.
  private static let backfillDepth = 1000

  /// Grants leases in the order of the queue for as long as something fits.
  mutating func place() {
    var placement = startPlacement()
    let everything = Room(capacity)
    var lowest = lowestPreemptible
    var index = 0
    var depth = 0
    while index < queue.count, depth < Scheduler.backfillDepth {
      let entry = queue[index]
      let mayPreempt = lowest.map { $0 < entry.place.priority } ?? false
      guard placement.isUsable || mayPreempt else { break }
      guard everything.fits(entry.need) else {
        index += 1
        continue
      }
      let candidate = candidate(entry)
      switch placement.opening(for: candidate, free: placement.free) {
      case .fits(let room, let tasksMax):
        grant(candidate, from: room, tasksMax: tasksMax, &placement)
        // On with the step's next tasks, or the next step. Entries of the same job that were passed over
        // are gone too if it runs as much as it may now.
        index = queue.index(from: entry.place)
        continue
      case .lacksRoom:
        if mayPreempt, preempt(for: candidate, entry.place, placement) {
          lowest = lowestPreemptible
          // What makes way leaves room for what is reserved later.
          noteTenants(in: &placement)
        }
        if let bound = bound(behind: entry, isFirst: placement.bounds.isEmpty) {
          placement.keep(bound)
        }
      case .keptFor:
        if let bound = bound(behind: entry, isFirst: false) { placement.keep(bound) }
      case .reserved: break
      }
      if placement.bounds.contains(where: { $0.from != nil }) { depth += 1 }
      index += 1
    }
  }

  func startPlacement() -> Placement {
    var placement = Placement(
      now: clock, all: Room(capacity), free: free, reservations: reservations)
    noteTenants(in: &placement)
    return placement
  }

  private func noteTenants(in placement: inout Placement) {
    placement.forgetTenants()
    guard placement.hasReservations else { return }
    for case let holding? in slots where !holding.isComputed {
      placement.note(tenant(holding), endsBy: holding.isPreempted ? clock : holding.endsBy)
    }
  }

  private func tenant(_ holding: Holding) -> Tenant {
    Tenant(
      need: holding.need, gpus: holding.lease.gpus, project: holding.lease.project,
      labels: jobs[holding.lease.step.job]?.labels ?? [])
  }

  func candidate(_ entry: ReadyQueue.Entry) -> Placement.Candidate {
    let step = entry.place.step
    guard let job = jobs[step.job] else {
      preconditionFailure("the queue names job \(step.job), which is not known")
    }
    return Placement.Candidate(
      step: step, need: entry.need, time: job.steps[step.index].plan.time, project: job.project,
      labels: job.labels)
  }

  /// What steps behind an entry that does not fit may still take; nil: anything.
  func bound(behind entry: ReadyQueue.Entry, isFirst: Bool) -> Placement.Bound? {
    var others = free
    for case let holding? in slots where entry.place < place(of: holding.lease.step) {
      others.giveBack(holding.need, gpus: holding.lease.gpus)
    }
    let onlyOthers = others != free && others.fits(entry.need)
    guard isFirst || onlyOthers else { return nil }
    if let start = plannedStart(of: entry.need) {
      return Placement.Bound(step: entry.place.step, room: start.beside, from: start.at)
    }
    var room = free
    if !onlyOthers {
      room = Room(capacity)
      for case let holding? in slots where entry.place < place(of: holding.lease.step) {
        room.take(holding.need, gpus: holding.lease.gpus)
      }
    }
    room.setAside(entry.need)
    return Placement.Bound(step: entry.place.step, room: room, from: nil)
  }

  func plannedStart(of need: Need) -> PlannedStart? {
    let endings = slots.compactMap { holding -> PlannedStart.Ending? in
      guard let holding, !holding.isComputed else { return nil }
      guard holding.isPreempted else { return holding.ending }
      return PlannedStart.Ending(at: clock, need: holding.need, gpus: holding.lease.gpus)
    }
    return PlannedStart(of: need, free: free, endings: endings, now: clock)
  }

  private mutating func grant(
    _ candidate: Placement.Candidate, from room: Room, tasksMax: Int, _ placement: inout Placement
  ) {
    let id = candidate.step.job
    let step = candidate.step.index
    let fitting = Room(capacity).multiples(of: candidate.need)
    let parallel = min(fitting, jobs[id]?.maxRunning ?? fitting)
    guard let isFresh = jobs[id]?.steps[step].plan.isFresh,
      let tasks = jobs[id]?.steps[step].nextTasks(parallel: parallel, most: tasksMax)
    else { preconditionFailure("the queue names a step without ready tasks") }
    var attempts: [Int: Int] = [:]
    update(id) { attempts = $0.start(tasks, of: step, into: &$1) }
    lastEpoch = lastEpoch.next
    let lease = Lease(
      slot: smallestFreeSlot, epoch: lastEpoch, project: candidate.project, step: candidate.step,
      tasks: tasks, attempts: attempts, isFresh: isFresh, cpus: candidate.need.cpus,
      memory: candidate.need.memory, gpus: room.gpuIndices(for: candidate.need))
    occupy(lease, candidate.need, time: candidate.time, life: SchedulingLimits.leaseLife)
    placement.take(
      candidate, gpus: lease.gpus, endsBy: slots[lease.slot.number - 1]?.endsBy)
    actions.append(.record(.leaseGranted(lease)))
    actions.append(.grant(lease))
  }

  private var smallestFreeSlot: SlotID {
    SlotID((slots.firstIndex { $0 == nil } ?? slots.count) + 1)
  }

  // MARK: Preemption

  /// The lowest priority of a lease that may be asked to make way; nil where there is none.
  private var lowestPreemptible: Int? { preemptible.map(\.priority).min() }

  private var preemptible: [Preemption.Candidate] {
    slots.compactMap { holding in
      guard let holding, !holding.isPreempted, !holding.isComputed,
        let job = jobs[holding.lease.step.job],
        job.isPreemptible, job.steps[holding.lease.step.index].plan.retry != .never
      else { return nil }
      return Preemption.Candidate(
        slot: holding.lease.slot, priority: job.priority, since: holding.since,
        need: holding.need, gpus: holding.lease.gpus)
    }
  }

  /// Stops leases of a lower priority if the candidate can start only so; whether any was stopped.
  private mutating func preempt(
    for candidate: Placement.Candidate, _ place: ReadyQueue.Place, _ placement: Placement
  ) -> Bool {
    var coming = free
    for case let holding? in slots where holding.isPreempted {
      coming.giveBack(holding.need, gpus: holding.lease.gpus)
    }
    let lower = preemptible.filter { $0.priority < place.priority }
    guard
      let victims = Preemption.victims(for: candidate.need, free: coming, among: lower),
      !victims.isEmpty
    else { return false }
    for victim in lower where victims.contains(victim.slot) {
      coming.giveBack(victim.need, gpus: victim.gpus)
    }
    guard case .fits = placement.opening(for: candidate, free: coming) else { return false }
    for slot in victims {
      guard let lease = slots[slot.number - 1]?.lease else { continue }
      slots[slot.number - 1]?.isPreempted = true
      actions.append(.cancel(slot, lease.epoch, lease.tasks))
    }
    return true
  }
}
