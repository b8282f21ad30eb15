import Base
import JobModel

/// A job in memory: its steps, and what the end of a task means for the tasks downstream.
struct LiveJob: Sendable {
  let id: JobID
  let project: ProjectName
  let priority: Int
  let maxRunning: Int?
  /// Nothing starts before; nil once that time has been dealt with.
  private(set) var begin: Instant?
  /// Jobs that it waits for, or has waited for.
  var after: [JobDependency]
  /// Of jobs that are waited for task by task, the tasks that have succeeded.
  var granted: [JobID: RangeSet] = [:]
  let deadline: Instant?
  let labels: [String]
  let isPreemptible: Bool
  /// Whether its deadline has passed before its end.
  private(set) var isExpired = false
  private(set) var isHeld: Bool
  private(set) var hasStarted: Bool
  /// How it ended; nil while tasks are open.
  private(set) var ended: JobState?
  private(set) var steps: [StepState]
  /// Indices of steps, upstream before downstream.
  private let order: [Int]
  /// For each step the steps that need it.
  private let dependents: [[Int]]
  /// Steps whose ready tasks have changed since they were last asked for.
  private var touched: [Int] = []
  /// Tasks that have not ended.
  private var unfinished: Int
  /// Leases whose tasks run.
  private(set) var leases = 0

  init(_ plan: JobPlan) {
    precondition(!plan.steps.isEmpty, "job \(plan.id) has no steps")
    id = plan.id
    project = plan.project
    priority = plan.priority
    maxRunning = plan.maxRunning
    begin = plan.begin
    after = plan.after
    deadline = plan.deadline
    labels = plan.labels
    isPreemptible = plan.isPreemptible
    isHeld = plan.isHeld
    hasStarted = false
    steps = plan.steps.map(StepState.init)
    unfinished = plan.steps.reduce(0) { $0 + $1.taskCount }
    dependents = LiveJob.dependents(plan.steps)
    order = LiveJob.order(plan.steps, dependents)
    precondition(
      order.count == steps.count, "the steps of job \(plan.id) need each other in a ring")
    for step in steps.indices { promote(step) }
  }

  init(_ restored: RestoredJob) {
    self.init(restored.plan)
    hasStarted = restored.hasStarted
    for (step, ends) in restored.ended.enumerated() {
      for end in ends {
        steps[step].end(RangeSet(end.tasks), as: end.reason)
        unfinished -= end.tasks.count
      }
    }
    for (step, retried) in restored.retried.enumerated() {
      for (number, attempts) in retried {
        for used in attempts {
          steps[step].charge(TaskRange(number), attempt: used.attempt, used.reason)
        }
      }
    }
    for (step, demands) in restored.demands.enumerated() {
      for asked in demands { steps[step].ask(asked.demand, of: asked.tasks) }
    }
    for (step, asked) in restored.cancelAsked.enumerated() {
      for tasks in asked { steps[step].askCancel(tasks) }
    }
    for lease in restored.leases { steps[lease.step.index].start(lease.tasks) }
    leases = restored.leases.count
    for step in steps.indices { promote(step) }
    if unfinished == 0 { ended = outcome }
  }

  func stepID(_ step: Int) -> StepID { StepID(job: id, index: step) }

  var state: JobState {
    if let ended { return ended }
    if isHeld && steps.allSatisfy(\.running.isEmpty) { return .held }
    return hasStarted ? .running : .queued
  }

  /// Whether one more lease of the job may go out.
  var hasRoom: Bool { maxRunning.map { leases < $0 } ?? true }

  /// The steps whose ready tasks have changed since the last call, possibly named twice.
  mutating func takeTouched() -> [Int] {
    defer { touched.removeAll(keepingCapacity: true) }
    return touched
  }

  // MARK: Running

  /// Moves tasks into a lease and returns the attempts above 1.
  mutating func start(_ tasks: TaskRange, of step: Int, into changes: inout [Change]) -> [Int: Int]
  {
    if !hasStarted { changes.append(.jobStarted(id)) }
    hasStarted = true
    steps[step].start(tasks)
    leases += 1
    touch(step)
    var attempts: [Int: Int] = [:]
    for run in steps[step].history.runs(in: tasks) {
      for number in run.tasks.numbers { attempts[number] = run.value.attempts + 1 }
    }
    return attempts
  }

  /// A lease of the step runs no more; what became of its tasks follows.
  mutating func leaseOver(_ step: Int) {
    leases -= 1
    touch(step)
  }

  /// What may be granted of a step has changed: of all steps where they share a limit.
  private mutating func touch(_ step: Int) {
    if maxRunning == nil { touched.append(step) } else { touched += Array(steps.indices) }
  }

  /// Books how leased tasks ended: for good, or for another attempt.
  mutating func settle(_ end: TaskEnd, _ attempt: AttemptFacts, into changes: inout [Change]) {
    let ends = splitByCancel(end).map { part in
      let isFutile = part.reason == .memory && attempt.memory >= attempt.memoryMost
      var over = part
      for tasks in isFutile ? [] : steps[part.step].retriable(part.tasks, after: part.reason) {
        over.tasks.remove(tasks)
        for number in tasks.numbers { retry(number, part, at: attempt.endedAt, into: &changes) }
      }
      return over
    }
    self.end(ends, into: &changes)
  }

  /// Leased tasks that were not executed become ready again, or end if their cancel was asked for.
  mutating func giveBack(_ tasks: RangeSet, of step: Int, into changes: inout [Change]) {
    let asked = steps[step].cancelAsked.intersection(tasks)
    steps[step].requeue(tasks)
    touched.append(step)
    end([TaskEnd(step: step, tasks: asked, reason: stopReason)], into: &changes)
    withdraw(step, into: &changes)
  }

  mutating func observe(_ step: Int, tasks: Int, wall: Seconds) {
    steps[step].pace.observe(tasks: tasks, wall: wall)
  }

  /// Where a cancel was asked for, a success still counts and everything else is the cancel's doing.
  ///
  /// A preemptible task that was stopped without anybody having cancelled it has made way for others.
  private func splitByCancel(_ end: TaskEnd) -> [TaskEnd] {
    guard end.reason != .succeeded else { return [end] }
    let asked = steps[end.step].cancelAsked.intersection(end.tasks)
    var rest = end.tasks
    rest.subtract(asked)
    let made = isPreemptible && end.reason == .cancelled ? .preempted : end.reason
    return [
      TaskEnd(step: end.step, tasks: asked, reason: stopReason),
      TaskEnd(step: end.step, tasks: rest, reason: made),
    ]
  }

  /// What ends as stopped: by somebody's wish, or because its time is over.
  private var stopReason: EndReason { isExpired ? .deadline : .cancelled }

  private mutating func retry(
    _ number: Int, _ end: TaskEnd, at now: Instant, into changes: inout [Change]
  ) {
    let task = TaskID(step: stepID(end.step), number: number)
    let attempt = steps[end.step].attempt(number)
    changes.append(.taskRetried(task, attempt: attempt, end.reason))
    steps[end.step].charge(TaskRange(number), end.reason)
    if !steps[end.step].plan.asksAgain(end.reason), end.reason != .preempted,
      case .limited(let limits) = steps[end.step].plan.retry,
      let pause = limits.pause(after: attempt, of: task)
    {
      steps[end.step].pause(number, until: now + pause)
    } else {
      steps[end.step].requeue(RangeSet(TaskRange(number)))
      withdraw(end.step, into: &changes)
    }
    touched.append(end.step)
  }

  // MARK: Time

  /// When something of the job can start that could not before.
  var nextWake: Instant? {
    guard ended == nil else { return nil }
    let resume = steps.compactMap(\.nextResume).min()
    return [resume, begin, isExpired ? nil : deadline].compactMap { $0 }.min()
  }

  /// Makes ready what has waited for its time, and stops everything once the deadline has passed.
  mutating func wake(at now: Instant, into changes: inout [Change]) {
    if let deadline, deadline <= now, ended == nil, !isExpired {
      isExpired = true
      cancel(Region(step: nil, tasks: nil), into: &changes)
    }
    for step in steps.indices where steps[step].resume(at: now) {
      withdraw(step, into: &changes)
      touched.append(step)
    }
    if let begin, begin <= now {
      self.begin = nil
      touched += Array(steps.indices)
    }
  }

  // MARK: What users ask for

  mutating func hold(into changes: inout [Change]) {
    guard ended == nil, !isHeld else { return }
    isHeld = true
    touched += Array(steps.indices)
    changes.append(.jobHeld(id))
  }

  mutating func release(into changes: inout [Change]) {
    guard ended == nil, isHeld else { return }
    isHeld = false
    touched += Array(steps.indices)
    changes.append(.jobReleased(id))
  }

  /// Ends what has not started; what runs is marked, so that it will not be tried again.
  mutating func cancel(_ region: Region, into changes: inout [Change]) {
    var ends: [TaskEnd] = []
    for step in steps.indices {
      guard let window = region.part(of: step, tasks: steps[step].all) else { continue }
      var open = steps[step].waiting.intersection(window)
      open.formUnion(steps[step].ready.intersection(window))
      open.formUnion(steps[step].paused.intersection(window))
      ends.append(TaskEnd(step: step, tasks: open, reason: stopReason))
      var fresh = steps[step].running.intersection(window)
      fresh.subtract(steps[step].cancelAsked)
      for tasks in fresh.ranges {
        steps[step].askCancel(tasks)
        changes.append(.cancelAsked(stepID(step), tasks))
      }
    }
    end(ends, into: &changes)
  }

  /// Tasks that ended without success wait again, and so do the refused ones downstream of them;
  /// a task of which something upstream stays unsuccessful keeps its end.
  /// Nothing can be tried again once the deadline has passed, and what another job has made
  /// impossible stays so.
  mutating func reopen(
    _ region: Region, _ wish: RetryWish = RetryWish(), at now: Instant,
    into changes: inout [Change]
  ) {
    if let deadline, deadline <= now { return }
    guard !isForsaken else { return }
    for step in order {
      guard let blocked = unreachable(step) else { continue }
      var ranges: [TaskRange] = []
      var asked: [TaskRange] = []
      for run in steps[step].unsuccessful.runs {
        if run.value == .refused {
          ranges.append(run.tasks)
        } else if wish.onlyFailed, run.value == .cancelled {
          continue
        } else if let part = region.part(of: step, tasks: run.tasks) {
          ranges.append(part)
          asked.append(part)
        }
      }
      var tasks = RangeSet(ranges)
      tasks.subtract(blocked)
      guard !tasks.isEmpty else { continue }
      // A wish is about what the attempts before had, so it is read before they are charged.
      let demands = tasks.intersection(RangeSet(asked)).ranges.flatMap {
        steps[step].demands(wish, of: $0)
      }
      reopen(tasks, of: step, into: &changes)
      for (range, demand) in demands {
        for (tasks, rooted) in steps[step].rooted(demand, of: range, anew: wish.memory != nil) {
          steps[step].ask(rooted, of: tasks)
          changes.append(.demanded(stepID(step), tasks, rooted))
        }
      }
    }
    for step in steps.indices {
      withdraw(step, into: &changes)
      promote(step)
    }
    if unfinished > 0 { ended = nil }
  }

  private mutating func reopen(_ tasks: RangeSet, of step: Int, into changes: inout [Change]) {
    for range in tasks.ranges { changes.append(.tasksReopened(stepID(step), range)) }
    unfinished += tasks.count
    for run in steps[step].reopen(tasks) {
      for number in run.tasks.numbers {
        let task = TaskID(step: stepID(step), number: number)
        let attempt = steps[step].attempt(number)
        changes.append(.taskRetried(task, attempt: attempt, run.value))
      }
      steps[step].charge(run.tasks, run.value)
    }
  }

  /// Tasks that have a stored result already succeed before anything starts.
  mutating func takeReused(_ plans: [StepPlan], into changes: inout [Change]) {
    let ends = plans.enumerated().filter { !$1.reused.isEmpty }.map { index, plan in
      TaskEnd(step: index, tasks: RangeSet(plan.reused), reason: .succeeded)
    }
    guard !ends.isEmpty else { return }
    changes.append(.jobStarted(id))
    hasStarted = true
    end(ends, into: &changes)
  }

  // MARK: Consequences

  /// Ends tasks for good, makes ready what waited for them, and refuses what waited in vain.
  mutating func end(_ ends: [TaskEnd], into changes: inout [Change]) {
    var chain = ends.filter { !$0.tasks.isEmpty }
    for end in chain { apply(end, into: &changes) }
    var next = 0
    while next < chain.count {
      let end = chain[next]
      next += 1
      for step in dependents[end.step] {
        switch consequence(for: step, of: end) {
        case .nothing: continue
        case .promotes(let tasks): promote(step, tasks)
        case .refuses(let tasks):
          if tasks.isEmpty { continue }
          let refusal = TaskEnd(step: step, tasks: tasks, reason: .refused)
          apply(refusal, into: &changes)
          chain.append(refusal)
        }
      }
    }
    guard ended == nil, unfinished == 0 else { return }
    ended = outcome
    changes.append(.jobEnded(id, outcome))
  }

  private mutating func apply(_ end: TaskEnd, into changes: inout [Change]) {
    steps[end.step].end(end.tasks, as: end.reason)
    unfinished -= end.tasks.count
    for tasks in end.tasks.ranges {
      changes.append(.tasksEnded(stepID(end.step), tasks, end.reason))
    }
    touched.append(end.step)
  }

  private enum Consequence {
    case nothing
    case promotes(RangeSet)
    case refuses(RangeSet)
  }

  /// What an end upstream means for the waiting tasks of a downstream step.
  private func consequence(for step: Int, of end: TaskEnd) -> Consequence {
    let needed = steps[step].plan.dependencies.filter { $0.step == end.step }
    let waiting = steps[step].waiting
    guard let gather = needed.first(where: { $0.wiring == .gather }) else {
      let tasks = end.tasks.intersection(waiting)
      return end.reason == .succeeded ? .promotes(tasks) : .refuses(tasks)
    }
    let upstream = steps[end.step]
    switch gather.condition {
    case .ok:
      if end.reason != .succeeded { return .refuses(waiting) }
      return upstream.isComplete ? .promotes(waiting) : .nothing
    case .any: return upstream.isOver ? .promotes(waiting) : .nothing
    case .notOk:
      if upstream.isComplete { return .refuses(waiting) }
      return upstream.isOver ? .promotes(waiting) : .nothing
    }
  }

  /// Makes ready what waits for nothing any more, of some waiting tasks or of all.
  mutating func promote(_ step: Int, _ candidates: RangeSet? = nil) {
    var tasks = allowed(candidates ?? steps[step].waiting)
    for dependency in steps[step].plan.dependencies where !tasks.isEmpty {
      switch (dependency.wiring, dependency.condition) {
      case (.elementwise, _): tasks = tasks.intersection(steps[dependency.step].succeeded)
      case (.gather, .ok): if !steps[dependency.step].isComplete { return }
      case (.gather, .any): if !steps[dependency.step].isOver { return }
      case (.gather, .notOk):
        if !steps[dependency.step].isOver || steps[dependency.step].isComplete { return }
      }
    }
    if tasks.isEmpty { return }
    steps[step].makeReady(tasks)
    touched.append(step)
  }

  /// Ready tasks of a step that needs an end, of whatever kind, wait again once what has ended goes on,
  /// and are refused where it has gone on to the other kind of end.
  private mutating func withdraw(_ step: Int, into changes: inout [Change]) {
    let ends = steps[step].plan.dependencies.filter { $0.condition != .ok }
    let isInVain = ends.contains { $0.condition == .notOk && steps[$0.step].isComplete }
    guard isInVain || ends.contains(where: { !steps[$0.step].isOver }),
      !steps[step].ready.isEmpty
    else { return }
    steps[step].withdraw()
    touched.append(step)
    guard isInVain else { return }
    end([TaskEnd(step: step, tasks: steps[step].waiting, reason: .refused)], into: &changes)
  }

  /// The tasks that need something which ended without success; nil: all of them.
  private func unreachable(_ step: Int) -> RangeSet? {
    var blocked: [TaskRange] = []
    for dependency in steps[step].plan.dependencies {
      let upstream = steps[dependency.step].unsuccessful
      switch (dependency.wiring, dependency.condition) {
      case (.gather, .ok): if !upstream.isEmpty { return nil }
      case (.gather, .notOk): if steps[dependency.step].isComplete { return nil }
      case (.gather, .any): continue
      case (.elementwise, _): blocked += upstream.runs.map(\.tasks)
      }
    }
    return RangeSet(blocked)
  }

  /// A refusal has its cause upstream and is not counted by itself.
  private var outcome: JobState {
    if steps.contains(where: { $0.failed > 0 }) { return .failed }
    return isForsaken || steps.contains { $0.cancelled > 0 } ? .cancelled : .succeeded
  }

  private static func dependents(_ steps: [StepPlan]) -> [[Int]] {
    var dependents = [[Int]](repeating: [], count: steps.count)
    for (index, step) in steps.enumerated() {
      for dependency in step.dependencies {
        precondition(
          steps.indices.contains(dependency.step), "step \(index) needs a step that is not there")
        precondition(
          dependency.wiring == .gather || steps[dependency.step].taskCount == step.taskCount,
          "step \(index) is wired elementwise to a step of another size")
        if dependents[dependency.step].last != index { dependents[dependency.step].append(index) }
      }
    }
    return dependents
  }

  private static func order(_ steps: [StepPlan], _ dependents: [[Int]]) -> [Int] {
    var missing = steps.map { Set($0.dependencies.map(\.step)).count }
    var order = steps.indices.filter { missing[$0] == 0 }
    var next = 0
    while next < order.count {
      for step in dependents[order[next]] {
        missing[step] -= 1
        if missing[step] == 0 { order.append(step) }
      }
      next += 1
    }
    return order
  }
}

/// What decides about another attempt, besides the reason of the end.
struct AttemptFacts: Hashable, Sendable {
  let memory: ByteCount
  /// The most that any attempt can have: one that had it is not tried again for lack of memory.
  let memoryMost: ByteCount
  let endedAt: Instant
}

/// Tasks of a step that ended alike.
struct TaskEnd: Hashable, Sendable {
  let step: Int
  var tasks: RangeSet
  let reason: EndReason
}

/// The part of a job that a user names: all of it, a step, or some tasks of a step.
struct Region: Hashable, Sendable {
  let step: Int?
  let tasks: TaskRange?

  func part(of index: Int, tasks all: TaskRange) -> TaskRange? {
    guard step == nil || step == index else { return nil }
    guard step != nil, let tasks else { return all }
    return all.intersection(tasks)
  }
}
