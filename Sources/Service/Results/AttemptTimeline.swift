import Base
import JobModel
import Results
import Store
import Wire

/// The attempts at tasks of a range, put together from the log of the job, what was written down
/// about them, and what their workers recorded.
struct AttemptTimeline {
  private let step: StepID
  private let spec: StepSpec
  private let tasks: TaskRange
  private let installation: Installation
  private var attempts: [Int: [AttemptDetail]] = [:]
  /// Tasks that a worker was given and that have not ended since.
  private var open: [Int: AttemptDetail] = [:]

  init(
    _ step: StepID, _ spec: StepSpec, _ tasks: TaskRange, _ installation: Installation
  ) throws(KilnError) {
    self.step = step
    self.spec = spec
    self.tasks = tasks
    self.installation = installation
    for mark in try installation.store.attemptMarks(step, tasks) { add(mark) }
    try addRunning()
    try fill()
  }

  /// By task, the first attempt first.
  func details(withCommands: Bool) throws(KilnError) -> [AttemptDetail] {
    var all: [AttemptDetail] = []
    for task in attempts.keys.sorted() {
      var command: [String]?
      if withCommands, case .command = spec.work {
        command = try TaskInstance(step: spec, task: task).command
      }
      for var attempt in attempts[task] ?? [] {
        attempt.command = command
        all.append(attempt)
      }
    }
    return all
  }

  private mutating func add(_ mark: AttemptMark) {
    guard let range = mark.tasks.intersection(tasks) else { return }
    for task in range.numbers {
      switch mark.kind {
      case .started(let slot):
        // One that is open already was handed back unstarted.
        open[task] = AttemptDetail(
          step: step.index, task: task, attempt: executed(task) + 1, leasedAt: mark.at, slot: slot)
      case .ended(let reason, let message): close(task, at: mark.at, reason, message)
      case .retried(let attempt, let reason):
        // One that had ended before was retried by hand: its end is there.
        guard open[task] != nil else { continue }
        open[task]?.attempt = attempt
        close(task, at: mark.at, reason, nil)
      }
    }
  }

  private mutating func close(
    _ task: Int, at time: Timestamp, _ reason: EndReason, _ message: String?
  ) {
    var attempt =
      open.removeValue(forKey: task)
      ?? AttemptDetail(step: step.index, task: task, attempt: 0, leasedAt: nil)
    attempt.endedAt = time
    attempt.reason = reason
    attempt.message = message
    attempts[task, default: []].append(attempt)
  }

  private func executed(_ task: Int) -> Int {
    attempts[task]?.last { $0.attempt > 0 }?.attempt ?? 0
  }

  /// What is open and still out with a worker; the rest was handed back.
  private mutating func addRunning() throws(KilnError) {
    guard !open.isEmpty else { return }
    let (step, tasks) = (step, tasks)
    let out = try installation.mailbox.ask { state in
      state.leases.values.filter { $0.lease.step == step }
        .compactMap { $0.lease.tasks.intersection(tasks) }
    }
    for (task, attempt) in open where out.contains(where: { $0.contains(task) }) {
      attempts[task, default: []].append(attempt)
    }
  }

  private mutating func fill() throws(KilnError) {
    for former in try installation.store.formerAttempts(step, tasks) {
      change(former.task, former.attempt) { detail in
        detail.usage = former.usage
        detail.message = former.message ?? detail.message
      }
    }
    let ends = try installation.store.ends(of: step, tasks)
    for end in ends {
      guard let part = end.tasks.intersection(tasks) else { continue }
      for task in part.numbers {
        change(task, end.attempt) { detail in
          detail.message = end.message
          if end.tasks.count == 1 { detail.usage = end.usage }
        }
      }
    }
    for place in try installation.store.segments(step, tasks: tasks) {
      guard let part = place.tasks.intersection(tasks) else { continue }
      let segment = try SegmentReader(state: installation.state, path: place.path, tasks: part)
      for record in segment.records { add(record) }
    }
  }

  /// What the worker itself wrote down, of every attempt.
  private mutating func add(_ record: TaskRecord) {
    change(record.task, record.attempt) { detail in
      detail.startedAt = record.startedAt
      detail.usage = record.usage
      detail.message = record.message ?? detail.message
      detail.enforcement = record.enforcement
      detail.printed = record.files.first { $0.name == "stdout" && $0.isLog }?.size ?? .zero
    }
  }

  private mutating func change(_ task: Int, _ attempt: Int, _ body: (inout AttemptDetail) -> Void) {
    guard let index = attempts[task]?.lastIndex(where: { $0.attempt == attempt }) else { return }
    var details = attempts[task] ?? []
    body(&details[index])
    attempts[task] = details
  }
}

/// Lines of attempts, a window of tasks at a time.
final class AttemptStream: ByteStream, @unchecked Sendable {
  // Sound: only the thread of its connection uses a stream.
  private let job: JobFacts
  private let installation: Installation
  private let withCommands: Bool
  private var ranges: [(step: Int, tasks: TaskRange)]

  private static let window = 2048

  init(
    _ job: JobFacts, steps: [Int], tasks: TaskRange, withCommands: Bool,
    _ installation: Installation
  ) {
    self.job = job
    self.installation = installation
    self.withCommands = withCommands
    ranges = steps.compactMap { step in
      TaskRange(1, job.spec.steps[step].sweep.count).intersection(tasks).map { (step, $0) }
    }.reversed()
  }

  func close() {}

  func next() throws(KilnError) -> [UInt8]? {
    while let (step, tasks) = ranges.popLast() {
      let last = min(tasks.last, tasks.first + AttemptStream.window - 1)
      if last < tasks.last { ranges.append((step, TaskRange(last + 1, tasks.last))) }
      let timeline = try AttemptTimeline(
        StepID(job: job.id, index: step), job.spec.steps[step], TaskRange(tasks.first, last),
        installation)
      var writer = JSONWriter()
      for detail in try timeline.details(withCommands: withCommands) {
        writer.raw(try encoded(detail))
        writer.newline()
      }
      if !writer.bytes.isEmpty { return writer.bytes }
    }
    return nil
  }
}

extension Route {
  /// The attempts at tasks: when, where, how they ended and what they used.
  @Sendable static func listAttempts(
    _ request: APIRequest, _ installation: Installation
  ) throws -> HTTPAnswer {
    let job = try installation.jobFacts(try installation.job(request["job"]))
    let (steps, tasks) = try job.selection(request)
    return .lines(
      AttemptStream(
        job, steps: steps, tasks: tasks,
        withCommands: try request.queryFlag("commands"), installation))
  }
}
