import Base
import JobModel
import Scheduling
import Wire

/// Writes one batch into an open transaction; a change that does not fit what is stored is our own
/// mistake and traps, which leaves the database as it was.
struct BatchWriter {
  let database: Connection
  let batch: Batch
  private let publications: [Epoch: Publication]
  private var workers: [Epoch: String]
  var turn = Turn()
  /// What is to be added to the counts of steps, written once at the end.
  private var counts: [StepID: StepCounts] = [:]
  /// Ends that this turn reopened: what their attempts came to.
  var reopened: [StepID: [EndRow]] = [:]
  private var endedLeases: Set<Epoch> = []
  /// Rows of projects that this turn has met.
  var projects: [ProjectName: Int64] = [:]
  /// The numbers of the latest events of jobs that this turn has met.
  var lastEvents: [JobID: Int] = [:]
  /// Why jobs are refused in this turn: what another job came to.
  var refusals: [JobID: String] = [:]
  /// Jobs of which somebody may want to hear after this turn.
  var endedJobs: Set<JobID> = []
  var failedJobs: Set<JobID> = []
  /// Whether somebody is to hear of one.
  var hasWrittenNotices = false

  init(_ batch: Batch, in database: Connection) {
    self.batch = batch
    self.database = database
    publications = Dictionary(batch.publications.map { ($0.lease.epoch, $0) }) { first, _ in
      preconditionFailure("lease \(first.lease.epoch) is published twice in one turn")
    }
    workers = Dictionary(batch.workers.map { ($0.epoch, $0.worker) }) { $1 }
  }

  mutating func write() throws(DatabaseFailure) {
    for job in batch.submissions { try submit(job) }
    for change in batch.reservations { try write(change) }
    try recordWorkers()
    for change in batch.changes { try write(change) }
    for publication in batch.publications { try publish(publication) }
    try flushCounts()
    try writeNotices()
    for settlement in batch.settlements { try settle(settlement) }
  }

  private mutating func write(_ change: Change) throws(DatabaseFailure) {
    switch change {
    case .leaseGranted(let lease): try grant(lease)
    case .leaseEnded(let slot, let epoch): try endLease(slot, epoch)
    case .tasksEnded(let step, let tasks, let reason): try end(step, tasks, reason)
    case .taskRetried(let task, let attempt, let reason): try retry(task, attempt, reason)
    case .cancelAsked(let step, let tasks): try askCancel(step, tasks)
    case .tasksReopened(let step, let tasks): try reopen(step, tasks)
    case .demanded(let step, let tasks, let demand): try ask(demand, of: tasks, step)
    case .needSettled(let job, let upstream, let end): try settleNeed(job, upstream, end)
    case .jobHeld(let job): try hold(job)
    case .jobReleased(let job): try release(job)
    case .jobStarted(let job): try start(job)
    case .jobEnded(let job, let state): try endJob(job, state)
    }
  }

  // MARK: Leases

  /// Which worker took a lease that an earlier turn granted. One whose lease is over already changes
  /// nothing: the record only serves a restart.
  private mutating func recordWorkers() throws(DatabaseFailure) {
    for record in batch.workers {
      let isStored =
        try database.run(
          "UPDATE lease SET worker = ?2 WHERE epoch = ?1", record.epoch, record.worker) == 1
      if isStored { workers[record.epoch] = nil }
    }
  }

  private mutating func grant(_ lease: Lease) throws(DatabaseFailure) {
    let isNewest =
      try database.run(
        "UPDATE counter SET last_epoch = ?1 WHERE id = 1 AND last_epoch < ?1", lease.epoch) == 1
    precondition(isNewest, "lease \(lease.epoch) is not younger than all before it")
    try checkFree(lease)
    try database.run(
      """
      INSERT INTO lease
        (epoch, slot, job, step, first, last, attempts, is_fresh, cpus, memory, worker, gpus)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
      """, lease.epoch, lease.slot, lease.step.job, lease.step.index, lease.tasks.first,
      lease.tasks.last, LeaseAttempts.encode(lease.attempts), lease.isFresh, lease.cpus,
      lease.memory, workers[lease.epoch], GPUIndices.encode(lease.gpus))
    try log(lease.step.job, .started(step: lease.step.index, tasks: lease.tasks), slot: lease.slot)
  }

  /// The tasks exist, and neither another lease nor an end has them. A question of its own: asked by the
  /// insertion, which changes what it reads, SQLite would build a table for the answer.
  private func checkFree(_ lease: Lease) throws(DatabaseFailure) {
    let isFree = try database.first(
      """
      SELECT EXISTS (SELECT 1 FROM step WHERE job = ?1 AND step = ?2 AND tasks >= ?4)
        AND NOT EXISTS (
          SELECT 1 FROM lease WHERE job = ?1 AND step = ?2 AND first <= ?4 AND last >= ?3)
        AND coalesce((
          SELECT last FROM task_end WHERE job = ?1 AND step = ?2 AND first <= ?4
          ORDER BY first DESC LIMIT 1), 0) < ?3
      """, lease.step.job, lease.step.index, lease.tasks.first, lease.tasks.last
    ) { $0.flag(0) }
    precondition(
      isFree == true,
      "lease \(lease.epoch) takes tasks \(lease.tasks) of \(lease.step) that are not free")
  }

  private mutating func endLease(_ slot: SlotID, _ epoch: Epoch) throws(DatabaseFailure) {
    let found = try database.first(
      "SELECT job, step, first, last, attempts FROM lease WHERE epoch = ?1 AND slot = ?2", epoch,
      slot
    ) { (row) throws(DatabaseFailure) in
      (
        step: StepID(job: JobID(row.number(0)), index: row.integer(1)), tasks: try row.range(2),
        attempts: try LeaseAttempts.decode(row.text(4))
      )
    }
    guard let lease = found else {
      preconditionFailure("lease \(epoch) of slot \(slot) is not out")
    }
    try database.run("DELETE FROM lease WHERE epoch = ?1", epoch)
    endedLeases.insert(epoch)
    turn.leaseEnded(
      lease.step, lease.tasks, attempts: lease.attempts,
      outcomes: publications[epoch]?.outcomes ?? [])
  }

  // MARK: Publications

  /// Only a lease that ends in this turn can be published: that is what fences late deliveries.
  private mutating func publish(_ publication: Publication) throws(DatabaseFailure) {
    let lease = publication.lease
    precondition(
      endedLeases.contains(lease.epoch), "lease \(lease.epoch) is published but did not end")
    let outcomes = publication.outcomes.sorted { $0.tasks < $1.tasks }
    let first = outcomes.first?.tasks.first ?? lease.tasks.first
    let last = outcomes.last?.tasks.last ?? lease.tasks.last
    try database.run(
      """
      INSERT INTO publication (epoch, job, step, first, last, path, size, records, program)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
      """, lease.epoch, lease.step.job, lease.step.index, first, last, publication.segment?.path,
      publication.segment?.size ?? .zero, publication.segment?.records ?? 0,
      publication.program)
    let usage = outcomes.reduce(Usage()) { $0 + $1.usage }
    count(lease.step) {
      $0.usage = $0.usage + usage
      $0.span = max($0.span, last - first + 1)
      $0.longest = max($0.longest, outcomes.map(\.meanWall).max() ?? .zero)
    }
  }

  // MARK: Counts

  mutating func count(_ step: StepID, _ change: (inout StepCounts) -> Void) {
    change(&counts[step, default: StepCounts()])
  }

  mutating func flushCounts() throws(DatabaseFailure) {
    for (step, added) in counts {
      let found = try database.run(
        """
        UPDATE step SET succeeded = succeeded + ?3, failed = failed + ?4,
          cancelled = cancelled + ?5, wall = wall + ?6, cpu = cpu + ?7, peak = max(peak, ?8),
          span = max(span, ?9), longest = max(longest, ?10)
        WHERE job = ?1 AND step = ?2
        """, step.job, step.index, added.succeeded, added.failed, added.cancelled,
        added.usage.wall, added.usage.cpu, added.usage.peakMemory, added.span, added.longest)
      precondition(found == 1, "\(step) is not stored")
    }
    counts.removeAll()
  }
}

/// What a turn adds to the row of a step.
struct StepCounts {
  var succeeded = 0
  var failed = 0
  var cancelled = 0
  var usage = Usage()
  var span = 0
  var longest = Seconds.zero

  mutating func add(_ count: Int, _ reason: EndReason) {
    switch reason {
    case .succeeded: succeeded += count
    case .cancelled: cancelled += count
    case .failed, .signalled, .memory, .time, .lost, .deadline, .preempted, .refused:
      failed += count
    }
  }
}

/// Indices of the gpus of a lease, as a column: `0 3`.
enum GPUIndices {
  static func encode(_ indices: [Int]) -> String {
    indices.map { "\($0)" }.joined(separator: " ")
  }

  static func decode(_ text: String) throws(DatabaseFailure) -> [Int] {
    let parts = text.split(separator: " ")
    let indices = parts.compactMap { Int($0) }
    guard indices.count == parts.count else { throw .unreadable("gpus \(text)") }
    return indices
  }
}

/// Attempt numbers above 1 of a lease, as a column: `4:2 17:3`.
enum LeaseAttempts {
  static func encode(_ attempts: [Int: Int]) -> String {
    attempts.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: " ")
  }

  static func decode(_ text: String) throws(DatabaseFailure) -> [Int: Int] {
    var attempts: [Int: Int] = [:]
    for pair in text.split(separator: " ") {
      let numbers = pair.split(separator: ":").compactMap { Int($0) }
      guard numbers.count == 2 else { throw .unreadable("attempts \(text)") }
      attempts[numbers[0]] = numbers[1]
    }
    return attempts
  }
}

extension TaskOutcome {
  /// Wall time of one task; the mean where several ended alike and were too short to be told apart.
  fileprivate var meanWall: Seconds { Seconds(usage.wall.value / Double(tasks.count)) }
}
