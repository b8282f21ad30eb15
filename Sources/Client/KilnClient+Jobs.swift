import Base
import JobModel
import Wire

/// Which jobs a listing shows.
package struct JobFilter: Hashable, Sendable {
  package var project: ProjectName?
  package var states: [JobState]
  package var before: JobID?
  package var limit: Int

  package init(
    project: ProjectName? = nil, states: [JobState] = [], before: JobID? = nil, limit: Int = 50
  ) {
    self.project = project
    self.states = states
    self.before = before
    self.limit = limit
  }
}

/// What can be done to a job, or to some tasks of it.
package enum JobChange: String, Hashable, Sendable {
  case cancel
  case hold
  case release
  case retry
}

extension KilnClient {
  package func submit(_ submission: JobSubmission) throws(Problems) -> SubmissionReceipt {
    try post("/jobs", submission)
  }

  package func jobs(_ filter: JobFilter) throws(Problems) -> [JobSummary] {
    let states = filter.states.map(\.rawValue).joined(separator: ",")
    return try get(
      "/jobs"
        + query([
          ("project", filter.project?.text), ("state", states.isEmpty ? nil : states),
          ("before", filter.before?.description), ("limit", "\(filter.limit)"),
        ]))
  }

  package func job(_ job: JobReference) throws(Problems) -> JobDetail {
    try get("/jobs/\(job.path)")
  }

  package func tasks(
    of job: JobReference, step: Int?, state: String? = nil, first: Int? = nil, limit: Int? = nil
  ) throws(Problems) -> [TaskDetail] {
    let parts = [
      ("step", step.map(String.init)), ("state", state), ("first", first.map(String.init)),
      ("limit", limit.map(String.init)),
    ]
    return try get("/jobs/\(job.path)/tasks" + query(parts))
  }

  // MARK: Reservations

  package func reservations() throws(Problems) -> [Reservation] { try get("/reservations") }

  package func reserve(_ reservation: Reservation) throws(Problems) -> Reservation {
    try post("/reservations", reservation)
  }

  package func unreserve(_ name: String) throws(Problems) {
    let escaped = query([("name", name)]).dropFirst("?name=".count)
    let _: [String: String] = try post("/reservations/\(escaped)/remove", [String: String]())
  }

  package func explain(_ job: JobReference, step: Int, task: Int) throws(Problems) -> Explanation {
    try get("/jobs/\(job.path)/tasks/\(step)/\(task)/explain")
  }

  package func change(
    _ change: JobChange, _ job: JobReference, _ selection: TaskSelection
  ) throws(Problems) -> ChangeReceipt {
    try post("/jobs/\(job.path)/\(change.rawValue)", selection)
  }

  /// Changes jobs by their numbers, page by page; those that have ended stay as they are.
  package func change(
    _ change: JobChange, _ range: JobRange, _ handle: (RangeReceipt.Entry) -> Void
  ) throws(Problems) {
    var next: JobID? = range.first
    while let first = next {
      let answer: RangeReceipt = try post(
        "/jobs/\(change.rawValue)", JobRange(first: first, last: range.last))
      answer.jobs.forEach(handle)
      next = answer.next
    }
  }

  /// Sends a signal to the commands that are running.
  package func signal(
    _ job: JobReference, _ request: SignalRequest
  ) throws(Problems) -> ChangeReceipt {
    try post("/jobs/\(job.path)/signal", request)
  }

  /// A task with its attempts.
  package func task(
    of job: JobReference, step: Int, task: Int
  ) throws(Problems) -> TaskReport {
    try get("/jobs/\(job.path)/tasks/\(step)/\(task)")
  }

  /// The rows of a sweep's table as JSON text, in task order.
  package func tableRows(
    of job: JobReference, step: Int?, _ handle: ([UInt8]) throws(Problems) -> Void
  ) throws(Problems) {
    try lines("/jobs/\(job.path)/table" + query([("step", step.map(String.init))]), handle)
  }

  /// The attempts at tasks, by step and task.
  package func attempts(
    of job: JobReference, _ selection: TaskSelection, withCommands: Bool = false,
    _ handle: (AttemptDetail) throws(Problems) -> Void
  ) throws(Problems) {
    let parts = [
      ("step", selection.step.map(String.init)),
      ("first", selection.tasks.map { "\($0.first)" }),
      ("last", selection.tasks.map { "\($0.last)" }), ("commands", withCommands ? "1" : "0"),
    ]
    try lines("/jobs/\(job.path)/attempts" + query(parts)) { line throws(Problems) in
      try handle(try decoded(line))
    }
  }

  /// What running tasks have written so far; copies that can be downloaded until the next call.
  package func partialResults(
    of job: JobReference, _ selection: TaskSelection
  ) throws(Problems) -> [ResultEntry] {
    try get(
      "/jobs/\(job.path)/partial"
        + query([
          ("step", selection.step.map(String.init)),
          ("first", selection.tasks.map { "\($0.first)" }),
          ("last", selection.tasks.map { "\($0.last)" }),
        ]))
  }

  /// What the tasks have published, in task order.
  package func results(
    of job: JobReference, _ selection: TaskSelection, withLogs: Bool,
    _ handle: (ResultEntry) throws(Problems) -> Void
  ) throws(Problems) {
    let parts = [
      ("step", selection.step.map(String.init)),
      ("first", selection.tasks.map { "\($0.first)" }),
      ("last", selection.tasks.map { "\($0.last)" }), ("logs", withLogs ? "1" : "0"),
    ]
    try lines("/jobs/\(job.path)/results" + query(parts)) { line throws(Problems) in
      try handle(try decoded(line))
    }
  }
}
