import Base
import CLinux
import FoundationEssentials
import Glibc
import Store
import Wire

/// A program that is told about a job: the event on its standard input and in `KILN_EVENT_…`.
struct NoticeCommand {
  let words: [String]
  let state: StateDirectory

  private static let patience = Seconds(60)

  /// - Throws: where it cannot be started, takes too long, or does not end with 0.
  func run(_ notice: PendingNotice) throws(KilnError) {
    let input = try NoticeCommand.input(notice.body)
    // What it prints is for whoever set it up.
    let log = try Descriptor.open("\(state.root)/notify.log", O_WRONLY | O_CREAT | O_APPEND)
    let pid = try Spawn(
      arguments: words, environment: environment(notice), folder: state.root,
      input: input.number, output: log.number, error: log.number
    ).start()
    guard let handle = ProcessHandle(pid) else {
      preconditionFailure("a child that was not reaped has no handle")
    }
    let hasEnded = wait(for: [handle.watch], atMost: NoticeCommand.patience)[0]
    kill(-pid, SIGKILL)
    var status: Int32 = 0
    // Sound: `status` is a local that outlives the call.
    while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
    guard hasEnded else {
      throw KilnError(.timedOut, "the command took longer than \(NoticeCommand.patience)")
    }
    switch ProcessEnd(status: status) {
    case .exited(0): return
    case .exited(let code):
      throw KilnError(
        .taskFailed, "the command ended with exit code \(code)", fix: "see notify.log")
    case .signalled(let signal):
      throw KilnError(.taskFailed, "the command was ended by signal \(signal)")
    }
  }

  /// A pipe that holds the whole body: no event is larger than what a pipe takes.
  private static func input(_ body: String) throws(KilnError) -> Descriptor {
    var ends: [Int32] = [-1, -1]
    // Sound: the array has room for the two numbers.
    guard unsafe kiln_pipe(&ends) == 0 else { throw systemError("cannot make a pipe") }
    let (reading, writing) = (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
    try writing.write(Array(body.utf8))
    return reading
  }

  private func environment(_ notice: PendingNotice) -> [String] {
    var variables = ProcessInfo.processInfo.environment
    variables["KILN_EVENT_ID"] = notice.event
    variables["KILN_EVENT"] = notice.occasion.eventName
    variables["KILN_EVENT_JOB"] = "\(notice.job)"
    let body = EventBody.read(notice.body)
    variables["KILN_EVENT_NAME"] = body?.job.name
    variables["KILN_EVENT_PROJECT"] = body?.job.project
    variables["KILN_EVENT_STATE"] = body?.job.state
    variables["KILN_EVENT_TASKS"] = (body?.job.tasks.total).map { "\($0)" }
    variables["KILN_EVENT_SUCCEEDED"] = (body?.job.tasks.succeeded).map { "\($0)" }
    variables["KILN_EVENT_FAILED"] = (body?.job.tasks.failed).map { "\($0)" }
    variables["KILN_EVENT_CANCELLED"] = (body?.job.tasks.cancelled).map { "\($0)" }
    // A variable cannot hold a NUL byte.
    return variables.map { "\($0.key)=\($0.value)" }.filter { !$0.utf8.contains(0) }
  }
}

/// What of an event's body becomes variables.
private struct EventBody: Decodable {
  struct Job: Decodable {
    let name: String
    let project: String
    let state: String
    let tasks: Tasks
  }

  struct Tasks: Decodable {
    let total: Int
    let succeeded: Int
    let failed: Int
    let cancelled: Int
  }

  let job: Job

  static func read(_ text: String) -> EventBody? {
    do {
      return try JSONValue.decoding(EventBody.self, Array(text.utf8), path: "event")
    } catch {
      return nil
    }
  }
}
