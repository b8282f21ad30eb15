import Base
import JobModel
import Scheduling
import Store
import Wire

/// What one turn of the loop has decided: first made durable, then done.
struct Turn {
  /// An answer that waits for the commit.
  struct Promise {
    let keep: () -> Void
    let refuse: (KilnError) -> Void
  }

  var batch: Batch
  /// Everything but records, in order.
  var actions: [Action] = []
  var promises: [Promise] = []
  /// Jobs of which followers must hear.
  var touched: Set<JobID> = []

  init(at time: Timestamp) { batch = Batch(at: time) }

  var isEmpty: Bool { batch.isEmpty && actions.isEmpty && promises.isEmpty && touched.isEmpty }

  /// Sorts what the scheduler wants into what is recorded and what is done.
  mutating func add(_ decided: [Action]) {
    for action in decided {
      switch action {
      case .record(let change):
        batch.changes.append(change)
        if let job = change.job { touched.insert(job) }
      case .grant(let lease):
        touched.insert(lease.step.job)
        actions.append(action)
      case .cancel, .kill, .accept, .refuse: actions.append(action)
      }
    }
  }

  /// Leaves out jobs that could not be made durable; their leases were never seen by a worker.
  mutating func withdraw(_ jobs: Set<JobID>) {
    var epochs: Set<Epoch> = []
    for case .leaseGranted(let lease) in batch.changes where jobs.contains(lease.step.job) {
      epochs.insert(lease.epoch)
    }
    batch.submissions.removeAll { jobs.contains($0.id) }
    batch.changes.removeAll { change in
      if case .leaseEnded(_, let epoch) = change { return epochs.contains(epoch) }
      return change.job.map(jobs.contains) ?? false
    }
    actions.removeAll { action in
      switch action {
      case .grant(let lease): jobs.contains(lease.step.job)
      case .cancel(_, let epoch, _), .kill(_, let epoch), .accept(_, let epoch),
        .refuse(_, let epoch):
        epochs.contains(epoch)
      case .record: false
      }
    }
    touched.subtract(jobs)
  }
}

extension Change {
  /// The job that a change concerns; nil where it names only a lease.
  var job: JobID? {
    switch self {
    case .leaseGranted(let lease): lease.step.job
    case .leaseEnded: nil
    case .tasksEnded(let step, _, _), .cancelAsked(let step, _), .tasksReopened(let step, _),
      .demanded(let step, _, _):
      step.job
    case .taskRetried(let task, _, _): task.step.job
    case .jobHeld(let job), .jobReleased(let job), .jobStarted(let job), .jobEnded(let job, _),
      .needSettled(let job, _, _):
      job
    }
  }
}
