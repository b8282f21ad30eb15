import Base
import JobModel
import Scheduling
import Store
import Wire

extension Route {
  private static let jobsMax = 1000

  @Sendable static func listJobs(
    _ request: APIRequest, _ installation: Installation
  ) throws -> HTTPAnswer {
    let limit = min(try request.queryNumber("limit") ?? 50, jobsMax)
    let before = try request.queryNumber("before").map { JobID(Int64($0)) }
    let jobs = try installation.store.jobs(
      project: request.query["project"].map { ProjectName($0) }, states: try states(request),
      before: before, limit: limit)
    return try .json(200, jobs)
  }

  private static func states(_ request: APIRequest) throws(KilnError) -> Set<JobState> {
    var states: Set<JobState> = []
    for name in request.query["state"]?.split(separator: ",") ?? [] {
      guard let state = JobState(rawValue: String(name)) else {
        let hint = nearest(to: String(name), among: JobState.allCases.map(\.rawValue))
        throw KilnError(
          .usage, "`\(name)` is not a state of a job", at: "state",
          fix: hint.map { "did you mean `\($0)`?" })
      }
      states.insert(state)
    }
    return states
  }

  @Sendable static func showJob(
    _ request: APIRequest, _ installation: Installation
  ) throws -> HTTPAnswer {
    let id = try installation.job(request["job"])
    let job = try installation.jobFacts(id)
    guard let stored = try installation.store.summary(id) else {
      throw KilnError(.notFound, "there is no job \(id)")
    }
    // The loop knows which tasks are ready, the database what was used.
    let live = try installation.mailbox.ask { state in
      (state.summary(id), state.scheduler.counts(id))
    }
    let counts = live.1 ?? stored.steps
    let used = try installation.store.stepUsage(id)
    let steps = zip(zip(job.spec.steps, counts), used).map { step, used in
      let (step, counts) = step
      return StepDetail(
        name: step.name, work: step.work.title, counts: counts, resources: step.resources,
        needs: step.upstream, axes: step.sweep.axes.map(\.name), usage: used.usage,
        longest: used.longest)
    }
    let ends = try installation.store.ends(id, step: nil, onlyUnsuccessful: true, limit: 10)
    let failures = ends.filter { $0.reason != .cancelled }.map { end in
      TaskDetail(
        step: end.step, stepName: job.spec.steps[end.step].name, task: end.tasks.first,
        state: .ended(end.reason), attempt: end.attempt,
        point: job.spec.steps[end.step].point(end.tasks.first), message: end.message,
        usage: end.tasks.count == 1 ? end.usage : nil)
    }
    return try .json(
      200,
      JobDetail(
        summary: live.0 ?? stored.summary, steps: steps, usage: stored.usage, failures: failures,
        after: job.after, notices: try installation.store.notices(id)))
  }

  static func change(
    _ verb: JobChange.Verb
  ) -> @Sendable (APIRequest, Installation) throws -> HTTPAnswer {
    { request, installation in
      let selection =
        request.body.isEmpty ? TaskSelection() : try request.decoded(TaskSelection.self)
      let id = try installation.job(request["job"])
      let change = JobChange(verb: verb, job: id, selection: selection)
      return try .json(200, try installation.mailbox.change(change))
    }
  }
}

extension Route {
  static func changeRange(
    _ verb: JobChange.Verb
  ) -> @Sendable (APIRequest, Installation) throws -> HTTPAnswer {
    { request, installation in
      let range = try request.decoded(JobRange.self)
      guard range.first <= range.last else {
        throw KilnError(.usage, "`first` is greater than `last`", at: "first")
      }
      return try .json(200, try installation.mailbox.change(verb, range))
    }
  }
}

/// What a listing needs of a job's definition.
struct JobFacts: Sendable {
  let id: JobID
  let spec: JobSpec
  let submittedAt: Timestamp
  let after: [JobNeed]
}

extension Installation {
  /// From memory where the job is there, else from the database.
  func jobFacts(_ id: JobID) throws(KilnError) -> JobFacts {
    let known = try mailbox.ask { state in
      state.jobs[id].map {
        JobFacts(id: id, spec: $0.spec, submittedAt: $0.submittedAt, after: $0.after)
      }
    }
    if let known { return known }
    guard let record = try store.record(id) else {
      throw KilnError(.notFound, "there is no job \(id)")
    }
    return JobFacts(
      id: id, spec: record.spec, submittedAt: record.submittedAt,
      after: record.plan.after.map(\.need))
  }
}

extension JobFacts {
  /// The only step, or the one that the query names by number or by name.
  func step(_ text: String?) throws(KilnError) -> Int? {
    guard let text else { return nil }
    if let number = Int(text), spec.steps.indices.contains(number) { return number }
    if let index = spec.steps.firstIndex(where: { $0.name == text && !text.isEmpty }) {
      return index
    }
    let hint = nearest(to: text, among: spec.steps.map(\.name).filter { !$0.isEmpty })
    throw KilnError(
      .notFound, "job \(id) has no step `\(text)`", fix: hint.map { "did you mean `\($0)`?" })
  }

  /// The steps and tasks that the query names by `step`, `first` and `last`; all without them.
  func selection(
    _ request: APIRequest
  ) throws(KilnError) -> (steps: [Int], tasks: TaskRange) {
    let steps = try step(request.query["step"]).map { [$0] } ?? Array(spec.steps.indices)
    let first = max(1, try request.queryNumber("first") ?? 1)
    let last = try request.queryNumber("last") ?? .max
    guard first <= last else {
      throw KilnError(.usage, "`first` is greater than `last`", at: "first")
    }
    return (steps, TaskRange(first, last))
  }

  /// A task that the path names by step and number.
  func task(_ request: APIRequest) throws(KilnError) -> TaskID {
    guard let step = try step(request["step"]) else { preconditionFailure("a path has a step") }
    let number = try request.number("task")
    let count = spec.steps[step].sweep.count
    guard (1...count).contains(number) else {
      throw KilnError(
        .notFound, "job \(id) has no task \(number) in that step",
        fix: "its tasks are 1 to \(count)")
    }
    return TaskID(step: StepID(job: id, index: step), number: number)
  }
}

extension StepSpec {
  func point(_ task: Int) -> [PointValue] {
    sweep.point(task).map { PointValue(name: $0.name, value: $0.value) }
  }

  /// All steps that must have ended before.
  var upstream: [Int] {
    let wired: [Int] = inputs.compactMap { input in
      guard case .result(let step, _, _) = input.source else { return nil }
      return step
    }
    return Set(wired + needs.map(\.step)).sorted()
  }
}

extension Work {
  var title: String {
    switch self {
    case .kernel(let name): name
    case .command(let words): words.joined(separator: " ")
    }
  }
}
