import Base
import Client
import JobModel
import Wire

/// For a command with several values: the output of each task in one piece, once the task has ended.
final class GroupPresenter: Presenter {
  struct Options: Sendable {
    /// In the order of the tasks instead of that in which they end.
    var keepsOrder = false
    /// Every line begins with the values of its task.
    var tags = false
  }

  private let client: KilnClient
  private let job: JobReference
  private let options: Options
  private let printers: [(stream: String, printer: LogPrinter)]
  /// Tasks that have ended and wait for those before them.
  private var waiting: Set<Int> = []
  private var next = 1
  private(set) var problems = Problems()

  init(_ context: CommandContext, client: KilnClient, job: JobID, options: Options) {
    self.client = client
    self.job = .id(job)
    self.options = options
    printers = ["stdout", "stderr"].map { ($0, LogPrinter(context, $0)) }
  }

  func show(_ events: [JobEvent], _ model: WatchModel) {
    for event in events {
      guard case .ended(_, let tasks, let reason, _) = event.kind, reason != .cancelled else {
        continue
      }
      if options.keepsOrder { waiting.formUnion(tasks.numbers) } else { pass(tasks.numbers) }
    }
    while waiting.remove(next) != nil {
      pass(next...next)
      next += 1
    }
  }

  /// What waits for a task that will never end.
  func finish(_ model: WatchModel) {
    for task in waiting.sorted() { pass(task...task) }
    waiting = []
  }

  private func pass(_ tasks: ClosedRange<Int>) {
    do throws(Problems) {
      for task in tasks { try pass(task) }
    } catch {
      problems = error
    }
  }

  private func pass(_ task: Int) throws(Problems) {
    let tag = options.tags ? try self.tag(task) : nil
    for (stream, printer) in printers {
      var content: [UInt8] = []
      try client.log(of: job, step: 0, task: task, stream: stream, follow: false) {
        bytes throws(Problems) in content += bytes
      }
      if !content.isEmpty { printer.write(tag.map { tagged(content, $0) } ?? content) }
      printer.finish()
    }
  }

  private func tag(_ task: Int) throws(Problems) -> String {
    let detail = try client.tasks(of: job, step: 0, first: task, limit: 1).first
    // Axes of parts of a value (`arg_stem`) say nothing new.
    let values = (detail?.point ?? []).filter { !$0.name.contains("_") && $0.name != "seq" }
    return values.map(\.value.description).joined(separator: " ") + "\t"
  }

  private func tagged(_ content: [UInt8], _ tag: String) -> [UInt8] {
    var lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let isClosed = lines.last?.isEmpty ?? false
    if isClosed { lines.removeLast() }
    let text = Array(lines.map { Array(tag.utf8) + $0 }.joined(separator: [UInt8(ascii: "\n")]))
    return isClosed ? text + [UInt8(ascii: "\n")] : text
  }
}
