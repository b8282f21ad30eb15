import Base
import JobModel
import Results
import Store
import Wire

extension Route {
  /// One task: how it stands, and what each of its attempts came to.
  @Sendable static func showTask(
    _ request: APIRequest, _ installation: Installation
  ) throws -> HTTPAnswer {
    let job = try installation.jobFacts(try installation.job(request["job"]))
    let task = try job.task(request)
    var listing = TaskListing(job: job, installation: installation, state: nil, limit: 1)
    try listing.add(task.step.index, from: task.number)
    guard let detail = listing.tasks.first, detail.task == task.number else {
      throw KilnError(.internalError, "task \(task.number) of job \(job.id) cannot be listed")
    }
    return try .json(
      200, TaskReport(task: detail, attempts: try installation.attempts(of: task)))
  }
}

extension Installation {
  /// What the attempts of a task have recorded, in their order.
  func attempts(of task: TaskID) throws(KilnError) -> [AttemptReport] {
    let range = TaskRange(task.number)
    var attempts: [Int: AttemptReport] = [:]
    for place in try store.segments(task.step, tasks: range) {
      let segment = try SegmentReader(state: state, path: place.path, tasks: range)
      for record in segment.records where record.task == task.number {
        attempts[record.attempt] = AttemptReport(
          attempt: record.attempt, reason: record.reason, message: record.message,
          startedAt: record.startedAt, usage: record.usage, enforcement: record.enforcement)
      }
    }
    return attempts.values.sorted { $0.attempt < $1.attempt }
  }
}
