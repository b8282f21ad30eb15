import Base
import JobModel
import Wire

private enum Options {
  static let follow = Flag("--follow", short: "f", "Go on until the task has ended.")
  static let stream = Option<String>(
    "--stream", choice: ["stdout", "stderr"], "NAME", "Only stdout, or only stderr.")
}

extension CommandDeclaration {
  static let logs = CommandDeclaration(
    "logs", "Print what a task has printed.",
    discussion: """
      What went to the task's standard output goes to standard output, what went to its standard \
      error to standard error. Of several tasks, each is announced on standard error.
      """,
    positionals: [
      Positional("JOB", "Which task or tasks: 17.4, 17.fatigue.4, 17.", completion: .job)
    ],
    options: [Options.follow.declaration, Options.stream.declaration],
    examples: [
      Example("kiln logs 17.4 --follow", "while it runs"),
      Example("kiln logs 17 --stream stderr", "the errors of all tasks"),
    ]
  ) { arguments, context in
    let target = try context.target(arguments.words[0])
    let only = try arguments(Options.stream)
    let tasks = target.eachTask()
    guard !arguments[Options.follow] || tasks.count == 1 else {
      throw KilnError(
        .usage, "--follow needs one task, and \(target.name) has \(tasks.count)",
        fix: "name one, as in \(taskName(target.detail, 0, 1))")
    }
    for (step, task) in tasks {
      if tasks.count > 1 {
        context.say("==> \(taskName(target.detail, step, task)) <==")
      }
      for name in only.map({ [$0] }) ?? ["stdout", "stderr"] {
        try printLog(target, step, task, name, follow: arguments[Options.follow], context)
      }
    }
    return .success
  }

  private static func printLog(
    _ target: Target, _ step: Int, _ task: Int, _ name: String, follow: Bool,
    _ context: CommandContext
  ) throws {
    let printer = LogPrinter(context, name)
    try context.client().log(
      of: target.reference, step: step, task: task, stream: name, follow: follow
    ) { bytes throws(Problems) in printer.write(bytes) }
    printer.finish()
  }
}

/// Passes a log on: byte for byte, but harmless where it meets a terminal.
final class LogPrinter {
  private let sink: any TextSink
  private let isTerminal: Bool
  /// An unfinished character at the end of a block.
  private var rest: [UInt8] = []

  init(_ context: CommandContext, _ stream: String) {
    let isError = stream == "stderr"
    sink = isError ? context.messages : context.out
    isTerminal =
      isError
      ? context.surroundings.messagesAreTerminal : context.surroundings.outputIsTerminal
  }

  func write(_ bytes: [UInt8]) {
    guard isTerminal else {
      sink.write(bytes)
      return sink.flush()
    }
    rest += bytes
    let whole = rest.count - unfinishedCount(rest)
    sink.write(escapedLog(Array(rest[..<whole])))
    rest.removeFirst(whole)
    sink.flush()
  }

  func finish() {
    if !rest.isEmpty { sink.write(escapedLog(rest)) }
    rest = []
    sink.flush()
  }

  /// Bytes at the end that may be the beginning of a character of several bytes.
  private func unfinishedCount(_ bytes: [UInt8]) -> Int {
    for back in 1...4 where back <= bytes.count {
      let byte = bytes[bytes.count - back]
      if byte & 0xC0 == 0x80 { continue }
      let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
      return length > back ? back : 0
    }
    return 0
  }
}

extension Target {
  /// The tasks that are meant, step by step.
  func eachTask() -> [(step: Int, task: Int)] {
    let steps = step.map { [$0] } ?? Array(detail.steps.indices)
    return steps.flatMap { step in
      let range = tasks?.numbers ?? 1...max(1, detail.steps[step].counts.total)
      return range.map { (step: step, task: $0) }
    }
  }
}
