import Base
import JobModel
import Scheduling

extension Store {
  /// Live jobs and the counters from which new numbers follow.
  package func load() throws(KilnError) -> (jobs: [StoredJob], lastJob: JobID, lastEpoch: Epoch) {
    try read { (database) throws(DatabaseFailure) in
      let live = try database.rows("SELECT id FROM job WHERE end_state IS NULL ORDER BY id") {
        JobID($0.number(0))
      }
      var jobs: [StoredJob] = []
      let columns = DecodedColumns()
      for id in live {
        if let job = try StoredJob.read(id, columns, from: database) { jobs.append(job) }
      }
      let lastJob = try database.first("SELECT coalesce(max(id), 0) FROM job") { $0.number(0) }
      let lastEpoch = try database.first("SELECT last_epoch FROM counter") { $0.number(0) }
      return (jobs, JobID(lastJob ?? 0), Epoch(lastEpoch ?? 0))
    }
  }

  /// Any job as a scheduler adopts it, ended ones too; nil for an unknown one.
  package func stored(_ job: JobID) throws(KilnError) -> StoredJob? {
    try read { (database) throws(DatabaseFailure) in
      try StoredJob.read(job, DecodedColumns(), from: database)
    }
  }

  package func record(_ job: JobID) throws(KilnError) -> JobRecord? {
    try read { (database) throws(DatabaseFailure) in
      try JobRecord.read(job, DecodedColumns(), from: database)
    }
  }

  /// The job that an idempotency key named before, with the digest of what was submitted.
  package func job(project: ProjectName, key: String) throws(KilnError) -> (JobID, SHA256)? {
    try read { (database) throws(DatabaseFailure) in
      try database.first(
        """
        SELECT job.id, job.digest FROM job JOIN project ON project.id = job.project
        WHERE project.name = ?1 AND job.key = ?2
        """, project, key
      ) { (row) throws(DatabaseFailure) in (JobID(row.number(0)), try row.digest(1)) }
    }
  }
}

extension JobRecord {
  fileprivate static func read(
    _ job: JobID, _ columns: DecodedColumns, from database: Connection
  ) throws(DatabaseFailure) -> JobRecord? {
    let needs = try database.rows(
      "SELECT upstream, condition, settled FROM job_need WHERE job = ?1 ORDER BY upstream", job
    ) { (row) throws(DatabaseFailure) in
      guard let condition = JobCondition(rawValue: row.text(1)) else {
        throw .unreadable("the condition of a need of job \(job)")
      }
      return JobDependency(
        JobNeed(JobID(row.number(0)), condition),
        settled: row.isNull(2) ? nil : try row.state(2))
    }
    return try database.first(
      """
      SELECT project.name, job.name, job.priority, job.is_held, job.key, job.digest, s.source,
        s.file_name, s.spec, s.files, s.plan, job.submitted_at
      FROM job JOIN project ON project.id = job.project JOIN submission AS s ON s.job = job.id
      WHERE job.id = ?1
      """, job
    ) { (row) throws(DatabaseFailure) in
      let project = ProjectName(row.text(0))
      let texts = JobColumns(spec: row.text(8), files: row.text(9), plan: row.text(10))
      let spec = try columns.specs.decode(texts.spec)
      let stored = try columns.plans.decode(texts.plan)
      var plan = spec.plan(
        id: job, project: project, priority: row.integer(2), isHeld: row.flag(3),
        submittedAt: row.time(11), steps: stored.plans)
      plan.after = needs
      return JobRecord(
        id: job, project: project, name: row.text(1), priority: plan.priority,
        isHeld: plan.isHeld, key: row.optionalText(4), specDigest: try row.digest(5),
        source: row.text(6), fileName: row.text(7),
        spec: spec, files: try columns.files.decode(texts.files), plan: plan,
        submittedAt: row.time(11), columns: texts)
    }
  }
}

extension StoredJob {
  fileprivate static func read(
    _ job: JobID, _ columns: DecodedColumns, from database: Connection
  ) throws(DatabaseFailure) -> StoredJob? {
    guard let record = try JobRecord.read(job, columns, from: database) else { return nil }
    let startedAt = try database.first("SELECT started_at FROM job WHERE id = ?1", job) {
      $0.optionalTime(0)
    }
    let leases = try readLeases(record, from: database)
    var restored = RestoredJob(
      plan: record.plan, hasStarted: startedAt.flatMap { $0 } != nil,
      ended: record.plan.steps.map { _ in [] }, retried: record.plan.steps.map { _ in [:] },
      cancelAsked: record.plan.steps.map { _ in [] }, leases: leases.map(\.lease))
    try readTasks(into: &restored, from: database)
    let workers = leases.compactMap { entry in entry.worker.map { (entry.lease.epoch, $0) } }
    return StoredJob(
      record: record, restored: restored, startedAt: startedAt.flatMap { $0 },
      workers: Dictionary(uniqueKeysWithValues: workers),
      reused: try database.rows("SELECT reused FROM step WHERE job = ?1 ORDER BY step", job) {
        $0.integer(0)
      })
  }

  private static func readTasks(into job: inout RestoredJob, from database: Connection)
    throws(DatabaseFailure)
  {
    let ends = try database.rows(
      "SELECT step, first, last, reason FROM task_end WHERE job = ?1 ORDER BY step, first",
      job.plan.id
    ) { (row) throws(DatabaseFailure) in
      (step: row.integer(0), tasks: try row.range(1), reason: try row.reason(3))
    }
    for end in ends { job.ended[end.step].append((end.tasks, end.reason)) }
    let retries = try database.rows(
      "SELECT step, task, attempt, reason FROM task_retry WHERE job = ?1 ORDER BY step, task, attempt",
      job.plan.id
    ) { (row) throws(DatabaseFailure) in
      (
        step: row.integer(0), task: row.integer(1), attempt: row.integer(2),
        reason: try row.reason(3)
      )
    }
    for retry in retries {
      job.retried[retry.step][retry.task, default: []].append((retry.attempt, retry.reason))
    }
    let asked = try database.rows(
      "SELECT step, first, last FROM cancel_ask WHERE job = ?1 ORDER BY step, first", job.plan.id
    ) { (row) throws(DatabaseFailure) in (step: row.integer(0), tasks: try row.range(1)) }
    for ask in asked { job.cancelAsked[ask.step].append(ask.tasks) }
    try readDemands(into: &job, from: database)
  }

  private static func readDemands(into job: inout RestoredJob, from database: Connection)
    throws(DatabaseFailure)
  {
    let demands = try database.rows(
      """
      SELECT step, first, last, memory, time, memory_ends FROM task_demand
      WHERE job = ?1 ORDER BY id
      """, job.plan.id
    ) { (row) throws(DatabaseFailure) in
      (
        step: row.integer(0), tasks: try row.range(1),
        demand: Demand(
          memory: row.isNull(3) ? nil : ByteCount(row.number(3)),
          time: row.isNull(4) ? nil : Seconds(row.real(4)), memoryEnds: row.integer(5))
      )
    }
    job.demands = job.plan.steps.map { _ in [] }
    for asked in demands { job.demands[asked.step].append((asked.tasks, asked.demand)) }
  }

  private static func readLeases(_ job: JobRecord, from database: Connection)
    throws(DatabaseFailure) -> [(lease: Lease, worker: String?)]
  {
    try database.rows(
      """
      SELECT epoch, slot, step, first, last, attempts, is_fresh, cpus, memory, worker, gpus
      FROM lease WHERE job = ?1 ORDER BY epoch
      """, job.id
    ) { (row) throws(DatabaseFailure) in
      let lease = Lease(
        slot: SlotID(row.integer(1)), epoch: Epoch(row.number(0)), project: job.project,
        step: StepID(job: job.id, index: row.integer(2)), tasks: try row.range(3),
        attempts: try LeaseAttempts.decode(row.text(5)), isFresh: row.flag(6),
        cpus: row.integer(7), memory: ByteCount(row.number(8)),
        gpus: try GPUIndices.decode(row.text(10)))
      return (lease, row.optionalText(9))
    }
  }
}
