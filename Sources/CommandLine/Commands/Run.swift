import Base
import Client
import JobFiles
import JobModel
import Wire

private enum Options {
  static let noPull = Flag("--no-pull", "Leave the results where they are.")
  static let keepOrder = Flag(
    "--keep-order", short: "k", "Output of a command's tasks in the order of its values.")
  static let tag = Flag("--tag", "Begin each line of a command's output with its values.")
  static let dryRun = Flag("--dry-run", "Print the commands that would be run, and run nothing.")
  static let joblog = Option<String>(
    "--joblog", text: "FILE", "Write a log of a command's tasks as GNU parallel does.",
    completion: .file)

  static let ofCommands = [
    keepOrder.declaration, tag.declaration, dryRun.declaration, joblog.declaration,
  ]
}

extension CommandDeclaration {
  static let run = CommandDeclaration(
    "run", "Run a job here and now: submit, watch, fetch the results.",
    discussion: """
      Nothing needs to be running: without a server, one is started that leaves when it is idle. \
      Ctrl-C cancels the job (exit code 4).

      The results land in --output. Without it, those of a deck go into the current folder, as \
      with `ccx -i`, those of a job file or a script into the new folder NAME-ID; what is there \
      already with the same content is left alone. Folders inside are as with `kiln pull`. A script \
      may say what it needs in lines `#KILN key: value` or `#KILN --cpus 4` before its first command.

      `kiln run -- CMD` runs any program as a task: in this folder, its output passed through, its \
      exit code ours. With --output it runs in a folder of its own, and its files are fetched.

      \(SubmissionChoice.valuesDiscussion) The output of each task is printed in one piece when the \
      task has ended. The exit code is the number of tasks that failed, 101 for more than 100.
      """,
    positionals: [.jobFile],
    options: [OutputOption.output.declaration] + SubmissionChoice.declarations
      + SubmissionChoice.valueDeclarations + Options.ofCommands + [Options.noPull.declaration],
    passthrough: "CMD [ARG...]",
    examples: [
      Example("kiln run bracket.yaml", "a sweep, watched; results in bracket-17"),
      Example("kiln run bracket.inp --output out", "a deck by itself: out/bracket.dat, .frd, .vtu"),
      Example("kiln run --memory 8GiB -- ccx -i bracket", "any solver, in this folder"),
      Example("kiln run -j 8 -- gzip -k {} ::: *.csv", "once for each file, eight at a time"),
      Example("seq 100 | kiln run -k -a - -- ./case {}", "values from standard input"),
    ]
  ) { given, context in
    let arguments = try context.withDirectives(given)
    let output = try arguments(OutputOption.output)
    let command = try CommandSource(
      arguments, here: arguments[SubmissionChoice.here] || output == nil, context.surroundings)
    if let sweep = command?.sweep, sweep.count == 0 {
      context.say("there are no values, so there is nothing to run")
      return .success
    }
    let job = try JobLoader(context: context).load(arguments, command: command)
    if arguments[Options.dryRun] { return try printCommands(job, context) }
    let options = try SubmissionChoice.options(arguments, context)
    let receipt = try Submitter(context: context, leavesWhenIdle: true).submit(job, options)
    let runner = JobRunner(context: context, job: receipt.job)
    let outcome = try watch(runner, command, arguments)
    if let file = try arguments(Options.joblog) {
      try runner.writeJoblog(to: context.surroundings.absolute(file))
    }
    guard case .ended(let code) = outcome else { return .cancelled }
    if command == nil { try runner.tellNotices() }
    let isWanted = output != nil || (command == nil && !arguments[SubmissionChoice.here])
    if isWanted, !arguments[Options.noPull] {
      try runner.pull(
        into: output ?? context.settings.output ?? (isDeck(arguments.words.first) ? "." : nil))
    }
    return code
  }

  private static func watch(
    _ runner: JobRunner, _ command: CommandSource?, _ arguments: Arguments
  ) throws -> JobRunner.Outcome {
    guard let command else { return try runner.watch() }
    guard command.sweep != nil else { return try runner.passThrough() }
    return try runner.passGroups(
      GroupPresenter.Options(
        keepsOrder: arguments[Options.keepOrder], tags: arguments[Options.tag]))
  }

  /// Every command as a shell would take it.
  private static func printCommands(_ job: PreparedJob, _ context: CommandContext) throws
    -> ExitCode
  {
    for step in job.spec.steps {
      for task in 1...max(1, step.sweep.count) {
        let words = try TaskInstance(step: step, task: task).command
        context.out.line(shellLine(words))
      }
    }
    return .success
  }

  private static func isDeck(_ file: String?) -> Bool { file.map(JobFile.isDeck) ?? false }
}

/// A command as people would type it, without what brings it into its folder.
func shellLine(_ words: [String]) -> String {
  let isPlaced = words.count > 3 && words[0] == "env" && words[1] == "-C"
  return (isPlaced ? words.dropFirst(3) : words[...]).map(shellQuoted).joined(separator: " ")
}

/// A word that a shell reads back as it is.
private func shellQuoted(_ word: String) -> String {
  let isPlain = word.utf8.allSatisfy { byte in
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      || "_-./:=,+@%^".utf8.contains(byte)
  }
  if isPlain, !word.isEmpty { return word }
  return "'"
    + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
    + "'"
}
