import Base
import JobModel

private enum Options {
  static let timeout = Option<Seconds>(
    "--timeout", duration: "TIME", "Give up after this time, as in 10min (exit code 5).")
}

extension CommandDeclaration {
  static let wait = CommandDeclaration(
    "wait", "Wait until jobs have ended.",
    discussion: """
      Exit code 0 when all have succeeded, 1 when one has failed, 4 when one was cancelled, 5 when \
      the time was over or Ctrl-C was pressed; the jobs go on.
      """,
    positionals: [.jobs], options: [Options.timeout.declaration],
    examples: [
      Example("kiln wait 12-15 --timeout 1h", "four jobs, for at most an hour")
    ]
  ) { arguments, context in
    let limit = try arguments(Options.timeout)
    let start = Instant.now()
    var worst = ExitCode.success
    var table = Table([Column("id"), Column("state")])
    for target in try context.targets(arguments.words) {
      let follower = Follower(
        client: try context.client(), presenter: SilentPresenter(),
        limit: limit.map { max(.zero, $0 - (Instant.now() - start)) })
      let outcome = try follower.follow(target.detail)
      guard case .ended(let state) = outcome else {
        return context.exitCode(outcome, of: target.id)
      }
      table.add([.integer(target.id.number), .text(state.rawValue)], .of(state))
      if worst != .jobFailed, ExitCode(state) != .success { worst = ExitCode(state) }
    }
    context.show(table)
    return worst
  }
}
