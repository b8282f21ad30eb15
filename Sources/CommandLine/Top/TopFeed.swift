import Base
import Client
import JobModel
import Wire

/// Asks the server for what is on the screen, and for no more.
final class TopFeed {
  private let context: CommandContext
  private let project: ProjectName?
  private var dueAt: Instant?

  /// So often while something runs, and while nothing does.
  private static let interval = Seconds(1)
  private static let quietInterval = Seconds(3)

  init(_ context: CommandContext) {
    self.context = context
    project = context.settings.project ?? context.settings.standardProject
  }

  /// The next refresh comes at once.
  func hurry() { dueAt = nil }

  /// Brings the model up to date when it is time to; whether anything was asked.
  func refresh(_ model: inout TopModel) -> Bool {
    let now = Instant.now()
    if let dueAt, now < dueAt { return false }
    do {
      try load(&model, at: now)
      model.failure = nil
    } catch {
      model.failure = Problems(any: error).all.first?.message ?? "the server does not answer"
    }
    let isBusy = model.jobs.all.contains { $0.state == .running }
    dueAt = now + (isBusy && model.page != .help ? TopFeed.interval : TopFeed.quietInterval)
    return true
  }

  func cancel(_ target: TopModel.CancelTarget) -> String {
    do {
      let selection = TaskSelection(
        step: target.task?.step, tasks: target.task.map { TaskRange($0.task) })
      let receipt = try context.client().change(.cancel, .id(target.job), selection)
      return receipt.tasks == 1
        ? "1 task is cancelled" : "\(receipt.tasks) tasks are cancelled"
    } catch {
      return Problems(any: error).all.first?.description ?? "it could not be cancelled"
    }
  }

  private func load(_ model: inout TopModel, at now: Instant) throws {
    let client = try context.client()
    model.server = try client.server()
    if model.page == .jobs || model.page == .help || model.jobs.all.isEmpty {
      try loadJobs(&model, client, at: now)
    }
    if model.page == .tasks { try loadTasks(&model, client) }
    if model.page == .log { try loadLog(&model, client) }
  }

  /// The newest jobs, as many as may be seen soon; all that may be sorted.
  private func loadJobs(_ model: inout TopModel, _ client: KilnClient, at now: Instant) throws {
    let isPlain = model.jobs.sort == .newest && model.jobs.filter.isEmpty && !model.jobs.isReversed
    let near = model.jobs.cursor.first + 4 * max(model.rowCount, 25)
    let states: [JobState] = model.jobs.onlyLive ? [.queued, .held, .running] : []
    let filter = JobFilter(
      project: project, states: states, limit: isPlain ? min(near, JobList.most) : JobList.most)
    model.jobs.take(try client.jobs(filter), at: now, rows: model.rowCount)
  }

  private func loadTasks(_ model: inout TopModel, _ client: KilnClient) throws {
    guard let job = model.tasks.job else { return }
    let detail = try client.job(.id(job.id))
    model.tasks.detail = detail
    model.tasks.job = detail.summary
    guard model.tasks.isPaged else {
      let state = model.tasks.state == .all ? nil : model.tasks.state.rawValue
      model.tasks.take(
        all: try client.tasks(of: .id(job.id), step: nil, state: state, limit: TaskList.most))
      model.tasks.cursor.clamp(count: model.tasks.count, rows: model.rowCount)
      return
    }
    let total = detail.summary.counts.total
    model.tasks.cursor.clamp(count: total, rows: model.rowCount)
    let window = model.tasks.cursor.window(count: total, rows: model.rowCount)
    model.tasks.take(page: try page(window, model.tasks, client), from: window.lowerBound)
  }

  /// The rows of a window, which may reach from one step into the next.
  private func page(
    _ window: Range<Int>, _ list: TaskList, _ client: KilnClient
  ) throws(Problems) -> [TaskDetail] {
    var found: [TaskDetail] = []
    while found.count < window.count, let job = list.job,
      let (step, task) = list.place(of: window.lowerBound + found.count)
    {
      let part = try client.tasks(
        of: .id(job.id), step: step, first: task, limit: window.count - found.count)
      if part.isEmpty { break }
      found += part
    }
    return found
  }

  /// Both streams, one behind the other; asked again until the task has ended.
  private func loadLog(_ model: inout TopModel, _ client: KilnClient) throws {
    guard !model.log.isComplete else { return }
    let (job, place) = (JobReference.id(model.log.job), model.log.place)
    let task = try client.tasks(of: job, step: place.step, first: place.task, limit: 1).first
    var bytes: [UInt8] = []
    for name in ["stdout", "stderr"] {
      var part: [UInt8] = []
      try client.log(of: job, step: place.step, task: place.task, stream: name, follow: false) {
        piece throws(Problems) in part += piece
      }
      if name == "stderr", !part.isEmpty { bytes += Array("── standard error ──\n".utf8) }
      bytes += part
      if let last = bytes.last, last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
    }
    model.log.take(bytes, rows: model.rowCount)
    if case .ended? = task?.state { model.log.isComplete = true }
  }
}
