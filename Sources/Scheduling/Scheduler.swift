import Base
import JobModel

/// Decides which task runs where and when: the pure core of the server.
///
/// It has no clock, no random and no I/O: time is an argument, effects are returned. The shell
/// collects the actions of a turn, commits their records (and publishes what is accepted) in one
/// transaction, and only then performs the rest.
///
/// Rules that are not visible in the types:
/// - Steps are served by priority, then by what their projects have had (`FairShare`), then by deadline,
///   job, step and task. When the first in this order does not fit into what is free, those behind it
///   may start only as far as they do not keep it waiting (`Scheduler+Placement.swift`).
/// - The resources of a lease are taken until `leaseEnded`, or until `leaseComputed` says that its tasks
///   have all run. Its tasks are its own until `leaseEnded`, whatever its worker does: attempt n + 1 never
///   starts before the lease of attempt n is over.
/// - Time passes only with `tick`. A shell handles what has arrived before it ticks, so that
///   heartbeats which waited behind a stalled server still count.
/// - After a restart the shell starts with a `tick`. Leases of the predecessor stay out for two lease
///   lives; nothing of them is given to anyone else before.
package struct Scheduler: Sendable {
  private(set) var capacity: Capacity
  /// What no lease takes.
  var free: Room
  /// Room that is kept for some jobs, earliest first.
  private(set) var reservations: [SlotReservation] = []
  private(set) var queue = ReadyQueue()
  var shares = FairShare()
  /// The order between projects that the queue has now.
  private var ranks: [ProjectName: Int] = [:]
  private var ranksAt: Instant
  /// When something of a job can start that could not before.
  private(set) var alarms: [JobID: Instant] = [:]
  var jobs: [JobID: LiveJob] = [:]
  /// By slot number, from 1.
  var slots: [Holding?] = []
  var lastEpoch: Epoch
  /// Ended jobs that are still known, oldest end first.
  private var endedJobs: [JobID] = []
  /// Jobs that were forgotten since the shell last asked.
  private var forgotten: [JobID] = []
  /// How many jobs of each project have not ended.
  private var liveProjects: [ProjectName: Int] = [:]
  /// By job, the jobs that wait for it.
  var dependents: [JobID: Set<JobID>] = [:]
  /// Jobs of which those that wait for them have not heard the latest.
  var changedUpstreams: Set<JobID> = []
  /// The actions of the event that is being handled.
  var actions: [Action] = []
  /// Time as far as it is known; it never goes back.
  private(set) var clock: Instant

  /// - Parameter lastEpoch: the largest epoch that was ever recorded.
  package init(
    capacity: Capacity, lastEpoch: Epoch, restored: [RestoredJob],
    reservations: [SlotReservation] = [], at now: Instant
  ) {
    self.capacity = capacity
    free = Room(capacity)
    self.lastEpoch = lastEpoch
    clock = now
    ranksAt = now
    for job in restored { adopt(job) }
    for job in restored {
      watchNeeds(of: job.plan.id)
      restoreGrants(of: job.plan.id)
    }
    for reservation in reservations { reserve(reservation) }
  }

  /// Takes in a job that this scheduler does not know, such as an ended one that is to be retried.
  package mutating func adopt(_ restored: RestoredJob) {
    let id = restored.plan.id
    precondition(jobs[id] == nil, "job \(id) is known already")
    let job = LiveJob(restored)
    jobs[id] = job
    if job.ended != nil { endedJobs.append(id) } else { liveProjects[job.project, default: 0] += 1 }
    setAlarm(id)
    for lease in restored.leases { reoccupy(lease) }
    refreshQueue(id)
  }

  package mutating func handle(_ event: Event, at now: Instant) -> [Action] {
    clock = max(clock, now)
    switch event {
    case .submitted(let plan): submit(plan)
    case .capacityChanged(let capacity): change(capacity)
    case .reserved(let reservation): reserve(reservation)
    case .unreserved(let name): reservations.removeAll { $0.name == name }
    case .heartbeat(let slot, let epoch): heartbeat(slot, epoch)
    case .leaseReclaimed(let slot, let epoch): reclaim(slot, epoch)
    case .leaseComputed(let slot, let epoch): release(slot, epoch)
    case .leaseEnded(let slot, let epoch, let settlements): endLease(slot, epoch, settlements)
    case .cancel(let job, let step, let tasks): cancel(job, Region(step: step, tasks: tasks))
    case .hold(let job): update(job) { $0.hold(into: &$1) }
    case .release(let job): update(job) { $0.release(into: &$1) }
    case .retry(let job, let step, let tasks, let wish):
      let now = clock
      update(job) { $0.reopen(Region(step: step, tasks: tasks), wish, at: now, into: &$1) }
      // While it had ended, it was not told what became of the jobs that it waited for.
      if jobs[job]?.ended == nil { watchNeeds(of: job) }
    case .tick: expire()
    }
    settleNeeds()
    if event.canMakeRoom {
      refreshShares()
      place()
    }
    defer { actions.removeAll() }
    return actions
  }

  // MARK: Questions

  /// When a `tick` is due; nil while no lease is out.
  package var nextWake: Instant? {
    let leases = slots.compactMap { $0?.watch.wake }.min()
    let edges = reservations.map { $0.from > clock ? $0.from : $0.until }
    return [leases, alarms.values.min(), edges.min()].compactMap { $0 }.min()
  }
  /// The leases that are out, by slot.
  package var leases: [Lease] { slots.compactMap { $0?.lease } }

  /// What a slot holds under this epoch: to be asked before a `leaseEnded` is told, for publishing
  /// what it delivers.
  package func lease(_ slot: SlotID, _ epoch: Epoch) -> Lease? { holding(slot, epoch)?.lease }

  package var busyCpus: Int { capacity.cpus - free.cpus }
  package var busyMemory: ByteCount { capacity.memory - free.memory }
  /// What is in use of each gpu, by index.
  package var busyGPUs: [Amount] { free.gpus.map { .one - $0 } }
  /// What is in use of each licence, named pool and limited label.
  package var busyPools: [Pool: Amount] {
    Room(capacity).pools.reduce(into: [:]) {
      $0[$1.key] = $1.value - free.pools[$1.key, default: .zero]
    }
  }
  /// Whether every job has ended.
  package var isIdle: Bool { jobs.count == endedJobs.count }

  /// Nil for a job that is unknown here: ended long ago, or never submitted.
  package func jobState(_ job: JobID) -> JobState? { jobs[job]?.state }

  /// Whether a job has ended, or is unknown here.
  package func hasEnded(_ job: JobID) -> Bool { jobs[job]?.ended != nil || jobs[job] == nil }

  /// For each step, how many of its tasks are in which state.
  package func counts(_ job: JobID) -> [TaskCounts]? { jobs[job]?.steps.map(\.counts) }

  package func state(of task: TaskID) -> TaskState? {
    guard let job = jobs[task.step.job], let step = step(of: task) else { return nil }
    if let reason = step.reason(task.number) { return .ended(reason) }
    if step.running.contains(task.number) { return .running }
    guard step.ready.contains(task.number) else { return .waiting }
    return job.isHeld ? .held : .ready
  }

  /// The number of the attempt that runs, runs next, or was the last; 1 for an unknown task.
  package func attempt(of task: TaskID) -> Int { step(of: task)?.attempt(task.number) ?? 1 }

  /// The longest wall time of the task's next attempt; nil: unlimited.
  package func time(of task: TaskID) -> Seconds? { step(of: task)?.time(of: task.number) }

  /// Whether the lease has been asked to make way for others.
  package func makesWay(_ slot: SlotID, _ epoch: Epoch) -> Bool {
    holding(slot, epoch)?.isPreempted ?? false
  }

  func step(of task: TaskID) -> StepState? {
    guard let job = jobs[task.step.job], job.steps.indices.contains(task.step.index) else {
      return nil
    }
    let step = job.steps[task.step.index]
    return step.all.contains(task.number) ? step : nil
  }

  // MARK: Jobs

  private mutating func submit(_ plan: JobPlan) {
    precondition(jobs[plan.id] == nil, "job \(plan.id) is known already")
    jobs[plan.id] = LiveJob(plan)
    liveProjects[plan.project, default: 0] += 1
    let now = clock
    update(plan.id) { job, changes in
      job.takeReused(plan.steps, into: &changes)
      job.wake(at: now, into: &changes)
    }
    watchNeeds(of: plan.id)
  }

  private mutating func reserve(_ reservation: SlotReservation) {
    reservations.removeAll { $0.name == reservation.name }
    reservations.append(reservation)
    reservations.sort { $0.from != $1.from ? $0.from < $1.from : $0.name < $1.name }
  }

  mutating func forgetOldReservations() {
    if !reservations.isEmpty { reservations.removeAll { [clock] in $0.until <= clock } }
  }

  private mutating func change(_ capacity: Capacity) {
    self.capacity = capacity
    free = Room(capacity)
    for case let holding? in slots { free.take(holding.need, gpus: holding.lease.gpus) }
    // What a task needs after it ran out of memory depends on how much there is.
    for index in 0..<queue.count { refreshEntry(queue[index].place) }
  }

  private mutating func cancel(_ id: JobID, _ region: Region) {
    update(id) { $0.cancel(region, into: &$1) }
    for holding in slots {
      guard let lease = holding?.lease, lease.step.job == id else { continue }
      askToStop(lease)
    }
  }

  /// Changes a job, records what became of it, and keeps the queue in step with it.
  mutating func update(_ id: JobID, _ body: (inout LiveJob, inout [Change]) -> Void) {
    guard let index = jobs.index(forKey: id) else { return }
    let wasEnded = jobs.values[index].ended != nil
    var changes: [Change] = []
    body(&jobs.values[index], &changes)
    for change in changes { actions.append(.record(change)) }
    refreshQueue(id)
    setAlarm(id)
    if dependents[id] != nil { changedUpstreams.insert(id) }
    noteEnd(id, wasEnded: wasEnded, isEnded: jobs.values[index].ended != nil)
  }

  private mutating func noteEnd(_ id: JobID, wasEnded: Bool, isEnded: Bool) {
    guard wasEnded != isEnded, let project = jobs[id]?.project else { return }
    let live = liveProjects[project, default: 0] + (isEnded ? -1 : 1)
    liveProjects[project] = live > 0 ? live : nil
    guard isEnded else { return endedJobs.removeAll { $0 == id } }
    endedJobs.append(id)
    guard endedJobs.count > SchedulingLimits.endedJobsMax else { return }
    let oldest = endedJobs.removeFirst()
    jobs[oldest] = nil
    forgotten.append(oldest)
  }

  /// Jobs that ended long ago and are not known any more, each told once.
  package mutating func takeForgotten() -> [JobID] {
    defer { forgotten = [] }
    return forgotten.filter { jobs[$0] == nil }
  }

  private mutating func refreshQueue(_ id: JobID) {
    guard let index = jobs.index(forKey: id) else { return }
    for step in jobs.values[index].takeTouched() {
      refreshEntry(place(of: StepID(job: id, index: step)))
    }
  }

  /// Where a step stands, or would stand, in the order of service.
  func place(of step: StepID) -> ReadyQueue.Place {
    let job = jobs[step.job]
    return ReadyQueue.Place(
      priority: job?.priority ?? 0, share: job.flatMap { ranks[$0.project] } ?? 0,
      deadline: job?.deadline, step: step)
  }

  private mutating func refreshEntry(_ place: ReadyQueue.Place) {
    guard let index = jobs.index(forKey: place.step.job) else { return }
    let job = jobs.values[index]
    let isBlocked = job.isHeld || !job.hasRoom || job.begin.map { $0 > clock } ?? false
    let first = isBlocked ? nil : job.steps[place.step.index].ready.first?.first
    queue.set(place, need: first.map { need(of: $0, step: place.step.index, in: job) })
  }

  /// What a task takes while it runs, the limits of its job's labels included.
  func need(of number: Int, step: Int, in job: LiveJob) -> Need {
    var need = job.steps[step].need(of: number, most: capacity.memory)
    for label in job.labels where capacity.labelLimits[label] != nil {
      need.pools[.label(label)] = .one
    }
    return need
  }

  private mutating func setAlarm(_ id: JobID) { alarms[id] = jobs[id]?.nextWake }

  /// Sorts the queue anew when another project has become the one that has had least.
  private mutating func refreshShares() {
    guard liveProjects.count > 1 else { return }
    guard clock - ranksAt >= SchedulingLimits.shareInterval || ranks.isEmpty else { return }
    ranksAt = clock
    let steps = queue.steps
    let projects = Set(steps.compactMap { jobs[$0.job]?.project })
    guard projects.count > 1 else { return }
    var running: [ProjectName: Double] = [:]
    for case let holding? in slots where !holding.isComputed {
      running[holding.lease.project, default: 0] +=
        (clock - holding.since).value * Double(holding.lease.cpus)
    }
    let ranks = shares.ranks(of: projects, running: running, at: clock)
    guard ranks != self.ranks else { return }
    self.ranks = ranks
    queue = ReadyQueue()
    for step in steps { refreshEntry(place(of: step)) }
  }
}

extension Event {
  /// Whether something may be grantable after it that was not before.
  fileprivate var canMakeRoom: Bool {
    switch self {
    case .submitted, .capacityChanged, .reserved, .unreserved, .leaseComputed, .leaseEnded,
      .cancel, .hold, .release, .retry, .tick:
      true
    case .heartbeat, .leaseReclaimed: false
    }
  }
}
