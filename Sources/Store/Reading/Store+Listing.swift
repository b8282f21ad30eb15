import Base
import JobModel
import Wire

extension Store {
  /// Newest first; no states means all of them.
  package func jobs(
    project: ProjectName?, states: Set<JobState>, before: JobID?, limit: Int
  ) throws(KilnError) -> [JobSummary] {
    let wanted = states.isEmpty ? JobState.allCases : JobState.allCases.filter(states.contains)
    // A list between bars: `|queued|running|`.
    let names = "|" + wanted.map(\.rawValue).joined(separator: "|") + "|"
    let below = before?.number ?? .max
    let onlyLive = wanted.allSatisfy { !$0.isEnded }
    return try read { (database) throws(DatabaseFailure) in
      let rows =
        if onlyLive {
          try database.rows(
            """
            SELECT * FROM job_row WHERE end_state IS NULL AND id < ?1
              AND instr(?2, '|' || state || '|') > 0 AND (?3 IS NULL OR project_name = ?3)
            ORDER BY id DESC LIMIT ?4
            """, below, names, project, limit, read: JobRow.read)
        } else if let project {
          try database.rows(
            """
            SELECT * FROM job_row WHERE project = (SELECT id FROM project WHERE name = ?3)
              AND id < ?1 AND instr(?2, '|' || state || '|') > 0
            ORDER BY id DESC LIMIT ?4
            """, below, names, project, limit, read: JobRow.read)
        } else {
          try database.rows(
            """
            SELECT * FROM job_row WHERE id < ?1 AND instr(?2, '|' || state || '|') > 0
            ORDER BY id DESC LIMIT ?3
            """, below, names, limit, read: JobRow.read)
        }
      return try JobRow.summaries(rows, from: database)
    }
  }

  /// State and times of a job, and counts for each step.
  ///
  /// Which open tasks are ready, only the loop knows: here those of a step that needs others wait,
  /// and the rest is ready.
  package func summary(
    _ job: JobID
  ) throws(KilnError) -> (summary: JobSummary, steps: [TaskCounts], usage: Usage)? {
    try read { (database) throws(DatabaseFailure) in
      guard let found = try StoredSummary.read(job, from: database) else { return nil }
      return (found.summary, found.steps, found.usage)
    }
  }

  /// What the attempts of each step used, and the wall time of the longest.
  package func stepUsage(_ job: JobID) throws(KilnError) -> [(usage: Usage, longest: Seconds)] {
    try read { (database) throws(DatabaseFailure) in
      try database.rows(
        "SELECT wall, cpu, peak, longest FROM step WHERE job = ?1 ORDER BY step", job
      ) { (usage: $0.usage(0), longest: Seconds($0.real(3))) }
    }
  }

  /// Ends of tasks of a job, by step and first task; usage is the sum over a range.
  package func ends(
    _ job: JobID, step: Int?, onlyUnsuccessful: Bool, limit: Int
  ) throws(KilnError) -> [TaskEnd] {
    try read { (database) throws(DatabaseFailure) in
      try database.rows(
        """
        SELECT step, first, last, reason, attempt, message, wall, cpu, peak FROM task_end
        WHERE job = ?1 AND (?2 IS NULL OR step = ?2) AND (?3 = 0 OR reason <> 'succeeded')
        ORDER BY step, first LIMIT ?4
        """, job, step, onlyUnsuccessful, limit
      ) { (row) throws(DatabaseFailure) in
        let end = try EndRow.read(row, from: 1)
        return TaskEnd(
          step: row.integer(0), tasks: end.tasks, attempt: end.attempt, reason: end.reason,
          message: end.message, usage: end.usage)
      }
    }
  }

  /// Ends of tasks of a range, by first task; those at its borders may reach beyond it.
  package func ends(of step: StepID, _ tasks: TaskRange) throws(KilnError) -> [TaskEnd] {
    try read { (database) throws(DatabaseFailure) in
      try database.rows(
        """
        SELECT first, last, reason, attempt, message, wall, cpu, peak FROM task_end
        WHERE job = ?1 AND step = ?2 AND first <= ?4 AND first >= coalesce((
          SELECT first FROM task_end WHERE job = ?1 AND step = ?2 AND first <= ?3
          ORDER BY first DESC LIMIT 1), ?3)
        ORDER BY first
        """, step.job, step.index, tasks.first, tasks.last
      ) { (row) throws(DatabaseFailure) in
        let end = try EndRow.read(row, from: 0)
        return TaskEnd(
          step: step.index, tasks: end.tasks, attempt: end.attempt, reason: end.reason,
          message: end.message, usage: end.usage)
      }
    }
  }

  /// Events after a cursor, oldest first.
  package func events(_ job: JobID, after cursor: Int64, limit: Int) throws(KilnError) -> [JobEvent]
  {
    try read { (database) throws(DatabaseFailure) in
      try database.rows(
        """
        SELECT seq, at, kind, step, first, last, attempt, reason, message FROM event
        WHERE job = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3
        """, job, cursor, limit
      ) { (row) throws(DatabaseFailure) in
        JobEvent(cursor: row.number(0), at: row.time(1), kind: try EventColumns.read(row, from: 2))
      }
    }
  }
}

/// How a job stands according to the database.
struct StoredSummary {
  let summary: JobSummary
  let steps: [TaskCounts]
  let usage: Usage

  /// Nil where there is no such job.
  static func read(_ job: JobID, from database: Connection) throws(DatabaseFailure)
    -> StoredSummary?
  {
    let row = try database.first("SELECT * FROM job_row WHERE id = ?1", job, read: JobRow.read)
    guard let row, let summary = try JobRow.summaries([row], from: database).first else {
      return nil
    }
    let steps = try StepRow.read(job, from: database)
    return StoredSummary(
      summary: summary, steps: steps.map(\.counts),
      usage: steps.reduce(Usage()) { $0 + $1.usage })
  }
}

/// A row of the view `job_row`, whose columns are read by their place.
private struct JobRow {
  var summary: JobSummary

  static func read(_ row: Row) throws(DatabaseFailure) -> JobRow {
    JobRow(
      summary: JobSummary(
        id: JobID(row.number(0)), name: row.text(1), project: ProjectName(row.text(2)),
        state: try row.state(9), priority: row.integer(4), counts: TaskCounts(),
        submittedAt: row.time(5), startedAt: row.optionalTime(6), endedAt: row.optionalTime(7)))
  }

  /// The rows with the counts of their tasks.
  static func summaries(_ rows: [JobRow], from database: Connection) throws(DatabaseFailure)
    -> [JobSummary]
  {
    var summaries: [JobSummary] = []
    for row in rows {
      var summary = row.summary
      for step in try StepRow.read(summary.id, from: database) {
        summary.counts = summary.counts + step.counts
        summary.reused += step.reused
      }
      summaries.append(summary)
    }
    return summaries
  }
}

private struct StepRow {
  let counts: TaskCounts
  let usage: Usage
  let reused: Int

  static func read(_ job: JobID, from database: Connection) throws(DatabaseFailure) -> [StepRow] {
    try database.rows(
      """
      SELECT step.tasks, step.has_needs, step.succeeded, step.failed, step.cancelled,
        coalesce((SELECT sum(last - first + 1) FROM lease
          WHERE lease.job = step.job AND lease.step = step.step), 0),
        step.wall, step.cpu, step.peak, step.reused
      FROM step WHERE step.job = ?1 ORDER BY step.step
      """, job
    ) { row in
      var counts = TaskCounts()
      counts.succeeded = row.integer(2)
      counts.failed = row.integer(3)
      counts.cancelled = row.integer(4)
      counts.running = row.integer(5)
      let open = row.integer(0) - counts.ended - counts.running
      if row.flag(1) { counts.waiting = open } else { counts.ready = open }
      return StepRow(counts: counts, usage: row.usage(6), reused: row.integer(9))
    }
  }
}
