import Base
import JobModel
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
    let timeline = try AttemptTimeline(
      task.step, job.spec.steps[task.step.index], TaskRange(task.number), installation)
    return try .json(
      200, TaskReport(task: detail, attempts: try timeline.details(withCommands: false)))
  }
}
