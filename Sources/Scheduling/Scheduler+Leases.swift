import Base
import JobModel

/// The life of a lease after it is granted.
extension Scheduler {
  /// Gives back what a lease takes, so that the next one can run while the results of this one are made
  /// durable. Only so many may be on their way at the same time, and a fresh worker's memory is taken
  /// until it has left.
  mutating func release(_ slot: SlotID, _ epoch: Epoch) {
    guard let holding = holding(slot, epoch), !holding.isComputed, !holding.lease.isFresh,
      slots.count(where: { $0?.isComputed == true }) < capacity.cpus
    else { return }
    giveBack(holding)
    slots[slot.number - 1]?.compute()
    update(holding.lease.step.job) { job, _ in job.leaseOver(holding.lease.step.index) }
  }

  private mutating func giveBack(_ holding: Holding) {
    free.giveBack(holding.need, gpus: holding.lease.gpus)
    let elapsed = (clock - holding.since).value
    shares.charge(
      holding.lease.project, cpuSeconds: elapsed * Double(holding.lease.cpus), at: clock)
  }

  /// Takes the lease off its slot and books what became of its tasks, once.
  mutating func endLease(_ slot: SlotID, _ epoch: Epoch, _ settlements: [Settlement]) {
    guard let holding = holding(slot, epoch) else {
      actions.append(.refuse(slot, epoch))
      return
    }
    slots[slot.number - 1] = nil
    actions.append(.accept(slot, epoch))
    actions.append(.record(.leaseEnded(slot, epoch)))
    if !holding.isComputed { giveBack(holding) }
    let attempt = AttemptFacts(
      memory: holding.lease.memory, memoryMost: capacity.memory, endedAt: clock)
    update(holding.lease.step.job) { job, changes in
      if !holding.isComputed { job.leaseOver(holding.lease.step.index) }
      Scheduler.settle(holding.lease, settlements, attempt, job: &job, changes: &changes)
    }
  }

  private static func settle(
    _ lease: Lease, _ settlements: [Settlement], _ attempt: AttemptFacts, job: inout LiveJob,
    changes: inout [Change]
  ) {
    let step = lease.step.index
    // Workers are the outside world: what they say twice, or about tasks that are not theirs, is
    // passed over.
    var unsettled = RangeSet(lease.tasks)
    var executed = 0
    var wall = Seconds.zero
    for settlement in settlements {
      let tasks = unsettled.intersection(settlement.tasks)
      unsettled.subtract(tasks)
      job.settle(
        TaskEnd(step: step, tasks: tasks, reason: settlement.reason), attempt, into: &changes)
      guard settlement.reason.tellsPace else { continue }
      executed += tasks.count
      wall = wall + settlement.wall
    }
    if !unsettled.isEmpty { job.giveBack(unsettled, of: step, into: &changes) }
    job.observe(step, tasks: executed, wall: wall)
  }

  /// A worker came back with a lease of the server before; one that the slot does not hold (any
  /// more) is refused, so that the worker stops.
  mutating func reclaim(_ slot: SlotID, _ epoch: Epoch) {
    guard holding(slot, epoch) != nil else {
      actions.append(.refuse(slot, epoch))
      return
    }
    heartbeat(slot, epoch)
  }

  /// A sign of life; it comes too late for a lease whose worker is already being killed.
  mutating func heartbeat(_ slot: SlotID, _ epoch: Epoch) {
    guard let holding = holding(slot, epoch) else { return }
    if case .live = holding.watch {
      slots[slot.number - 1]?.watch = .live(until: clock + SchedulingLimits.leaseLife)
    }
    // The request to stop may have been lost on its way.
    if holding.isPreempted {
      actions.append(.cancel(slot, epoch, holding.lease.tasks))
    } else {
      askToStop(holding.lease)
    }
  }

  mutating func expire() {
    for index in slots.indices {
      guard let holding = slots[index], holding.watch.wake <= clock else { continue }
      slots[index]?.watch = .condemned(again: clock + SchedulingLimits.killInterval)
      actions.append(.kill(holding.lease.slot, holding.lease.epoch))
    }
    for (job, alarm) in alarms where alarm <= clock {
      let now = clock
      update(job) { $0.wake(at: now, into: &$1) }
      for case let holding? in slots where holding.lease.step.job == job {
        askToStop(holding.lease)
      }
    }
    forgetOldReservations()
  }

  /// Asks the worker to stop those tasks of its lease whose cancel was asked for.
  func stopRequests(_ lease: Lease) -> [TaskRange] {
    jobs[lease.step.job]?.steps[lease.step.index].cancelAsked.ranges(in: lease.tasks) ?? []
  }

  mutating func askToStop(_ lease: Lease) {
    for tasks in stopRequests(lease) { actions.append(.cancel(lease.slot, lease.epoch, tasks)) }
  }

  /// A lease of the server before: its worker has two lease lives to come back.
  mutating func reoccupy(_ lease: Lease) {
    precondition(lease.epoch <= lastEpoch, "lease \(lease.epoch) is younger than the last epoch")
    guard let job = jobs[lease.step.job] else {
      preconditionFailure("lease \(lease.epoch) is of a job that is not known")
    }
    var need = need(of: lease.tasks.first, step: lease.step.index, in: job)
    need.cpus = lease.cpus
    need.memory = lease.memory
    occupy(
      lease, need, time: job.steps[lease.step.index].time(of: lease.tasks.first),
      life: SchedulingLimits.reclaimLife)
  }

  /// - `time`: the most that one task may take; `life`: how long its worker may be silent at first.
  mutating func occupy(_ lease: Lease, _ need: Need, time: Seconds?, life: Seconds) {
    let index = lease.slot.number - 1
    while slots.count <= index { slots.append(nil) }
    precondition(slots[index] == nil, "slot \(lease.slot) has two leases")
    slots[index] = Holding(
      lease: lease, need: need, endsBy: time.map { clock + $0 * Double(lease.tasks.count) },
      since: clock, watch: .live(until: clock + life))
    free.take(need, gpus: lease.gpus)
  }

  func holding(_ slot: SlotID, _ epoch: Epoch) -> Holding? {
    guard slots.indices.contains(slot.number - 1), let holding = slots[slot.number - 1],
      holding.lease.epoch == epoch
    else { return nil }
    return holding
  }
}

extension EndReason {
  /// Whether the attempt ran to an end of its own, so that its duration says something.
  fileprivate var tellsPace: Bool {
    switch self {
    case .succeeded, .failed: true
    case .signalled, .memory, .time, .lost, .cancelled, .deadline, .preempted, .refused: false
    }
  }
}
