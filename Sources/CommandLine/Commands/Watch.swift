import Base
import JobModel

extension CommandDeclaration {
  static let watch = CommandDeclaration(
    "watch", "Watch a job until it has ended.",
    discussion: """
      A live view on a terminal, one line for each change elsewhere. Ctrl-C stops watching and \
      leaves the job running. The exit code is the one of `kiln wait`.
      """,
    positionals: [
      Positional("JOB", .optional, "Which job; the newest by default.", completion: .job)
    ],
    examples: [
      Example("kiln watch", "the newest job"), Example("kiln watch 17 --json", "every event"),
    ]
  ) { arguments, context in
    let target = try context.target(arguments.words.first ?? "last")
    let isTerminal = context.surroundings.outputIsTerminal
    let presenter =
      context.wantsJSON
      ? JSONPresenter(sink: context.out)
      : context.presenter(
        on: context.out, isTerminal: isTerminal, hint: "Ctrl-C leaves the job running")
    let follower = Follower(client: try context.client(), presenter: presenter)
    return context.exitCode(try follower.follow(target.detail), of: target.id)
  }
}

extension CommandContext {
  /// For commands that only look: the job goes on when they are left.
  func exitCode(_ outcome: Follower.Outcome, of job: JobID) -> ExitCode {
    switch outcome {
    case .ended(let state): return ExitCode(state)
    case .interrupted:
      say("job \(job) goes on; `kiln watch \(job)` looks again, `kiln cancel \(job)` ends it")
      return .timedOut
    case .timedOut:
      say("job \(job) has not ended yet")
      return .timedOut
    }
  }
}
