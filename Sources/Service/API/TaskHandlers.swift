import Base
import JobModel
import Scheduling
import Store
import Wire

extension Route {
  private static let tasksMax = 10_000

  /// Tasks of a step, or of all steps, from `first` on; with `state`, only those in it.
  @Sendable static func listTasks(
    _ request: APIRequest, _ installation: Installation
  ) throws -> HTTPAnswer {
    let job = try installation.jobFacts(try installation.job(request["job"]))
    let chosen = try job.step(request.query["step"])
    var listing = TaskListing(
      job: job, installation: installation,
      state: try stateName(request.query["state"]),
      limit: min(try request.queryNumber("limit") ?? 100, tasksMax))
    let first = max(1, try request.queryNumber("first") ?? 1)
    for step in chosen.map({ [$0] }) ?? Array(job.spec.steps.indices) {
      try listing.add(step, from: first)
    }
    return try .json(200, listing.tasks)
  }

  /// A state as people name it: `failed` stands for every exit code.
  private static func stateName(_ text: String?) throws(KilnError) -> String? {
    guard let text else { return nil }
    let names = [
      "waiting", "ready", "held", "running", "succeeded", "failed", "signalled", "memory", "time",
      "lost", "cancelled", "deadline", "refused",
    ]
    guard names.contains(text) else {
      throw KilnError(
        .usage, "`\(text)` is not a state of a task", at: "state",
        fix: nearest(to: text, among: names).map { "did you mean `\($0)`?" })
    }
    return text
  }

  @Sendable static func explainTask(
    _ request: APIRequest, _ installation: Installation
  ) throws -> HTTPAnswer {
    let job = try installation.jobFacts(try installation.job(request["job"]))
    let task = try job.task(request)
    let now = Instant.now()
    let names = job.spec.steps.map(\.name)
    let live = try installation.mailbox.ask { state -> Explanation? in
      guard let answer = state.scheduler.explain(task, at: now) else { return nil }
      let reasons = answer.hindrances.map { hindrance in
        hindrance.sentence { step in
          names[step].isEmpty ? "step \(step + 1)" : "step `\(names[step])`"
        }
      }
      return Explanation(
        state: answer.state, reasons: reasons, fix: answer.hindrances.first?.fix(for: task))
    }
    if let live {
      return try .json(200, try withLastWords(live, of: task, installation))
    }
    let states = try installation.endedStates(task.step)
    let state = states.state(of: task.number)
    guard case .ended(let reason) = state else {
      throw KilnError(.internalError, "task \(task.number) of job \(job.id) has no recorded end")
    }
    let ended = Explanation(state: state, reasons: [Hindrance.ended(reason).sentence()])
    return try .json(200, try withLastWords(ended, of: task, installation))
  }

  /// A task that ended without success has a sentence that says more than the reason.
  private static func withLastWords(
    _ explanation: Explanation, of task: TaskID, _ installation: Installation
  ) throws(KilnError) -> Explanation {
    guard case .ended(let reason) = explanation.state, reason != .succeeded else {
      return explanation
    }
    let ends = try installation.store.ends(of: task.step, TaskRange(task.number))
    let words = ends.first { $0.tasks.contains(task.number) }?.message
    return Explanation(
      state: explanation.state, reasons: explanation.reasons + (words.map { [$0] } ?? []),
      fix: explanation.fix)
  }
}

/// Ends of a step's tasks, for looking up single ones.
struct EndedStates: Sendable {
  /// By first task; they do not overlap.
  private let ends: [TaskEnd]

  init(_ ends: [TaskEnd]) { self.ends = ends }

  func end(of task: Int) -> TaskEnd? {
    let index = index(from: task)
    guard index < ends.count, ends[index].tasks.contains(task) else { return nil }
    return ends[index]
  }

  /// The first end that is not before the task.
  private func index(from task: Int) -> Int {
    var low = 0
    var high = ends.count
    while low < high {
      let middle = (low + high) / 2
      if ends[middle].tasks.last < task { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The first ended task from `task` on.
  func firstEnded(from task: Int) -> Int? {
    let index = index(from: task)
    return index < ends.count ? max(task, ends[index].tasks.first) : nil
  }

  /// A task without a recorded end has not been started yet, as far as the database knows.
  func state(of task: Int) -> TaskState { end(of: task).map { .ended($0.reason) } ?? .waiting }
}

extension Installation {
  func endedStates(_ step: StepID) throws(KilnError) -> EndedStates {
    EndedStates(
      try store.ends(step.job, step: step.index, onlyUnsuccessful: false, limit: Int(Int32.max)))
  }
}

/// A page of a job's tasks, filled step by step.
struct TaskListing {
  let job: JobFacts
  let installation: Installation
  let state: String?
  let limit: Int
  private(set) var tasks: [TaskDetail] = []

  init(job: JobFacts, installation: Installation, state: String?, limit: Int) {
    self.job = job
    self.installation = installation
    self.state = state
    self.limit = limit
  }

  /// What the loop says about one task.
  private struct LiveTask: Sendable {
    let state: TaskState
    let attempt: Int
    let progress: TaskProgress?
  }

  /// The loop is asked about this many tasks at a time, so that others get their turn.
  private static let chunk = 4096

  mutating func add(_ step: Int, from first: Int) throws(KilnError) {
    let count = job.spec.steps[step].sweep.count
    guard first <= count, tasks.count < limit else { return }
    let id = StepID(job: job.id, index: step)
    var next = first
    while next <= count, tasks.count < limit {
      let room = state == nil ? limit - tasks.count : TaskListing.chunk
      let last = min(count, next + min(room, TaskListing.chunk) - 1)
      let live = try ask(id, next...last)
      let ends = EndedStates(try installation.store.ends(of: id, TaskRange(next, last)))
      for (number, task) in zip(next...last, live) where tasks.count < limit {
        add(id, number, task, ends.end(of: number))
      }
      next = last + 1
    }
  }

  private func ask(_ step: StepID, _ numbers: ClosedRange<Int>) throws(KilnError) -> [LiveTask?] {
    try installation.mailbox.ask { state in
      var progress: [Int: TaskProgress] = [:]
      for out in state.leases.values where out.lease.step == step {
        if let latest = out.progress { progress[latest.task] = latest }
      }
      return numbers.map { number in
        let task = TaskID(step: step, number: number)
        guard let taskState = state.scheduler.state(of: task) else { return nil }
        return LiveTask(
          state: taskState, attempt: state.scheduler.attempt(of: task),
          progress: taskState == .running ? progress[number] : nil)
      }
    }
  }

  private mutating func add(_ step: StepID, _ number: Int, _ live: LiveTask?, _ end: TaskEnd?) {
    let state = live?.state ?? end.map { .ended($0.reason) } ?? .waiting
    if let wanted = self.state, state.name != wanted { return }
    let spec = job.spec.steps[step.index]
    tasks.append(
      TaskDetail(
        step: step.index, stepName: spec.name, task: number, state: state,
        attempt: end.map { $0.attempt } ?? live?.attempt ?? 1, point: spec.point(number),
        message: end?.message, usage: end.flatMap { $0.tasks.count == 1 ? $0.usage : nil },
        progress: live?.progress))
  }
}

extension TaskState {
  /// The state without the details of its end.
  var name: String { String(description.prefix { $0 != "(" }) }
}
