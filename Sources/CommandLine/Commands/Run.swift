import Base
import Client
import JobModel
import Wire

private enum Options {
  static let noPull = Flag("--no-pull", "Leave the results where they are.")
}

extension CommandDeclaration {
  static let run = CommandDeclaration(
    "run", "Run a job here and now: submit, watch, fetch the results.",
    discussion: """
      Nothing needs to be running: without a server, one is started that leaves when it is idle. \
      Ctrl-C cancels the job (exit code 4).

      The results land in --output. Without it, those of a deck go into the current folder, as \
      with `ccx -i`, those of a job file into the new folder NAME-ID; what is there already with \
      the same content is left alone. Folders inside are as with `kiln pull`.

      `kiln run -- CMD` runs any program as a task: its output is passed through, its exit code \
      is ours, and its files are fetched when --output is given.
      """,
    positionals: [.jobFile],
    options: [OutputOption.output.declaration] + SubmissionChoice.declarations
      + [Options.noPull.declaration],
    passthrough: "CMD [ARG...]",
    examples: [
      Example("kiln run bracket.yaml", "a sweep, watched; results in bracket-17"),
      Example("kiln run bracket.inp --output out", "a deck by itself: out/bracket.dat, .frd, .vtu"),
      Example("kiln run --memory 8GiB -- ccx -i bracket", "any solver"),
    ]
  ) { arguments, context in
    let job = try JobLoader(context: context).load(arguments)
    let options = try SubmissionChoice.options(arguments, context)
    let receipt = try Submitter(context: context, leavesWhenIdle: true).submit(job, options)
    let runner = JobRunner(context: context, job: receipt.job)
    let outcome =
      try arguments.passthrough == nil ? runner.watch() : runner.passThrough()
    guard case .ended(let code) = outcome else { return .cancelled }
    let output = try arguments(OutputOption.output) ?? context.settings.output
    let isWanted = arguments.passthrough == nil || output != nil
    if isWanted, !arguments[Options.noPull] {
      try runner.pull(into: output ?? (isDeck(arguments.words.first) ? "." : nil))
    }
    return code
  }

  private static func isDeck(_ file: String?) -> Bool { file?.hasSuffix(".inp") ?? false }
}
