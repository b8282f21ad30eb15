import Base
import JobModel
import Scheduling
import Store
import Wire

/// A job as the server keeps it in memory: while it lives, and as long after as the scheduler does.
struct KnownJob: Sendable {
  let id: JobID
  let project: ProjectName
  let name: String
  let priority: Int
  let spec: JobSpec
  let files: [InputFile]
  let submittedAt: Timestamp
  var startedAt: Timestamp?
  var endedAt: Timestamp?
  /// Of each step, how many tasks took their result from an earlier job.
  var reused: [Int]
  /// Jobs that it waits for, or has waited for.
  var after: [JobNeed]
}

extension KnownJob {
  init(_ stored: StoredJob, endedAt: Timestamp?) {
    self.init(
      id: stored.record.id, project: stored.record.project, name: stored.record.name,
      priority: stored.record.priority, spec: stored.record.spec, files: stored.record.files,
      submittedAt: stored.record.submittedAt, startedAt: stored.startedAt, endedAt: endedAt,
      reused: stored.reused, after: stored.record.plan.after.map(\.need))
  }
}

/// A lease that is out.
struct OutstandingLease: Sendable {
  let lease: Lease
  var worker: String?
  /// The latest word of its worker, in memory only.
  var progress: TaskProgress?
}

/// Everything that the loop decides from. Only its thread touches the original; others are lent a
/// look at it between two turns.
struct LoopState: Sendable {
  var scheduler: Scheduler
  let capacity: Capacity
  var jobs: [JobID: KnownJob] = [:]
  var leases: [Epoch: OutstandingLease] = [:]
  var lastJob: JobID
  /// Who is told of every job.
  var standingNotices: [NoticeTarget] = []

  /// Nil for a job that is only in the database any more.
  func summary(_ id: JobID) -> JobSummary? {
    guard let job = jobs[id], let state = scheduler.jobState(id),
      let counts = scheduler.counts(id)
    else { return nil }
    return JobSummary(
      id: id, name: job.name, project: job.project, state: state, priority: job.priority,
      counts: counts.reduce(TaskCounts(), +), submittedAt: job.submittedAt,
      startedAt: job.startedAt, endedAt: state.isEnded ? job.endedAt : nil,
      reused: job.reused.reduce(0, +))
  }

  func snapshot(_ id: JobID) -> JobSnapshot? {
    guard let summary = summary(id), let steps = scheduler.counts(id) else { return nil }
    let running = leases.values
      .filter { $0.lease.step.job == id }
      .compactMap { out in
        out.progress.map {
          RunningTask(step: out.lease.step.index, task: $0.task, progress: $0)
        }
      }
      .sorted { ($0.step, $0.task) < ($1.step, $1.task) }
    return JobSnapshot(summary: summary, steps: steps, running: Array(running.prefix(64)))
  }

  /// The progress of a task that is running.
  func progress(of task: TaskID) -> TaskProgress? {
    leases.values.first { $0.lease.step == task.step && $0.progress?.task == task.number }?.progress
  }

  /// Forgets ended jobs that the scheduler has forgotten.
  mutating func prune() {
    for job in scheduler.takeForgotten() { jobs[job] = nil }
  }
}
