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
  private var documents: [JSONValue] = []
  /// When the last attempt ended that was added, and of which task.
  private var last: (step: Int, task: Int, endedAt: Timestamp?)?

  init(_ job: JobDetail) { self.job = job }

  var json: JSONValue { .array(documents) }

  /// Takes attempts by step and task, the first attempt first.
  mutating func add(_ attempt: AttemptDetail) {
    let isFurther = last.map { $0.step == attempt.step && $0.task == attempt.task } ?? false
    let queued = (isFurther ? last?.endedAt : nil) ?? job.summary.submittedAt
    last = (attempt.step, attempt.task, attempt.endedAt)
    let state: TaskState = attempt.reason.map { .ended($0) } ?? .running
    documents.append(document(attempt, state, queued))
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

  /// The table as a part of a page for people; nothing where it has no rows.
  func section(_ context: CommandContext) -> String {
    guard !table.rows.isEmpty else { return "" }
    let form = Form.terminal(
      width: context.surroundings.pageWidth, hasColor: context.style.hasColor)
    return "\nattempts\n" + table.rendered(as: form, now: .now())
  }

  private func document(_ attempt: AttemptDetail, _ state: TaskState, _ queued: Timestamp)
    -> JSONValue
  {
    .object([
      "task": .text(taskName(job, attempt.step, attempt.task)),
      "attempt": .integer(Int64(attempt.attempt)), "state": .text(state.description),
      "message": Cell(attempt.message).json, "queued": moment(queued).json,
      "leased": moment(attempt.leasedAt).json, "started": moment(attempt.startedAt).json,
      "ended": moment(attempt.endedAt).json,
      "slot": attempt.slot.map { .integer(Int64($0)) } ?? .null,
      "usage": attempt.usage.map(JobPage.json) ?? .null,
      "enforced": TaskPage.json(attempt.enforcement),
    ])
  }

  private func moment(_ time: Timestamp?) -> Cell {
    time.map { .moment($0, since: job.summary.submittedAt) } ?? .empty
  }
}
