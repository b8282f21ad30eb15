import Base
import Client
import Glibc
import JobModel
import Wire

extension CommandDeclaration {
  static let reportJoblog = CommandDeclaration(
    "report joblog", "Print a job's tasks as GNU parallel's --joblog does.",
    discussion: """
      Tab-separated: Seq Host Starttime JobRuntime Send Receive Exitval Signal Command. A line for \
      each task that ran, by its number, of its last attempt; Host is `:`, Send is 0, Receive is \
      what it printed on standard output, in bytes. A task that Kiln ended (memory, time, lost, \
      cancelled) has the exit value -1 and the signal 9.
      """,
    positionals: [.job], examples: [Example("kiln report joblog last > run.log", "for other tools")]
  ) { arguments, context in
    let target = try context.target(arguments.words[0])
    try writeJoblog(target, context, to: context.out)
    return .success
  }

  fileprivate static func writeJoblog(
    _ target: Target, _ context: CommandContext, to sink: any TextSink
  ) throws {
    var log = Joblog(target.detail, sink: sink)
    try context.client().attempts(of: target.reference, target.selection, withCommands: true) {
      attempt throws(Problems) in log.add(attempt)
    }
    log.finish()
  }
}

extension JobRunner {
  /// Writes the log of the job's tasks into a file, which it replaces.
  func writeJoblog(to path: String) throws {
    // Sound: the text is lent to the call as a terminated string.
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw KilnError(.storage, "the joblog cannot be written: \(systemMessage())", at: path)
    }
    defer { close(descriptor) }
    let target = Target(detail: try detailAtEnd(), step: nil, tasks: nil)
    try CommandDeclaration.writeJoblog(
      target, context, to: DescriptorSink(descriptor: descriptor))
  }
}
