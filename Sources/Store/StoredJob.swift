import Base
import JobModel
import Scheduling

/// A live job as a restarted server finds it.
package struct StoredJob: Sendable {
  package var record: JobRecord
  package var restored: RestoredJob
  package var startedAt: Timestamp?
  /// Outstanding leases and the workers that held them (nil: granted, never taken).
  package var workers: [Epoch: String]
  /// Of each step, how many tasks took their result from an earlier job.
  package var reused: [Int]

  package init(
    record: JobRecord, restored: RestoredJob, startedAt: Timestamp?, workers: [Epoch: String],
    reused: [Int] = []
  ) {
    self.reused = reused
    self.record = record
    self.restored = restored
    self.startedAt = startedAt
    self.workers = workers
  }
}
