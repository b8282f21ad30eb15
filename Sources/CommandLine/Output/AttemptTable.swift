import Base
import JobModel
import Wire

/// The timeline of attempts of `kiln show`: when each was queued, given to a worker, begun and ended.
struct AttemptTable {
  private let job: JobDetail
  private(set) var table = Table([
    Column("task"), Column("attempt"), Column("state"), Column("queued"), Column("leased"),
    Column("started"), Column("ended"), Column("slot"), Column("wall"), Column("cpu"),
    Column("memory"), Column("message", isElastic: true),
  ])
  /// When the last attempt ended that was added, and of which task.
  private var last: (step: Int, task: Int, endedAt: Timestamp?)?

  init(_ job: JobDetail) { self.job = job }

  /// Takes attempts by step and task, the first attempt first.
  mutating func add(_ attempt: AttemptDetail) {
    let isFurther = last.map { $0.step == attempt.step && $0.task == attempt.task } ?? false
    let queued = (isFurther ? last?.endedAt : nil) ?? job.summary.submittedAt
    last = (attempt.step, attempt.task, attempt.endedAt)
    let state: TaskState = attempt.reason.map { .ended($0) } ?? .running
    table.add(
      [
        .text(taskName(job, attempt.step, attempt.task)), .integer(Int64(attempt.attempt)),
        .text(state.description), moment(queued), moment(attempt.leasedAt),
        moment(attempt.startedAt), moment(attempt.endedAt),
        attempt.slot.map { .integer(Int64($0)) } ?? .empty,
        attempt.usage.map { .span($0.wall) } ?? .empty,
        attempt.usage.map { .span($0.cpu) } ?? .empty,
        attempt.usage.map { .bytes($0.peakMemory) } ?? .empty, Cell(attempt.message),
      ], .of(state))
  }

  private func moment(_ time: Timestamp?) -> Cell {
    time.map { .moment($0, since: job.summary.submittedAt) } ?? .empty
  }
}
