import Base
import Client
import JobModel
import Wire

/// Shared with `kiln run`.
enum OutputOption {
  static let output = Option<String>(
    "--output", short: "o", text: "DIR", "Folder for the results; made when it is not there.",
    completion: .folder)
}

private enum Options {
  static let files = Option<String>(
    "--files", text: "PATTERN", "Only files whose names match, as in '*.vtu'; may be repeated.")
  static let logs = Flag("--logs", "Also what the tasks have printed.")
  static let watches = Flag(
    "--watch", "Fetch what each task publishes as it ends, until the job has ended.")
  static let partial = Flag(
    "--partial", "Also what running tasks have written so far; a later pull replaces it.")
  static let waits = Flag("--wait", "Wait until the job has ended.")
}

extension CommandDeclaration {
  static let pull = CommandDeclaration(
    "pull", "Fetch the results of a job.",
    discussion: """
      Every file is checked against the SHA-256 under which it was published, appears whole or not \
      at all, and is skipped when the same content is there already. A pull that was interrupted \
      goes on where it stopped.

      The results of a job of one task land in the folder itself; otherwise each task has a folder \
      of its own, STEP/TASK, without STEP where the job has no named steps and without TASK where \
      a step has one task. Without --output, the folder is NAME-ID.
      """,
    positionals: [.job],
    options: [
      OutputOption.output.declaration, Options.files.declaration, Options.logs.declaration,
      Options.waits.declaration, Options.watches.declaration, Options.partial.declaration,
    ],
    examples: [
      Example("kiln pull last -o results", "all results of the newest job"),
      Example("kiln pull last --watch", "results as they come"),
      Example("kiln pull 17.4 --files '*.vtu'", "one task, one kind of file"),
    ]
  ) { arguments, context in
    var target = try context.target(arguments.words[0])
    if arguments[Options.waits], !target.detail.summary.state.isEnded {
      let follower = Follower(client: try context.client(), presenter: SilentPresenter())
      let outcome = try follower.follow(target.detail)
      guard case .ended = outcome else { return context.exitCode(outcome, of: target.id) }
      target = try context.target(arguments.words[0])
    }
    let folder =
      try arguments(OutputOption.output) ?? context.settings.output
      ?? Puller.folderName(target.detail.summary)
    var puller = Puller(
      client: try context.client(), target: target,
      folder: context.surroundings.absolute(folder), patterns: try arguments.all(Options.files))
    var report = PullReport()
    if arguments[Options.partial] { report += try puller.pullPartial() }
    if arguments[Options.watches], !target.detail.summary.state.isEnded {
      let presenter = PullingPresenter(puller, isQuiet: context.wantsJSON) { context.say($0) }
      let outcome = try Follower(
        client: try KilnClient(state: context.state), presenter: presenter
      ).follow(target.detail)
      report += try presenter.result.get()
      guard case .ended = outcome else { return context.exitCode(outcome, of: target.id) }
      target = try context.target(arguments.words[0])
      puller.target = target
    }
    report += try puller.pull(withLogs: arguments[Options.logs])
    return try context.finishPull(report, target: target, folder: folder)
  }
}

extension CommandContext {
  /// Says what came; a job without any results is `nothing matched`.
  func finishPull(_ report: PullReport, target: Target, folder: String) throws -> ExitCode {
    if wantsJSON { show(report.json) }
    guard report.fetched + report.present > 0 else {
      throw KilnError(
        .notFound, "\(target.name) has published nothing that matches",
        fix: target.detail.summary.state.isEnded
          ? "see `kiln show \(target.id)`" : "wait for it with `kiln pull \(target.id) --wait`")
    }
    say(report.sentence(folder: folder))
    return .success
  }
}
