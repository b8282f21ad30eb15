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
      return try bringUp(words)
    } catch {
      throw Problems([error])
    }
  }

  /// Starts servers until one answers: the first may find the lock still held by one that is dying,
  /// or that was started at the same moment.
  private func bringUp(_ words: [String]) throws(KilnError) -> pid_t {
    let start = Instant.now()
    while true {
      let pid = try DetachedProcess.spawn(
        context.surroundings.program, words, log: context.state.serverLog)
      if try awaitAnswer(pid, since: start) { return pid }
    }
  }

  /// True once a server answers; false when ours has left because another one holds the lock.
  private func awaitAnswer(_ pid: pid_t, since start: Instant) throws(KilnError) -> Bool {
    while Instant.now() - start < ServerStarter.patience {
      if isAnswering { return true }
      if let code = DetachedProcess.exitCode(pid) {
        guard code == ExitCode.conflict.rawValue else {
          throw failure("the server has ended at once")
        }
        pause(.milliseconds(20))
        return isAnswering
      }
      pause(.milliseconds(2))
    }
    throw failure("the server does not answer after \(ServerStarter.patience)")
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
