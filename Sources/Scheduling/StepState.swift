import Base
import JobModel

/// Where the tasks of one step are.
///
/// Every task is in exactly one of the six sets. What happens to a task is asked of the job,
/// which knows the consequences downstream.
struct StepState: Sendable {
  let plan: StepPlan
  private(set) var waiting: RangeSet
  private(set) var ready = RangeSet()
  /// To be tried again, but not yet.
  private(set) var paused = RangeSet()
  private(set) var running = RangeSet()
  private(set) var succeeded = RangeSet()
  private(set) var unsuccessful = RangeMap<EndReason>()
  /// Tasks that a user cancelled while a lease held them. They stay in the set after their end:
  /// it tells that they have used up an attempt.
  private(set) var cancelAsked = RangeSet()
  var history = RangeMap<AttemptHistory>()
  private(set) var cancelled = 0
  private(set) var refused = 0
  private var pauses = Pauses()
  var pace: Pace

  init(_ plan: StepPlan) {
    precondition(plan.taskCount >= 1, "a step without tasks")
    precondition(plan.cpus >= 1, "a task without cpus")
    self.plan = plan
    waiting = RangeSet(TaskRange(1, plan.taskCount))
    pace = Pace(estimate: plan.estimate)
  }

  var all: TaskRange { TaskRange(1, plan.taskCount) }
  var isComplete: Bool { succeeded.count == plan.taskCount }
  /// Whether every task has ended, however.
  var isOver: Bool { open == 0 }
  /// How many tasks have not ended.
  var open: Int { plan.taskCount - succeeded.count - unsuccessful.count }
  /// Ended without success by itself, not by a user's wish or as a consequence.
  var failed: Int { unsuccessful.count - cancelled - refused }

  var counts: TaskCounts {
    var counts = TaskCounts()
    counts.waiting = waiting.count + paused.count
    counts.ready = ready.count
    counts.running = running.count
    counts.succeeded = succeeded.count
    counts.failed = failed + refused
    counts.cancelled = cancelled
    return counts
  }

  func reason(_ number: Int) -> EndReason? {
    succeeded.contains(number) ? .succeeded : unsuccessful[number]
  }

  /// The number of the attempt that runs, runs next, or was the last.
  func attempt(_ number: Int) -> Int { (history[number]?.attempts ?? 0) + 1 }

  /// What a task needs; labels, which are the job's, are not among it.
  func need(of number: Int, most: ByteCount) -> Need {
    let memory =
      history[number]?.memory(base: plan.memory, policy: plan.retry, most: most) ?? plan.memory
    return Need(cpus: plan.cpus, memory: memory, gpus: plan.gpus, pools: plan.pools)
  }

  /// The longest wall time of a task's next attempt; nil: unlimited.
  func time(of number: Int) -> Seconds? { history[number]?.demand?.time ?? plan.time }

  /// The tasks that the next lease holds: of the first ready ones as many as may run in a row.
  /// - Parameter most: more would run into what is planned behind them.
  func nextTasks(parallel: Int, most: Int = .max) -> TaskRange? {
    guard let first = ready.first else { return nil }
    guard !plan.isFresh, plan.retry != .never, history[first.first] == nil else {
      return TaskRange(first.first)
    }
    let size = min(
      most, pace.leaseSize(open: ready.count + waiting.count, parallel: parallel))
    var last = min(first.last, first.first + size - 1)
    if let retried = history.runs(in: TaskRange(first.first, last)).first {
      last = retried.tasks.first - 1
    }
    return TaskRange(first.first, last)
  }

  /// The tasks that get another attempt after one that ended so.
  func retriable(_ tasks: RangeSet, after reason: EndReason) -> [TaskRange] {
    if plan.asksAgain(reason) { return tasks.ranges }
    return tasks.ranges.flatMap(history.covering).filter {
      ($0.value ?? AttemptHistory()).allowsRetry(after: reason, policy: plan.retry)
    }.map(\.tasks)
  }

  // MARK: Transitions

  mutating func makeReady(_ tasks: RangeSet) {
    waiting.subtract(tasks)
    ready.formUnion(tasks)
  }

  /// Makes all ready tasks wait again: something that they needed the end of goes on.
  mutating func withdraw() {
    waiting.formUnion(ready)
    ready = RangeSet()
  }

  mutating func start(_ tasks: TaskRange) {
    waiting.remove(tasks)
    ready.remove(tasks)
    running.insert(tasks)
  }

  mutating func requeue(_ tasks: RangeSet) {
    running.subtract(tasks)
    ready.formUnion(tasks)
  }

  /// Leased tasks that are to be tried again, each at its time.
  mutating func pause(_ number: Int, until: Instant) {
    running.remove(TaskRange(number))
    paused.insert(TaskRange(number))
    pauses.add(number, until: until)
  }

  var nextResume: Instant? { pauses.next }

  func resume(of number: Int) -> Instant? { paused.contains(number) ? pauses.end(of: number) : nil }

  /// Makes ready what has paused long enough; whether there was anything.
  mutating func resume(at now: Instant) -> Bool {
    let due = pauses.takeDue(at: now)
    paused.subtract(due)
    ready.formUnion(due)
    return !due.isEmpty
  }

  mutating func end(_ tasks: RangeSet, as reason: EndReason) {
    waiting.subtract(tasks)
    ready.subtract(tasks)
    paused.subtract(tasks)
    pauses.remove(tasks)
    running.subtract(tasks)
    switch reason {
    case .succeeded: return succeeded.formUnion(tasks)
    case .cancelled: cancelled += tasks.count
    case .refused: refused += tasks.count
    case .failed, .signalled, .memory, .time, .lost, .deadline, .preempted: break
    }
    unsuccessful.set(tasks, to: reason)
  }

  mutating func askCancel(_ tasks: TaskRange) { cancelAsked.insert(tasks) }

  mutating func charge(_ tasks: TaskRange, attempt: Int? = nil, _ reason: EndReason) {
    history.update(tasks) { old in
      var new = old ?? AttemptHistory()
      let number = attempt ?? new.attempts + 1
      if plan.asksAgain(reason) {
        new.add(attempt: number)
      } else {
        new.add(reason, attempt: number)
      }
      return new
    }
  }

  /// Makes ended tasks wait again, and returns those of them that have used up an attempt.
  mutating func reopen(_ tasks: RangeSet) -> [RangeMap<EndReason>.Run] {
    var used: [RangeMap<EndReason>.Run] = []
    for run in tasks.ranges.flatMap(unsuccessful.runs(in:)) {
      switch run.value {
      case .succeeded: preconditionFailure("a success among the unsuccessful")
      case .cancelled, .deadline:
        if run.value == .cancelled { cancelled -= run.tasks.count }
        used += cancelAsked.ranges(in: run.tasks).map { .init(tasks: $0, value: run.value) }
      case .refused: refused -= run.tasks.count
      case .failed, .signalled, .memory, .time, .lost, .preempted: used.append(run)
      }
    }
    unsuccessful.set(tasks, to: nil)
    cancelAsked.subtract(tasks)
    waiting.formUnion(tasks)
    return used
  }
}
