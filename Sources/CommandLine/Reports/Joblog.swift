import Base
import JobModel
import Wire

/// The log that GNU parallel writes with `--joblog`: tab-separated, one line for each task that ran.
struct Joblog {
  private let sink: any TextSink
  /// What a step without commands is called.
  private let works: [String]
  /// Tasks of the steps before, so that every line has a number of its own.
  private let offsets: [Int]
  private var pending: AttemptDetail?

  static let header = "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand"

  init(_ job: JobDetail, sink: any TextSink) {
    self.sink = sink
    works = job.steps.map(\.work)
    var offsets: [Int] = []
    var sum = 0
    for step in job.steps {
      offsets.append(sum)
      sum += step.counts.total
    }
    self.offsets = offsets
    sink.line(Joblog.header)
  }

  /// Takes attempts by step and task, the first attempt first; only the last of a task is written.
  mutating func add(_ attempt: AttemptDetail) {
    if let last = pending, last.step != attempt.step || last.task != attempt.task { write(last) }
    pending = attempt
  }

  mutating func finish() {
    if let pending { write(pending) }
    pending = nil
    sink.flush()
  }

  private func write(_ attempt: AttemptDetail) {
    guard attempt.attempt > 0, let reason = attempt.reason, let ended = attempt.endedAt,
      let began = attempt.startedAt ?? attempt.leasedAt
    else { return }
    let wall = attempt.usage?.wall ?? span(from: began, to: ended)
    let (exit, signal) = Joblog.status(reason)
    let fields = [
      "\(offsets[attempt.step] + attempt.task)", ":",
      thousandths(Double(began.milliseconds) / 1000),
      paddedLeft(thousandths(wall.value), to: 10), "0", "\(attempt.printed?.bytes ?? 0)", "\(exit)",
      "\(signal)", command(attempt),
    ]
    sink.line(fields.joined(separator: "\t"))
  }

  /// Exit code and signal; what Kiln ended was killed.
  private static func status(_ reason: EndReason) -> (exit: Int, signal: Int) {
    switch reason {
    case .succeeded: (0, 0)
    case .failed(let exit): (exit, 0)
    case .signalled(let signal): (0, signal)
    case .memory, .time, .lost, .cancelled, .deadline, .preempted, .refused: (-1, 9)
    }
  }

  private func command(_ attempt: AttemptDetail) -> String {
    guard let words = attempt.command else { return escapedCell(works[attempt.step]) }
    return escapedCell(shellLine(words))
  }

  private func thousandths(_ seconds: Double) -> String {
    let total = Int64((seconds * 1000).rounded())
    return "\(total / 1000).\(String(1000 + total % 1000).dropFirst())"
  }
}
