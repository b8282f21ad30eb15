import Base
import JobModel
import Results
import Scheduling
import Wire

/// A job as the database keeps it.
package struct JobRecord: Sendable {
  package var id: JobID
  package var project: ProjectName
  package var name: String
  package var priority: Int
  package var isHeld: Bool
  /// Same key and same digest: the same job.
  package var key: String?
  package var specDigest: SHA256
  package var source: String
  package var fileName: String
  package var spec: JobSpec
  package var files: [InputFile]
  /// What the scheduler got: kept, so that a restart does not depend on estimates.
  package var plan: JobPlan
  package var submittedAt: Timestamp

  package init(
    id: JobID, project: ProjectName, name: String, priority: Int, isHeld: Bool, key: String?,
    specDigest: SHA256, source: String, fileName: String, spec: JobSpec, files: [InputFile],
    plan: JobPlan, submittedAt: Timestamp
  ) {
    self.id = id
    self.project = project
    self.name = name
    self.priority = priority
    self.isHeld = isHeld
    self.key = key
    self.specDigest = specDigest
    self.source = source
    self.fileName = fileName
    self.spec = spec
    self.files = files
    self.plan = plan
    self.submittedAt = submittedAt
  }
}

/// A delivery to be published with the changes of the same batch.
package struct Publication: Sendable {
  package var lease: Lease
  package var outcomes: [TaskOutcome]
  package var segment: SegmentSeal?

  package init(lease: Lease, outcomes: [TaskOutcome], segment: SegmentSeal?) {
    self.lease = lease
    self.outcomes = outcomes
    self.segment = segment
  }
}

/// Everything that one turn of the server's loop makes durable, in one transaction.
package struct Batch: Sendable {
  package var submissions: [JobRecord]
  package var publications: [Publication]
  package var changes: [Change]
  package var workers: [WorkerRecord]
  package var at: Timestamp

  package init(
    submissions: [JobRecord] = [], publications: [Publication] = [], changes: [Change] = [],
    workers: [WorkerRecord] = [], at: Timestamp
  ) {
    self.submissions = submissions
    self.publications = publications
    self.changes = changes
    self.workers = workers
    self.at = at
  }

  package var isEmpty: Bool {
    submissions.isEmpty && publications.isEmpty && changes.isEmpty && workers.isEmpty
  }
}

/// Which worker process holds a lease, so that a restarted server can tell whether it lives.
package struct WorkerRecord: Sendable {
  package var epoch: Epoch
  package var worker: String

  package init(epoch: Epoch, worker: String) {
    self.epoch = epoch
    self.worker = worker
  }
}

/// A live job as a restarted server finds it.
package struct StoredJob: Sendable {
  package var record: JobRecord
  package var restored: RestoredJob
  package var startedAt: Timestamp?
  /// Outstanding leases and the workers that held them (nil: granted, never taken).
  package var workers: [Epoch: String]

  package init(
    record: JobRecord, restored: RestoredJob, startedAt: Timestamp?, workers: [Epoch: String]
  ) {
    self.record = record
    self.restored = restored
    self.startedAt = startedAt
    self.workers = workers
  }
}

/// An ended attempt that was not a plain success, or a whole range that ended alike.
package struct TaskEnd: Sendable {
  package var step: Int
  package var tasks: TaskRange
  package var attempt: Int
  package var reason: EndReason
  package var message: String?
  package var usage: Usage

  package init(
    step: Int, tasks: TaskRange, attempt: Int, reason: EndReason, message: String?, usage: Usage
  ) {
    self.step = step
    self.tasks = tasks
    self.attempt = attempt
    self.reason = reason
    self.message = message
    self.usage = usage
  }
}

/// The durable copy of the queue: SQLite in WAL mode with full synchronisation, one writing
/// connection (used by one thread only), read-only ones for listings (any thread).
package final class Store: Sendable {
  /// Opens, checks and migrates the database of a state directory, creating it where missing.
  package init(state: StateDirectory) throws(KilnError) { preconditionFailure("to be written") }

  // MARK: The loop's thread

  /// Live jobs and the counters from which new numbers follow.
  package func load() throws(KilnError) -> (jobs: [StoredJob], lastJob: JobID, lastEpoch: Epoch) {
    preconditionFailure("to be written")
  }

  /// Makes a batch durable: all of it or nothing. After it returns, the fsync has happened.
  /// - Throws: code `storage` where the disk is full (retry later; nothing was changed). Any other
  ///   failure of the disk ends the process with status 74: an fsync that failed once may not be
  ///   believed when it succeeds again.
  package func commit(_ batch: Batch) throws(KilnError) { preconditionFailure("to be written") }

  // MARK: Any thread

  /// The job that an idempotency key named before, with the digest of what was submitted.
  package func job(project: ProjectName, key: String) throws(KilnError) -> (JobID, SHA256)? {
    preconditionFailure("to be written")
  }

  /// Newest first.
  package func jobs(
    project: ProjectName?, states: Set<JobState>, before: JobID?, limit: Int
  ) throws(KilnError) -> [JobSummary] { preconditionFailure("to be written") }

  package func record(_ job: JobID) throws(KilnError) -> JobRecord? {
    preconditionFailure("to be written")
  }

  /// State and times of a job, and counts for each step.
  package func summary(
    _ job: JobID
  ) throws(KilnError) -> (summary: JobSummary, steps: [TaskCounts], usage: Usage)? {
    preconditionFailure("to be written")
  }

  /// Ends of tasks of a job, by step and first task.
  package func ends(
    _ job: JobID, step: Int?, onlyUnsuccessful: Bool, limit: Int
  ) throws(KilnError) -> [TaskEnd] { preconditionFailure("to be written") }

  /// Events after a cursor, oldest first.
  package func events(_ job: JobID, after cursor: Int64, limit: Int) throws(KilnError) -> [JobEvent]
  {
    preconditionFailure("to be written")
  }

  /// Published segments that hold tasks of a range, by first task.
  package func segments(_ step: StepID, tasks: TaskRange?) throws(KilnError) -> [SegmentPlace] {
    preconditionFailure("to be written")
  }

  /// Epochs of published segments and outstanding leases; any other segment on disk is garbage.
  package func knownEpochs() throws(KilnError) -> Set<Epoch> {
    preconditionFailure("to be written")
  }
}
