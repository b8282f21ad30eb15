import Base
import Client
import Glibc
import Wire

/// Brings the local server up in the background.
struct ServerStarter {
  let context: CommandContext

  /// How long a server may take until its socket answers.
  static let patience = Seconds(10)

  /// Does nothing when a server answers; otherwise starts one and says so.
  func ensureServer(leavesWhenIdle: Bool) throws(Problems) {
    if try KilnClient(state: context.state).serverAnswers { return }
    let pid = try start(leavesWhenIdle: leavesWhenIdle, extra: [])
    if !leavesWhenIdle {
      context.say("started the local server (process \(pid)); `kiln server down` stops it")
    }
  }

  /// Starts a server and waits until it answers; returns its process.
  @discardableResult
  func start(leavesWhenIdle: Bool, extra: [String]) throws(Problems) -> pid_t {
    let words =
      ["kiln", "--state", context.state.root, "server", "run"]
      + (leavesWhenIdle ? ["--leave-when-idle"] : []) + extra
    do {
      try Files.makeFolder(context.state.root, mode: 0o700)
      let pid = try DetachedProcess.spawn(
        context.surroundings.program, words, log: context.state.serverLog)
      try awaitAnswer(pid)
      return pid
    } catch {
      throw Problems([error])
    }
  }

  private func awaitAnswer(_ pid: pid_t) throws(KilnError) {
    let start = Instant.now()
    while Instant.now() - start < ServerStarter.patience {
      if isAnswering { return }
      if DetachedProcess.hasEnded(pid) { try waitForOther(start) }
      pause(.milliseconds(2))
    }
    throw failure("the server does not answer after \(ServerStarter.patience)")
  }

  /// Our server has left: well, if another one holds the lock, which will answer in a moment.
  private func waitForOther(_ start: Instant) throws(KilnError) {
    let left = Instant.now()
    while Instant.now() - left < Seconds(1) {
      if isAnswering { return }
      pause(.milliseconds(5))
    }
    throw failure("the server has ended at once")
  }

  private var isAnswering: Bool {
    do {
      return try KilnClient(state: context.state).serverAnswers
    } catch {
      // The folder of the socket is not there yet.
      return false
    }
  }

  private func failure(_ what: String) -> KilnError {
    let lines = Files.end(of: context.state.serverLog).split(separator: "\n")
    return KilnError(
      .unreachable, what + (lines.last.map { ": \($0)" } ?? ""), at: context.state.serverLog,
      fix: "see that log, or run `kiln server run` in the foreground")
  }
}
