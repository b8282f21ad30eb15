import Base
import JobModel
import Scheduling
import Wire

/// A delivery to be published with the changes of the same batch.
package struct Publication: Sendable {
  package var lease: Lease
  package var outcomes: [TaskOutcome]
  package var segment: SegmentSeal?
  /// What the worker computed with; nil where it is not known.
  package var program: String?

  package init(
    lease: Lease, outcomes: [TaskOutcome], segment: SegmentSeal?, program: String? = nil
  ) {
    self.program = program
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
  package var reservations: [ReservationChange]
  /// What became of messages that were tried.
  package var settlements: [NoticeSettlement] = []
  package var at: Timestamp

  package init(
    submissions: [JobRecord] = [], publications: [Publication] = [], changes: [Change] = [],
    workers: [WorkerRecord] = [], reservations: [ReservationChange] = [], at: Timestamp
  ) {
    self.submissions = submissions
    self.publications = publications
    self.changes = changes
    self.workers = workers
    self.reservations = reservations
    self.at = at
  }

  package var isEmpty: Bool {
    submissions.isEmpty && publications.isEmpty && changes.isEmpty && workers.isEmpty
      && reservations.isEmpty && settlements.isEmpty
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
