import Base
import JobModel
import Scheduling

/// The durable copy, kept task by task, and the judge of every change that is written to it.
///
/// It knows the rules in their plainest form, without ranges or queues, and so is a second opinion
/// on what the scheduler does.
struct SimulatedStore {
  enum Place: Equatable {
    case open
    case leased(Epoch)
    case ended(EndReason)
  }

  struct Task {
    var place = Place.open
    var retried: [(attempt: Int, reason: EndReason)] = []
    var cancelAsked = false
    /// How often a user asked for it again.
    var reopened = 0

    var nextAttempt: Int { (retried.map(\.attempt).max() ?? 0) + 1 }
  }

  struct Job {
    var plan: JobPlan
    var isHeld: Bool
    var hasStarted = false
    /// Another job has made tasks of it impossible.
    var isForsaken = false
    var ended: JobState?
    /// By step; task n is at n - 1.
    var steps: [[Task]]
  }

  struct Completion: Hashable {
    let task: TaskID
    let attempt: Int
  }

  /// What one transaction writes, in order.
  enum Entry {
    case submission(JobPlan, key: Int)
    case publication(Lease, [Settlement])
    case change(Change)
    /// The request of a client whose consequences this transaction holds.
    case request(Int)
    case reservation(SlotReservation)
    case reservationEnd(String)
  }

  private(set) var jobs: [JobID: Job] = [:]
  private(set) var keys: [Int: JobID] = [:]
  private(set) var leases: [Epoch: Lease] = [:]
  private(set) var published: Set<Epoch> = []
  private(set) var requests: Set<Int> = []
  private(set) var reservations: [String: SlotReservation] = [:]
  private(set) var lastEpoch = Epoch(0)
  private var completions: Set<Completion> = []
  /// Successes that the transaction being written has published.
  private var successes: Set<TaskID> = []

  var lastJob: JobID { keys.values.max() ?? JobID(0) }

  mutating func commit(_ entries: [Entry]) throws(Violation) {
    var touched: Set<JobID> = []
    successes.removeAll()
    for entry in entries {
      switch entry {
      case .submission(let plan, let key): try submit(plan, key: key)
      case .publication(let lease, let settlements): try publish(lease, settlements)
      case .change(let change): touched.insert(try apply(change))
      case .request(let number): requests.insert(number)
      case .reservation(let reservation): reservations[reservation.name] = reservation
      case .reservationEnd(let name): reservations[name] = nil
      }
    }
    for id in touched { try checkConsequences(id) }
    for job in jobs.values where job.ended == nil {
      for need in job.plan.after where need.settled == nil {
        try require(
          jobs[need.job]?.ended == nil,
          "job \(job.plan.id) is not told that job \(need.job) has ended")
      }
    }
  }

  subscript(task: TaskID) -> Task? {
    guard let steps = jobs[task.step.job]?.steps, steps.indices.contains(task.step.index),
      steps[task.step.index].indices.contains(task.number - 1)
    else { return nil }
    return steps[task.step.index][task.number - 1]
  }

  // MARK: What it knows

  /// What the scheduler should say about a task.
  func state(of task: TaskID) -> TaskState? {
    guard let stored = self[task], let job = jobs[task.step.job] else { return nil }
    switch stored.place {
    case .ended(let reason): return .ended(reason)
    case .leased: return .running
    case .open: break
    }
    guard job.plan.after.allSatisfy({ isMet($0, for: task) }) else { return .waiting }
    guard needs(of: task).allSatisfy({ isMet($0, by: upstream(of: task, $0)) }) else {
      return .waiting
    }
    return job.isHeld ? .held : .ready
  }

  func needs(of task: TaskID) -> [Dependency] {
    jobs[task.step.job]?.plan.steps[task.step.index].dependencies ?? []
  }

  /// The tasks that a dependency of a task is about.
  func upstream(of task: TaskID, _ dependency: Dependency) -> [Task] {
    guard let tasks = jobs[task.step.job]?.steps[dependency.step] else { return [] }
    return dependency.wiring == .elementwise ? [tasks[task.number - 1]] : tasks
  }

  func isMet(_ dependency: Dependency, by tasks: [Task]) -> Bool {
    switch dependency.condition {
    case .ok: tasks.allSatisfy(\.hasSucceeded)
    case .any: tasks.allSatisfy(\.hasEnded)
    case .notOk: tasks.allSatisfy(\.hasEnded) && !tasks.allSatisfy(\.hasSucceeded)
    }
  }

  /// Whether it can never be met, unless a user asks for another attempt.
  func isHopeless(_ dependency: Dependency, by tasks: [Task]) -> Bool {
    switch dependency.condition {
    case .ok: tasks.contains { $0.hasEnded && !$0.hasSucceeded }
    case .any: false
    case .notOk: tasks.allSatisfy(\.hasSucceeded)
    }
  }

  /// Whether another job lets a task start: `each` task by task, the other conditions at its end.
  func isMet(_ need: JobDependency, for task: TaskID) -> Bool {
    if need.settled != nil { return true }
    let twin = TaskID(step: StepID(job: need.job, index: 0), number: task.number)
    return need.condition == .each && self[twin]?.hasSucceeded == true
  }

  /// Whether another job has come to an end with which a task can never run.
  func isHopeless(_ need: JobDependency, for task: TaskID) -> Bool {
    let twin = TaskID(step: StepID(job: need.job, index: 0), number: task.number)
    switch (need.condition, need.settled) {
    case (.each, _): return self[twin].map { $0.hasEnded && !$0.hasSucceeded } ?? true
    case (.any, _), (_, nil): return false
    case (.ok, let end?): return end != .succeeded
    case (.notOk, let end?): return end == .succeeded
    }
  }

  /// What a restarted server reads: the jobs that live and those that they still wait for; other
  /// ended jobs stay on disk.
  func restored(_ mutant: Mutant?) -> [RestoredJob] {
    let living = jobs.values.filter { $0.ended == nil }.map { restored($0, mutant) }
    let needed = Set(
      living.flatMap(\.plan.after).filter { $0.settled == nil }.map(\.job)
    ).subtracting(living.map(\.plan.id))
    return (living + needed.compactMap { jobs[$0].map { restored($0, mutant) } })
      .sorted { $0.plan.id < $1.plan.id }
  }

  func restored(_ job: Job, _ mutant: Mutant?) -> RestoredJob {
    var plan = job.plan
    plan.isHeld = mutant == .forgetHold ? false : job.isHeld
    for index in plan.after.indices where mutant == .forgetSettled {
      plan.after[index].settled = nil
    }
    let leases = leases.values.filter { $0.step.job == plan.id }.sorted { $0.slot < $1.slot }
    return RestoredJob(
      plan: plan, hasStarted: job.hasStarted,
      ended: job.steps.map { tasks in
        tasks.enumerated().compactMap { index, task in
          guard case .ended(let reason) = task.place else { return nil }
          if mutant == .forgetEnds, index == 0 { return nil }
          return (TaskRange(index + 1), reason)
        }
      },
      retried: job.steps.map { tasks in
        var retried: [Int: [(attempt: Int, reason: EndReason)]] = [:]
        for (index, task) in tasks.enumerated()
        where !task.retried.isEmpty && mutant != .forgetRetries {
          retried[index + 1] = task.retried
        }
        return retried
      },
      cancelAsked: mutant == .forgetCancel
        ? []
        : job.steps.map { tasks in
          tasks.indices.filter { tasks[$0].cancelAsked }.map { TaskRange($0 + 1) }
        },
      leases: mutant == .forgetLeases ? [] : leases.map { $0.told(mutant) })
  }

  // MARK: What it lets happen

  private mutating func submit(_ plan: JobPlan, key: Int) throws(Violation) {
    try require(jobs[plan.id] == nil, "job \(plan.id) is submitted twice")
    try require(keys[key] == nil, "key \(key) makes a second job")
    keys[key] = plan.id
    jobs[plan.id] = Job(
      plan: plan, isHeld: plan.isHeld,
      steps: plan.steps.map { [Task](repeating: Task(), count: $0.taskCount) })
  }

  private mutating func publish(_ lease: Lease, _ settlements: [Settlement]) throws(Violation) {
    try require(leases[lease.epoch] == lease, "lease \(lease.epoch) is not out, but is published")
    published.insert(lease.epoch)
    for settlement in settlements {
      for number in settlement.tasks.numbers {
        try require(lease.tasks.contains(number), "lease \(lease.epoch) delivers a foreign task")
        let task = TaskID(step: lease.step, number: number)
        let isNew = completions.insert(
          Completion(task: task, attempt: lease.attempts[number] ?? 1)
        ).inserted
        try require(isNew, "an attempt of \(task.name) is completed twice")
        if settlement.reason == .succeeded { successes.insert(task) }
      }
    }
  }

  private mutating func apply(_ change: Change) throws(Violation) -> JobID {
    switch change {
    case .leaseGranted(let lease):
      try grant(lease)
      return lease.step.job
    case .leaseEnded(let slot, let epoch):
      guard let lease = leases.removeValue(forKey: epoch), lease.slot == slot else {
        throw Violation("lease \(epoch) ends on slot \(slot), but is not out there")
      }
      try update(lease.step, lease.tasks, "goes back") {
        $0.place = .open
      } when: {
        $0.place == .leased(epoch)
      }
      return lease.step.job
    case .tasksEnded(let step, let tasks, let reason):
      try end(step, tasks, reason)
      return step.job
    case .taskRetried(let task, let attempt, let reason):
      try update(task.step, TaskRange(task.number), "is tried again after attempt \(attempt)") {
        $0.retried.append((attempt, reason))
      } when: {
        $0.place == .open && $0.nextAttempt == attempt && reason != .succeeded
      }
      try require(
        reason != .preempted || jobs[task.step.job]?.plan.isPreemptible == true,
        "\(task.name) makes way, although its job is not preemptible")
      return task.step.job
    case .cancelAsked(let step, let tasks):
      try update(step, tasks, "is asked to stop") {
        $0.cancelAsked = true
      } when: {
        if case .leased = $0.place { !$0.cancelAsked } else { false }
      }
      return step.job
    case .tasksReopened(let step, let tasks):
      try update(step, tasks, "is reopened") {
        $0.place = .open
        $0.cancelAsked = false
        $0.reopened += 1
      } when: {
        if case .ended(let reason) = $0.place { reason != .succeeded } else { false }
      }
      jobs[step.job]?.ended = nil
      return step.job
    case .demanded(let step, _, _): return step.job
    case .needSettled(let id, let upstream, let end):
      try settle(id, upstream, end)
      return id
    case .jobHeld(let id): return try flag(id, \.isHeld, true)
    case .jobReleased(let id): return try flag(id, \.isHeld, false)
    case .jobStarted(let id): return try flag(id, \.hasStarted, true)
    case .jobEnded(let id, let state):
      try endJob(id, state)
      return id
    }
  }

  private mutating func settle(_ id: JobID, _ upstream: JobID, _ end: JobState) throws(Violation) {
    try require(
      jobs[upstream]?.ended == end, "job \(id) is told that job \(upstream) has ended as \(end)")
    let after = jobs[id]?.plan.after ?? []
    let open = after.indices.filter { after[$0].job == upstream && after[$0].settled == nil }
    try require(!open.isEmpty, "job \(id) does not wait for job \(upstream)")
    for index in open { jobs[id]?.plan.after[index].settled = end }
  }

  private mutating func grant(_ lease: Lease) throws(Violation) {
    let id = lease.epoch
    try require(lease.epoch > lastEpoch, "epoch \(id) comes after epoch \(lastEpoch)")
    lastEpoch = lease.epoch
    try require(
      !leases.values.contains { $0.slot == lease.slot }, "slot \(lease.slot) gets a second lease")
    guard let job = jobs[lease.step.job], job.hasStarted, !job.isHeld else {
      throw Violation("lease \(id) is of a job that is held, not started or unknown")
    }
    let plan = job.plan.steps[lease.step.index]
    let isAlone = plan.isFresh || plan.retry == .never || !lease.attempts.isEmpty
    try require(!isAlone || lease.tasks.count == 1, "lease \(id) must hold one task only")
    for number in lease.tasks.numbers {
      let task = TaskID(step: lease.step, number: number)
      try require(
        state(of: task) == .ready, "lease \(id) holds \(task.name), which is not ready")
      try require(
        self[task]?.cancelAsked == false, "\(task.name) was cancelled, but is leased again")
      try require(
        self[task]?.nextAttempt == lease.attempts[number] ?? 1, "lease \(id) miscounts attempts")
    }
    try update(lease.step, lease.tasks, "is leased") {
      $0.place = .leased(id)
    } when: { _ in
      true
    }
    leases[id] = lease
  }

  private mutating func end(
    _ step: StepID, _ tasks: TaskRange, _ reason: EndReason
  ) throws(Violation) {
    for number in tasks.numbers where reason == .succeeded {
      let task = TaskID(step: step, number: number)
      let isStored = jobs[step.job]?.plan.steps[step.index].reused.contains { $0.contains(number) }
      try require(
        successes.contains(task) || isStored == true,
        "\(task.name) succeeds without a published result")
    }
    if reason == .refused { try refuse(step, tasks) }
    try update(step, tasks, "ends as \(reason)") {
      $0.place = .ended(reason)
    } when: {
      $0.place == .open
    }
  }

  private mutating func refuse(_ step: StepID, _ tasks: TaskRange) throws(Violation) {
    for number in tasks.numbers {
      let task = TaskID(step: step, number: number)
      let after = jobs[step.job]?.plan.after ?? []
      if after.contains(where: { isHopeless($0, for: task) }) {
        jobs[step.job]?.isForsaken = true
      } else {
        try require(
          needs(of: task).contains { isHopeless($0, by: upstream(of: task, $0)) },
          "\(task.name) is refused without a cause")
      }
    }
  }

  private mutating func endJob(_ id: JobID, _ state: JobState) throws(Violation) {
    guard let job = jobs[id], job.ended == nil else {
      throw Violation("job \(id) ends twice")
    }
    var reasons: Set<EndReason> = []
    for case .ended(let reason) in job.steps.joined().map(\.place) { reasons.insert(reason) }
    try require(!reasons.contains(.preempted), "job \(id) ends with tasks that made way")
    let isFailed = !reasons.subtracting([.succeeded, .cancelled, .refused]).isEmpty
    let isCancelled = reasons.contains(.cancelled) || job.isForsaken
    let expected: JobState = isFailed ? .failed : isCancelled ? .cancelled : .succeeded
    try require(state == expected, "job \(id) ends as \(state), not as \(expected)")
    jobs[id]?.ended = state
  }

  private mutating func flag(
    _ id: JobID, _ path: WritableKeyPath<Job, Bool>, _ value: Bool
  ) throws(Violation) -> JobID {
    try require(
      jobs[id]?[keyPath: path] == !value && jobs[id]?.ended == nil,
      "job \(id) is held, released or started out of turn")
    jobs[id]?[keyPath: path] = value
    return id
  }

  private mutating func update(
    _ step: StepID, _ tasks: TaskRange, _ what: String, _ change: (inout Task) -> Void,
    when isAllowed: (Task) -> Bool
  ) throws(Violation) {
    for number in tasks.numbers {
      let id = TaskID(step: step, number: number)
      guard let task = self[id], isAllowed(task) else {
        throw Violation("\(id.name) \(what) from \(String(describing: self[id]))")
      }
      if var changed = jobs[step.job]?.steps[step.index][number - 1] {
        change(&changed)
        jobs[step.job]?.steps[step.index][number - 1] = changed
      }
    }
  }

  /// At the end of a transaction nothing is left half done.
  private func checkConsequences(_ id: JobID) throws(Violation) {
    guard let job = jobs[id] else { throw Violation("job \(id) changes, but is unknown") }
    var open = 0
    for (index, tasks) in job.steps.enumerated() {
      for (offset, task) in tasks.enumerated() {
        if case .ended = task.place { continue }
        open += 1
        let name = TaskID(step: StepID(job: id, index: index), number: offset + 1)
        if case .leased = task.place { continue }
        for need in job.plan.after {
          try require(
            !isHopeless(need, for: name), "\(name.name) waits in vain for job \(need.job)")
        }
        for need in needs(of: name) {
          try require(
            !isHopeless(need, by: upstream(of: name, need)),
            "\(name.name) waits in vain for step \(need.step + 1)")
        }
      }
    }
    try require((open == 0) == (job.ended != nil), "job \(id) has \(open) open tasks at its end")
  }
}

extension SimulatedStore.Task {
  fileprivate var hasSucceeded: Bool { place == .ended(.succeeded) }
  fileprivate var hasEnded: Bool { if case .ended = place { true } else { false } }
}

extension TaskID {
  /// `17.2.4`: job, step counted from 1, task.
  var name: String { "\(step.job).\(step.index + 1).\(number)" }
}
