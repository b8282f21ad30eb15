import Base
import Glibc
import JobModel
import Results
import Wire

/// Settles the lease of a dead worker from what it left: its page, its torn segment, its last words.
struct Autopsy {
  let state: StateDirectory
  let worker: String
  let facts: LeaseFacts
  /// How the process ended; nil where another process reaped it.
  let end: ProcessEnd?
  /// Processor time of the whole process; nil where unknown.
  let processorTime: Seconds?

  struct Finding {
    var outcomes: [TaskOutcome] = []
    var segment: SegmentSeal?
  }

  private var files: WorkerFiles { WorkerFiles(state: state, name: worker) }

  func perform() -> Finding {
    waitForChildren()
    _ = Strays.end(of: worker)
    FileTree.discard(state.work(epoch: facts.epoch))
    guard let page = files.page(), page.epoch == facts.epoch else { return Finding() }
    do {
      return try settle(page)
    } catch {
      // Nothing that was recorded can be published, so it counts as not executed.
      removeSegment()
      return Finding(outcomes: running(page).map { [Self.outcome($0)] } ?? [])
    }
  }

  /// A child that the worker was just starting holds the page's lock until it is a program of its own,
  /// and can only then be recognised.
  private func waitForChildren() {
    let start = Instant.now()
    while files.isLocked, Instant.now() - start < Seconds(1) { pause(.milliseconds(1)) }
  }

  private func settle(_ page: StatusPage) throws(KilnError) -> Finding {
    let path = StateDirectory.segment(job: facts.job, epoch: facts.epoch)
    // Sound: the path is a string that lives through the call.
    let exists = unsafe access("\(state.root)/\(path)", F_OK) == 0
    let recorded = exists ? try SegmentReader(state: state, path: path).records : []
    var outcomes = OutcomeList()
    for record in recorded {
      outcomes.add(record.task, record.reason, message: record.message, usage: record.usage)
    }
    let victim = running(page).flatMap { victim in
      recorded.contains { $0.task == victim.task } ? nil : victim
    }
    guard victim != nil || !recorded.isEmpty else {
      removeSegment()
      return Finding()
    }
    var writer =
      exists
      ? try SegmentWriter(salvaging: state, job: facts.job, epoch: facts.epoch)
      : try SegmentWriter(state: state, job: facts.job, epoch: facts.epoch)
    if let victim {
      try writer.append(victim, files: files.logs())
      outcomes.add(victim.task, victim.reason, message: victim.message, usage: victim.usage)
    }
    return Finding(outcomes: outcomes.all, segment: try writer.seal())
  }

  private func removeSegment() {
    for path in StateDirectory.segmentFiles(job: facts.job, epoch: facts.epoch) {
      FileTree.discard("\(state.root)/\(path)")
    }
  }

  private static func outcome(_ record: TaskRecord) -> TaskOutcome {
    TaskOutcome(
      tasks: TaskRange(record.task), reason: record.reason, message: record.message,
      usage: record.usage)
  }

  // MARK: The attempt that was running

  private func running(_ page: StatusPage) -> TaskRecord? {
    guard let task = page.task, facts.tasks.contains(task) else { return nil }
    let wall = Seconds(max(0, (Instant.now() - page.started).value))
    let cpu = processorTime.map { Seconds(max(0, ($0 - page.processorTime).value)) } ?? .zero
    let (reason, message) = verdict(page)
    return TaskRecord(
      task: task, attempt: page.attempt, reason: reason, message: message,
      startedAt: Timestamp(
        milliseconds: Timestamp.now().milliseconds - Int64((wall.value * 1000).rounded())),
      usage: Usage(wall: wall, cpu: cpu, peakMemory: page.memory), files: [])
  }

  private func verdict(_ page: StatusPage) -> (EndReason, String?) {
    switch page.verdict {
    case .memory: return (.memory, Endings.memory(facts.memory))
    case .time: return (.time, Endings.time(facts.time))
    case .cancelled: return (.cancelled, nil)
    case .stopped: return (.failed(exit: 1), "it did not stop when its metrics were good enough")
    case .none: break
    }
    switch end {
    case .signalled(let signal) where Self.ownFaults.contains(Int32(signal)):
      return crashed(signal)
    case .exited(let status):
      return (.failed(exit: max(1, status)), "the kernel ended its process with status \(status)")
    case .signalled, nil:
      // Noted by the process itself; a kill from outside leaves no note.
      return page.fatalSignal.map(crashed) ?? (.lost, "its worker was killed")
    }
  }

  private func crashed(_ signal: Int) -> (EndReason, String?) {
    let what = "crashed with signal \(signal)"
    return (.signalled(signal), lastWords().map { "\(what): \($0)" } ?? what)
  }

  /// What Swift says before it traps, else the last line; a stack trace may follow the former.
  private func lastWords() -> String? {
    for case .bytes("stderr", let bytes, _) in files.logs() {
      return LastLine.of(bytes, containing: "Fatal error: ") ?? LastLine.of(bytes)
    }
    return nil
  }

  private static let ownFaults: Set<Int32> = [
    SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS,
  ]
}
