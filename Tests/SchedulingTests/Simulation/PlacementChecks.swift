import Base
import JobModel

@testable import Scheduling

/// What of a scheduler's state an event changes for good, noted before it.
struct PlacementView {
  let preempted: Set<SlotID>

  init(_ scheduler: Scheduler) {
    preempted = Set(
      scheduler.slots.compactMap { $0?.isPreempted == true ? $0?.lease.slot : nil })
  }
}

extension SimulatedWorld {
  /// The job as it was submitted, on the clock of this server; whatever a mutant has told.
  private func truth(_ id: JobID) -> JobPlan? {
    guard let server else { return nil }
    return (server.submitted[id] ?? store.jobs[id]?.plan)?.shifted(by: server.clockOffset)
  }

  /// Holds the grants of an event against the reference.
  func comparePlacement(
    _ before: PlacementView, _ event: Event, _ actions: [Action]
  ) throws(Violation) {
    guard let server else { return }
    let scheduler = server.scheduler
    let granted = actions.grants
    switch event {
    case .heartbeat, .leaseReclaimed:
      return try require(granted.isEmpty, "a sign of life starts something")
    case .submitted, .capacityChanged, .reserved, .unreserved, .leaseComputed, .leaseEnded,
      .cancel, .hold, .release, .retry, .tick:
      break
    }
    // Time passes with a tick: whether a job has begun since the last one is known at the next.
    if case .tick = event { self.server?.lastTick = scheduler.clock }
    let lastTick = self.server?.lastTick ?? scheduler.clock
    let isUnsettled = scheduler.jobs.keys.contains { id in
      truth(id)?.begin.map { lastTick < $0 && $0 <= scheduler.clock } ?? false
    }
    if isUnsettled { return }
    let new = Set(granted.map(\.epoch))
    let out = scheduler.slots.compactMap { holding -> ReferenceScheduler.Claim? in
      guard let holding, !holding.isComputed, !new.contains(holding.lease.epoch) else {
        return nil
      }
      return claim(holding, isPreempted: before.preempted.contains(holding.lease.slot))
    }
    var reference = ReferenceScheduler(
      now: scheduler.clock, capacity: server.capacity,
      reservations: server.reserved, out: out)
    try reference.follow(granted, for: waiting(scheduler, granted))
    let after = PlacementView(scheduler).preempted.subtracting(before.preempted)
    try require(
      after == reference.preempted,
      "slots \(after.sorted()) make way, \(reference.preempted.sorted()) should")
  }

  private func claim(_ holding: Holding, isPreempted: Bool) -> ReferenceScheduler.Claim? {
    let lease = holding.lease
    guard let plan = truth(lease.step.job) else { return nil }
    let time = plan.steps[lease.step.index].time
    return ReferenceScheduler.Claim(
      need: holding.need, gpus: lease.gpus,
      endsBy: time.map { holding.since + $0 * Double(lease.tasks.count) },
      owner: ReferenceScheduler.Owner(
        slot: lease.slot, step: lease.step, plan: plan, since: holding.since,
        isPreempted: isPreempted))
  }

  /// The ready tasks as they were before the grants.
  private func waiting(
    _ scheduler: Scheduler, _ granted: [Lease]
  ) -> [ReferenceScheduler.Waiting] {
    scheduler.jobs.values.filter { !$0.isHeld }.flatMap { job in
      job.steps.indices.compactMap { index -> ReferenceScheduler.Waiting? in
        guard let plan = truth(job.id) else { return nil }
        let id = StepID(job: job.id, index: index)
        let leased = granted.filter { $0.step == id }.flatMap { Array($0.tasks.numbers) }
        let ready = (job.steps[index].ready.ranges.flatMap { Array($0.numbers) } + leased).sorted()
        var memory: [Int: ByteCount] = [:]
        for number in ready {
          memory[number] =
            job.steps[index].need(of: number, most: scheduler.capacity.memory).memory
        }
        return ReferenceScheduler.Waiting(step: id, plan: plan, ready: ready, memory: memory)
      }
    }
  }

  /// After every event: nothing starts before its time or after it, and only those make way who may.
  func checkStops(_ actions: [Action]) throws(Violation) {
    guard let server else { return }
    let clock = server.scheduler.clock
    for action in actions {
      switch action {
      case .grant(let lease):
        guard let plan = truth(lease.step.job) else { continue }
        try require(plan.begin ?? clock <= clock, "job \(plan.id) begins too early")
      case .record(.tasksEnded(let step, _, .deadline)):
        try require(
          truth(step.job)?.deadline.map { $0 <= clock } ?? false,
          "job \(step.job) is stopped before its deadline")
      case .record, .cancel, .kill, .accept, .refuse: continue
      }
    }
    for case let holding? in server.scheduler.slots where holding.isPreempted {
      try require(
        truth(holding.lease.step.job)?.isPreemptible ?? false,
        "lease \(holding.lease.epoch) makes way, but its job is not preemptible")
    }
  }

  /// After a tick: nothing of a job whose deadline has passed may still start.
  private func checkDeadlines(_ scheduler: Scheduler) throws(Violation) {
    for job in scheduler.jobs.values {
      guard let deadline = truth(job.id)?.deadline, deadline <= scheduler.clock else { continue }
      try require(
        job.steps.allSatisfy { $0.counts.waiting + $0.counts.ready == 0 },
        "job \(job.id) goes on after its deadline")
    }
  }

  /// After every event: the planned start of the first task without room never moves back, unless a
  /// reservation may keep it from starting besides.
  func checkPlannedStart(_ event: Event, _ actions: [Action]) throws(Violation) {
    guard let scheduler = server?.scheduler else { return }
    if case .tick = event { try checkDeadlines(scheduler) }
    let before = server?.waiting
    server?.waiting = nil
    guard scheduler.reservations.isEmpty else { return }
    guard let (entry, task) = scheduler.firstWithoutRoom,
      let start = scheduler.plannedStart(of: entry.need)
    else {
      let isSame = scheduler.firstWithoutRoom?.task == before?.task && before != nil
      return try require(
        !isSame || event.changesRoom || overtakes(actions, scheduler.firstWithoutRoom?.entry),
        "the start of \(before?.task.name ?? "") was planned, and is not any more")
    }
    server?.waiting = (task, start.at)
    guard let before, before.task == task, !event.changesRoom, !overtakes(actions, entry) else {
      return
    }
    try require(
      start.at <= max(before.start, scheduler.clock),
      "the start of \(task.name) moves from \(before.start.nanoseconds) to "
        + "\(start.at.nanoseconds)")
  }

  /// Whether something started that was before an entry in the order.
  private func overtakes(_ actions: [Action], _ entry: ReadyQueue.Entry?) -> Bool {
    guard let scheduler = server?.scheduler, let entry else { return true }
    return actions.grants.contains { !(entry.place < scheduler.place(of: $0.step)) }
  }
}

extension Event {
  /// Whether it may change what there is, instead of only what is in use.
  fileprivate var changesRoom: Bool {
    switch self {
    case .capacityChanged, .reserved, .unreserved: true
    case .submitted, .heartbeat, .leaseComputed, .leaseEnded, .leaseReclaimed, .cancel, .hold,
      .release, .retry, .tick:
      false
    }
  }
}

extension Scheduler {
  fileprivate var firstWithoutRoom: (entry: ReadyQueue.Entry, task: TaskID)? {
    let placement = startPlacement()
    let everything = Room(capacity)
    for index in 0..<queue.count {
      let entry = queue[index]
      guard everything.fits(entry.need) else { continue }
      guard case .lacksRoom = placement.opening(for: candidate(entry), free: placement.free) else {
        continue
      }
      guard let step = jobs[entry.place.step.job]?.steps[entry.place.step.index],
        let first = step.ready.first?.first
      else { return nil }
      return (entry, TaskID(step: entry.place.step, number: first))
    }
    return nil
  }
}

extension SimulatedServer {
  /// What is reserved, on its own clock.
  fileprivate var reserved: [SlotReservation] {
    reservations.values.map { $0.shifted(by: clockOffset) }
      .sorted { ($0.from, $0.name) < ($1.from, $1.name) }
  }
}
