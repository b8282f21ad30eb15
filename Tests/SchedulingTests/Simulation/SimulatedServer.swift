import Base
import JobModel
@testable import Scheduling

enum MessageToServer {
  case request(Int)
  case hello(SlotID, Epoch?)
  case heartbeat(SlotID, Epoch)
  case ending(SlotID, Epoch)
  case computed(SlotID, Epoch)
  case delivery(SlotID, Epoch, [Settlement])
  /// From the operating system: the worker that held this lease is dead.
  case died(SlotID, Epoch)
}

/// The server process: what a crash takes away.
struct SimulatedServer {
  var scheduler: Scheduler
  /// Its monotonic clock minus the world's.
  let clockOffset: Seconds
  var mailbox: [MessageToServer] = []
  var isTurnPlanned = false
  var mustTick = true
  var capacityChange: Capacity?
  var lastJob: JobID
  /// What it has been told in truth.
  var capacity: Capacity
  var reservations: [String: SlotReservation]
  var lastTick = Instant(nanoseconds: .min)
  /// Jobs of this server's time, in the world's time: the newest may not be on disk yet.
  var submitted: [JobID: JobPlan] = [:]
  /// The task that was the first without room after the last event, and its planned start.
  var waiting: (task: TaskID, start: Instant)?
  /// A turn that could not be committed yet: the disk was full.
  var uncommitted: Turn?
  var wake: Instant?
  /// Leases whose last task runs, and whose room is granted already.
  var ending: Set<Epoch> = []
  /// Granted meanwhile, and handed out once those have ended.
  var waitingLeases: [(lease: Lease, awaits: Set<Epoch>)] = []

  /// What one turn of the loop has decided: written in one transaction, then performed.
  struct Turn {
    var entries: [SimulatedStore.Entry] = []
    var effects: [Effect] = []
    var keys: [Int: JobID] = [:]
    var jobs: Set<JobID> = []
  }

  enum Effect {
    case act(Action)
    case acknowledge(Int)
  }
}

extension SimulatedWorld {
  func startServer() throws(Violation) {
    guard server == nil else { return }
    incarnation += 1
    let offset = Seconds(Double.random(in: 0...1e6, using: &random))
    server = SimulatedServer(
      scheduler: Scheduler(
        capacity: told(capacity), lastEpoch: store.lastEpoch,
        restored: store.restored(mutant).map { restored($0, shiftedBy: offset) },
        reservations: mutant == .forgetReservations
          ? [] : store.reservations.values.map { $0.shifted(by: offset) }, at: now + offset),
      clockOffset: offset, lastJob: store.lastJob, capacity: capacity,
      reservations: store.reservations)
    trace("server \(incarnation) starts")
    try compareAll()
    planTurn()
    for pid in workers.keys.sorted() {
      timeline.plan(
        .workerReconnects(pid), at: now + Seconds(Double.random(in: 0.01...5, using: &random)))
    }
  }

  func crash() {
    guard server != nil else { return }
    trace("server \(incarnation) crashes")
    server = nil
    timeline.plan(
      .serverStarts, at: now + Seconds(Double.random(in: 0.01...20, using: &random)))
  }

  func receive(_ message: MessageToServer) {
    guard server != nil else { return }
    server?.mailbox.append(message)
    planTurn()
  }

  func wake(_ number: Int) {
    guard number == incarnation, server != nil else { return }
    server?.wake = nil
    server?.mustTick = true
    planTurn()
  }

  func planTurn() {
    guard server?.isTurnPlanned == false else { return }
    server?.isTurnPlanned = true
    timeline.plan(.serverTurn(incarnation), at: now + .milliseconds(0.1))
  }

  // MARK: A turn of the loop

  func takeTurn(_ number: Int) throws(Violation) {
    guard number == incarnation, let server else { return }
    self.server?.isTurnPlanned = false
    var turn = server.uncommitted ?? SimulatedServer.Turn()
    if server.uncommitted == nil {
      let messages = server.mailbox
      self.server?.mailbox = []
      self.server?.capacityChange = nil
      if let capacity = server.capacityChange {
        self.server?.capacity = capacity
        try tell(.capacityChanged(told(capacity)), &turn)
      }
      for message in messages { try handle(message, &turn) }
      if server.mustTick, mutant != .neverTick { try tell(.tick, &turn) }
      self.server?.mustTick = false
    }
    try commit(turn)
    planWake()
  }

  private func planWake() {
    guard let server, let next = server.scheduler.nextWake else { return }
    guard next < server.wake ?? Instant(nanoseconds: .max) else { return }
    self.server?.wake = next
    let offset = Seconds(-server.clockOffset.value)
    timeline.plan(.serverWakes(incarnation), at: max(now, next + offset) + .milliseconds(0.1))
  }

  private func commit(_ turn: SimulatedServer.Turn) throws(Violation) {
    if mutant == .acknowledgeBeforeCommit { acknowledge(turn) }
    if faults.fires(.crashBeforeCommit, &random) { return crash() }
    if faults.fires(.commitFails, &random) {
      server?.uncommitted = turn
      server?.isTurnPlanned = true
      timeline.plan(
        .serverTurn(incarnation), at: now + Seconds(Double.random(in: 0.1...3, using: &random)))
      return
    }
    server?.uncommitted = nil
    try store.commit(turn.entries)
    try compare(turn.jobs)
    if faults.fires(.crashAfterCommit, &random) { return crash() }
    for effect in turn.effects {
      if faults.fires(.crashWhilePerforming, &random) { return crash() }
      try perform(effect)
    }
    if server?.mailbox.isEmpty == false { planTurn() }
  }

  private func acknowledge(_ turn: SimulatedServer.Turn) {
    for case .acknowledge(let request) in turn.effects { sendToClient(request) }
  }

  // MARK: Messages

  private func handle(
    _ message: MessageToServer, _ turn: inout SimulatedServer.Turn
  ) throws(Violation) {
    switch message {
    case .request(let number): try serve(number, &turn)
    case .hello(let slot, let epoch):
      if let epoch { try tell(.leaseReclaimed(slot, epoch), &turn) }
    case .heartbeat(let slot, let epoch): try tell(.heartbeat(slot, epoch), &turn)
    case .ending(let slot, let epoch):
      guard let lease = server?.scheduler.lease(slot, epoch), !lease.isFresh else { return }
      server?.ending.insert(epoch)
      try tell(.leaseComputed(slot, epoch), &turn)
    case .computed(let slot, let epoch):
      stopped(epoch)
      try tell(.leaseComputed(slot, epoch), &turn)
    case .delivery(let slot, let epoch, let settlements):
      stopped(epoch)
      try endLease(slot, epoch, settlements, &turn)
    case .died(let slot, let epoch):
      stopped(epoch)
      try endLease(slot, epoch, inheritance(epoch), &turn)
    }
  }

  /// The tasks of a lease do not run any more: what was granted of its room is handed out.
  private func stopped(_ epoch: Epoch) {
    server?.ending.remove(epoch)
    server?.waitingLeases.removeAll { $0.lease.epoch == epoch }
    for index in server?.waitingLeases.indices ?? 0..<0 {
      server?.waitingLeases[index].awaits.remove(epoch)
    }
    for waiting in server?.waitingLeases ?? [] where waiting.awaits.isEmpty {
      send(.grant(waiting.lease), to: waiting.lease.slot)
    }
    server?.waitingLeases.removeAll { $0.awaits.isEmpty }
  }

  private func handOut(_ lease: Lease) {
    let awaits = mutant == .awaitNobody ? [] : server?.ending ?? []
    guard !awaits.isEmpty else { return send(.grant(lease), to: lease.slot) }
    server?.waitingLeases.append((lease, awaits))
  }

  private func endLease(
    _ slot: SlotID, _ epoch: Epoch, _ settlements: [Settlement], _ turn: inout SimulatedServer.Turn
  ) throws(Violation) {
    let held = server?.scheduler.leases.first { $0.slot == slot }
    let named = mutant == .skipEpochCheck ? held?.epoch ?? epoch : epoch
    let actions = try tell(.leaseEnded(slot, named, settlements), &turn)
    // Every other shell asks `lease(_:_:)` before; this one must see what a mutant would publish.
    guard actions.contains(.accept(slot, named)), let held else { return }
    turn.entries.insert(.publication(held, settlements), at: turn.entries.count - actions.recorded)
    if mutant == .forgetRelease {
      server?.scheduler.free.take(Need(cpus: held.cpus, memory: held.memory), gpus: [])
    }
  }

  private func serve(_ number: Int, _ turn: inout SimulatedServer.Turn) throws(Violation) {
    let isRepeated = store.requests.contains(number) || !requestsOfTurn.insert(number).inserted
    if !isRepeated {
      turn.entries.append(.request(number))
      try carryOut(number, &turn)
    }
    turn.effects.append(.acknowledge(number))
  }

  private func carryOut(_ number: Int, _ turn: inout SimulatedServer.Turn) throws(Violation) {
    switch requests[number].request {
    case .submit(let draft):
      guard let server else { return }
      var plan = draft
      plan.id = JobID(server.lastJob.number + 1)
      plan.after = needs(of: plan)
      self.server?.lastJob = plan.id
      self.server?.submitted[plan.id] = plan
      turn.entries.append(.submission(plan, key: number))
      try tell(.submitted(told(plan).shifted(by: server.clockOffset)), &turn)
    case .cancel(let id, let step, let tasks):
      try tell(.cancel(id, step: step, tasks: tasks), &turn)
    case .hold(let id): try tell(.hold(id), &turn)
    case .release(let id): try tell(.release(id), &turn)
    case .retry(let id, let step, let tasks):
      adoptIfForgotten(id)
      try tell(.retry(id, step: step, tasks: tasks), &turn)
    case .reserve(let reservation):
      guard let offset = server?.clockOffset else { return }
      turn.entries.append(.reservation(reservation))
      server?.reservations[reservation.name] = reservation
      if mutant == .ignoreReservation { return }
      try tell(.reserved(reservation.shifted(by: offset)), &turn)
    case .unreserve(let name):
      turn.entries.append(.reservationEnd(name))
      server?.reservations[name] = nil
      try tell(.unreserved(name: name), &turn)
    }
  }

  /// The jobs that a new one waits for, all of them known to the scheduler from then on. Task by task
  /// waits only what has equally many of them.
  private func needs(of job: JobPlan) -> [JobDependency] {
    job.after.compactMap { draft in
      let id = JobID(job.id.number - draft.job.number)
      adoptIfForgotten(id)
      guard let upstream = plan(id) else { return nil }
      let sizes = [upstream, job].map { $0.steps.map(\.taskCount) }
      let isMatched = sizes[0].count == 1 && sizes[0] == sizes[1]
      let condition = draft.condition == .each && !isMatched ? .ok : draft.condition
      return JobDependency(JobNeed(id, condition))
    }
  }

  private func adoptIfForgotten(_ id: JobID) {
    guard let offset = server?.clockOffset else { return }
    if server?.scheduler.jobState(id) == nil, let job = store.jobs[id] {
      server?.scheduler.adopt(restored(store.restored(job, mutant), shiftedBy: offset))
    }
    for need in server?.scheduler.unsettledNeeds(of: id) ?? [] { adoptIfForgotten(need) }
  }

  private func restored(_ job: RestoredJob, shiftedBy offset: Seconds) -> RestoredJob {
    var job = job
    job.plan = told(job.plan).shifted(by: offset)
    return job
  }

  @discardableResult
  func tell(_ event: Event, _ turn: inout SimulatedServer.Turn) throws(Violation) -> [Action] {
    guard let offset = server?.clockOffset else { return [] }
    var instant = now + offset
    if faults.fires(.clockReadsBack, &random) {
      instant = instant + Seconds(-Double.random(in: 0...5, using: &random))
    }
    let view = compares ? server.map { PlacementView($0.scheduler) } : nil
    let actions = server?.scheduler.handle(event, at: instant) ?? []
    trace("\(event) → \(actions)")
    for action in actions {
      switch action {
      case .record(let change):
        turn.entries.append(.change(change))
        turn.jobs.insert(change.job(leases: store.leases))
      case .grant, .cancel, .kill, .accept, .refuse: turn.effects.append(.act(action))
      }
    }
    try checkCapacity(actions)
    try checkStops(actions)
    try checkPlannedStart(event, actions)
    if let view { try comparePlacement(view, event, actions) }
    return actions
  }

  // MARK: Effects

  private func perform(_ effect: SimulatedServer.Effect) throws(Violation) {
    switch effect {
    case .acknowledge(let request): sendToClient(request)
    case .act(.grant(let lease)): handOut(lease)
    case .act(.cancel(let slot, let epoch, let tasks)): send(.cancel(epoch, tasks), to: slot)
    case .act(.accept(let slot, let epoch)): send(.accepted(epoch), to: slot)
    case .act(.refuse(let slot, let epoch)):
      // Refused, because it was accepted before: then its results are not to be dropped.
      send(store.published.contains(epoch) ? .accepted(epoch) : .refused(epoch), to: slot)
    case .act(.kill(let slot, let epoch)): kill(slot, epoch)
    case .act(.record): throw Violation("a record is not to be performed")
    }
  }

  private func kill(_ slot: SlotID, _ epoch: Epoch) {
    if faults.fires(.killFails, boost: 10, &random) { return }
    server?.waitingLeases.removeAll { $0.lease.epoch == epoch }
    if mutant != .requeueLiveAttempt, let pid = pidOfSlot[slot] {
      die(pid, as: .lost, isKilled: true)
    }
    timeline.plan(
      .toServer(.died(slot, epoch), incarnation: incarnation), at: now + .milliseconds(5))
  }
}

extension [Action] {
  /// How many of them are records.
  fileprivate var recorded: Int {
    count {
      switch $0 {
      case .record: true
      case .grant, .cancel, .kill, .accept, .refuse: false
      }
    }
  }
}

extension Change {
  /// The job that the change is about.
  fileprivate func job(leases: [Epoch: Lease]) -> JobID {
    switch self {
    case .leaseGranted(let lease): lease.step.job
    case .leaseEnded(_, let epoch): leases[epoch]?.step.job ?? JobID(0)
    case .tasksEnded(let step, _, _), .cancelAsked(let step, _), .tasksReopened(let step, _),
      .demanded(let step, _, _):
      step.job
    case .taskRetried(let task, _, _): task.step.job
    case .jobHeld(let id), .jobReleased(let id), .jobStarted(let id), .jobEnded(let id, _),
      .needSettled(let id, _, _):
      id
    }
  }
}
