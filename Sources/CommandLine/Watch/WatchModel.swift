import Base
import JobModel
import Wire

/// Everything that a live view shows, kept up to date by the events of a job.
struct WatchModel: Sendable {
  /// What does not change while a job runs.
  struct Step: Hashable, Sendable {
    let name: String
    let work: String
  }

  /// A task that ended without success, for the list of the first ones.
  struct Failure: Hashable, Sendable {
    let step: Int
    let tasks: TaskRange
    let reason: EndReason
    let message: String?
  }

  private(set) var summary: JobSummary
  let steps: [Step]
  private(set) var counts: [TaskCounts]
  private(set) var running: [RunningTask] = []
  private(set) var failures: [Failure] = []
  private(set) var retries = 0
  /// Values of a metric of a running task, oldest first.
  private(set) var histories: [MetricKey: [Double]] = [:]
  private(set) var rates: [RateEstimate]
  /// Since when the server does not answer.
  var lostSince: Instant?

  struct MetricKey: Hashable, Sendable {
    let step: Int
    let task: Int
    let metric: String
  }

  static let failuresMax = 100
  static let historyMax = 64

  init(_ detail: JobDetail) {
    summary = detail.summary
    steps = detail.steps.map { Step(name: $0.name, work: $0.work) }
    counts = detail.steps.map(\.counts)
    rates = detail.steps.map { _ in RateEstimate() }
  }

  mutating func apply(_ event: JobEvent, at now: Instant) {
    switch event.kind {
    case .submitted: break
    case .held: summary.state = .held
    case .released: if summary.state == .held { summary.state = .queued }
    case .started:
      // An end before it was not the last: the job was retried.
      if summary.state != .held { summary.state = .running }
      if summary.startedAt == nil { summary.startedAt = event.at }
      summary.endedAt = nil
    case .ended(let step, let tasks, let reason, let message):
      note(step, tasks, reason, message)
    case .retried: retries += 1
    case .jobEnded(let state):
      summary.state = state
      summary.endedAt = event.at
      running = []
    case .snapshot(let snapshot): take(snapshot, at: now)
    }
  }

  private mutating func note(
    _ step: Int, _ tasks: TaskRange, _ reason: EndReason, _ message: String?
  ) {
    guard reason != .succeeded, reason != .cancelled, failures.count < WatchModel.failuresMax
    else { return }
    failures.append(Failure(step: step, tasks: tasks, reason: reason, message: message))
  }

  private mutating func take(_ snapshot: JobSnapshot, at now: Instant) {
    summary = snapshot.summary
    counts = snapshot.steps
    running = snapshot.running
    remember(snapshot.running)
    for step in counts.indices where rates.indices.contains(step) {
      let inside = running.filter { $0.step == step }
        .reduce(0) { $0 + min(max($1.progress.fraction ?? 0, 0), 1) }
      let hasStarted = counts[step].ended + counts[step].running > 0
      rates[step].add(ended: counts[step].ended, inside: inside, hasStarted: hasStarted, at: now)
    }
  }

  private mutating func remember(_ running: [RunningTask]) {
    var kept: [MetricKey: [Double]] = [:]
    for task in running {
      for (metric, value) in task.progress.metrics {
        let key = MetricKey(step: task.step, task: task.task, metric: metric)
        var history = histories[key] ?? []
        if history.last != value { history.append(value) }
        kept[key] = Array(history.suffix(WatchModel.historyMax))
      }
    }
    histories = kept
  }
}

/// How fast a step goes, from the last minute.
struct RateEstimate: Hashable, Sendable {
  private struct Sample: Hashable, Sendable {
    let at: Instant
    let ended: Int
    /// With the parts of running tasks that are done.
    let progress: Double
  }

  private var samples: [Sample] = []

  private static let window = Seconds(60)

  /// - Parameter hasStarted: before that, time does not count.
  mutating func add(ended: Int, inside: Double, hasStarted: Bool = true, at now: Instant) {
    if !hasStarted { samples = [] }
    samples.append(Sample(at: now, ended: ended, progress: Double(ended) + inside))
    samples.removeAll { now - $0.at > RateEstimate.window }
    // Ten a second for a minute would be too many to sum up ten times a second.
    if samples.count > 240 {
      samples = samples.enumerated().filter { $0.offset % 2 == 0 || $0.offset > 200 }.map(\.element)
    }
  }

  /// Tasks per second; nil until one has ended while we looked.
  var tasksPerSecond: Double? {
    guard let first = samples.first, let last = samples.last, last.ended > first.ended,
      last.at > first.at
    else { return nil }
    return Double(last.ended - first.ended) / (last.at - first.at).value
  }

  /// Time until `total` tasks have ended at this pace; nil while nobody can tell.
  func left(total: Int) -> Seconds? {
    guard let first = samples.first, let last = samples.last,
      last.progress > first.progress, (last.at - first.at).value >= 0.5
    else { return nil }
    let pace = (last.progress - first.progress) / (last.at - first.at).value
    return Seconds(max(0, Double(total) - last.progress) / pace)
  }
}
