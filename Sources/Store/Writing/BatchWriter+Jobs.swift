import Base
import JobModel
import Wire

/// Jobs as wholes, and the log of what happened to them.
extension BatchWriter {
  mutating func submit(_ job: JobRecord) throws(DatabaseFailure) {
    precondition(
      job.plan.steps.count == job.spec.steps.count, "job \(job.id) has a plan for other steps")
    try database.run(
      """
      INSERT INTO job (id, project, name, key, digest, priority, is_held, submitted_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
      """, job.id, try number(of: job.project), job.name, job.key, job.specDigest, job.priority,
      job.isHeld, job.submittedAt)
    try database.run(
      """
      INSERT INTO submission (job, file_name, source, spec, files, plan)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6)
      """, job.id, job.fileName, job.source, job.columns.spec, job.columns.files,
      job.columns.plan)
    for (index, step) in job.plan.steps.enumerated() {
      let reuse = index < job.reuse.count ? job.reuse[index] : StepReuse()
      // One that computes nothing itself has nothing to offer.
      let key = reuse.count < step.taskCount ? reuse.key : nil
      try database.run(
        """
        INSERT INTO step (job, step, name, tasks, has_needs, reuse_key, reused)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        """, job.id, index, job.spec.steps[index].name, step.taskCount,
        !step.dependencies.isEmpty, key, reuse.count)
      for run in reuse.runs { try take(run, for: StepID(job: job.id, index: index)) }
    }
    try wait(job.id, for: job.plan.after)
    try addTargets(job)
    lastEvents[job.id] = 0
    try log(job.id, .submitted)
  }

  /// The row of a project, made where it is new; looked up once in a turn.
  private mutating func number(of project: ProjectName) throws(DatabaseFailure) -> Int64 {
    if let number = projects[project] { return number }
    let stored = try database.first(
      "SELECT id FROM project WHERE name = ?1", project, read: { $0.number(0) })
    let new =
      try stored == nil
      ? database.first(
        "INSERT INTO project (name) VALUES (?1) RETURNING id", project, read: { $0.number(0) })
      : nil
    guard let number = stored ?? new else { preconditionFailure("an insertion returned no row") }
    projects[project] = number
    return number
  }

  mutating func hold(_ job: JobID) throws(DatabaseFailure) {
    let moved = try database.run(
      "UPDATE job SET is_held = 1 WHERE id = ?1 AND is_held = 0 AND end_state IS NULL", job)
    precondition(moved == 1, "job \(job) cannot be held")
    try log(job, .held)
  }

  mutating func release(_ job: JobID) throws(DatabaseFailure) {
    let moved = try database.run(
      "UPDATE job SET is_held = 0 WHERE id = ?1 AND is_held = 1 AND end_state IS NULL", job)
    precondition(moved == 1, "job \(job) cannot be released")
    try log(job, .released)
  }

  func start(_ job: JobID) throws(DatabaseFailure) {
    let moved = try database.run(
      "UPDATE job SET started_at = ?2 WHERE id = ?1 AND started_at IS NULL AND end_state IS NULL",
      job, batch.at)
    precondition(moved == 1, "job \(job) cannot start")
  }

  /// A job ends once, when all of its tasks have ended and no lease of it is out.
  mutating func endJob(_ job: JobID, _ state: JobState) throws(DatabaseFailure) {
    try flushCounts()
    let moved = try database.run(
      """
      UPDATE job SET end_state = ?2, ended_at = ?3 WHERE id = ?1 AND end_state IS NULL
        AND NOT EXISTS (
          SELECT 1 FROM step WHERE job = ?1 AND succeeded + failed + cancelled < tasks)
        AND NOT EXISTS (SELECT 1 FROM lease WHERE job = ?1)
      """, job, state, batch.at)
    precondition(moved == 1, "job \(job) cannot end: it is over already, or tasks of it are open")
    endedJobs.insert(job)
    try log(job, .jobEnded(state))
  }

  // MARK: Events

  /// Appends to the job's log; numbers count from 1 for each job.
  ///
  /// - Parameter slot: the worker's place, of the beginning of a lease.
  mutating func log(
    _ job: JobID, _ kind: JobEvent.Kind, slot: SlotID? = nil
  ) throws(DatabaseFailure) {
    let event = EventColumns(kind)
    let number = try lastEvent(of: job) + 1
    lastEvents[job] = number
    try database.run(
      """
      INSERT INTO event (job, seq, at, kind, step, first, last, attempt, reason, message, slot)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
      """, job, number, batch.at, event.kind, event.step, event.tasks?.first, event.tasks?.last,
      event.attempt, event.reason, event.message, slot)
  }

  /// The number of the latest event of a job, looked up once in a turn.
  private func lastEvent(of job: JobID) throws(DatabaseFailure) -> Int {
    if let number = lastEvents[job] { return number }
    return try database.first(
      "SELECT coalesce(max(seq), 0) FROM event WHERE job = ?1", job, read: { $0.integer(0) }) ?? 0
  }
}

/// An event as columns.
struct EventColumns {
  var kind: String
  var step: Int?
  var tasks: TaskRange?
  var attempt: Int?
  var reason: String?
  var message: String?

  init(_ event: JobEvent.Kind) {
    switch event {
    case .submitted: kind = "submitted"
    case .held: kind = "held"
    case .released: kind = "released"
    case .started(let step, let tasks):
      kind = "started"
      (self.step, self.tasks) = (step, tasks)
    case .ended(let step, let tasks, let reason, let message):
      kind = "ended"
      (self.step, self.tasks) = (step, tasks)
      (self.reason, self.message) = (reason.description, message)
    case .retried(let step, let task, let attempt, let reason):
      kind = "retried"
      (self.step, self.tasks) = (step, TaskRange(task))
      (self.attempt, self.reason) = (attempt, reason.description)
    case .jobEnded(let state):
      kind = "jobEnded"
      reason = state.rawValue
    case .snapshot: preconditionFailure("a snapshot is not kept")
    }
  }

  /// The event in columns `kind, step, first, last, attempt, reason, message` from `start` on.
  static func read(_ row: Row, from start: Int32) throws(DatabaseFailure) -> JobEvent.Kind {
    let step = row.integer(start + 1)
    switch row.text(start) {
    case "submitted": return .submitted
    case "held": return .held
    case "released": return .released
    case "started": return .started(step: step, tasks: try row.range(start + 2))
    case "ended":
      return .ended(
        step: step, tasks: try row.range(start + 2), reason: try row.reason(start + 5),
        message: row.optionalText(start + 6))
    case "retried":
      return .retried(
        step: step, task: row.integer(start + 2), attempt: row.integer(start + 4),
        reason: try row.reason(start + 5))
    case "jobEnded": return .jobEnded(try row.state(start + 5))
    case let other: throw .unreadable("event \(other)")
    }
  }
}
