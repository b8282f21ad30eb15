import Base
import JobModel

private enum Options {
  static let hold = Flag("--hold", "Do not start it before `kiln release`.")
}

extension CommandDeclaration {
  static let submit = CommandDeclaration(
    "submit", "Submit a job and return at once.",
    discussion: """
      The job is safe on disk when its number is printed. The local server is started in the \
      background when none is up.

      \(SubmissionChoice.valuesDiscussion) A command runs in a folder of its own, from which \
      `kiln pull` fetches its files, or with --here in this one. A script may say what it needs in \
      lines `#KILN key: value` or `#KILN --cpus 4` before its first command.
      """,
    positionals: [.jobFile],
    options: SubmissionChoice.declarations + SubmissionChoice.valueDeclarations
      + [Options.hold.declaration],
    passthrough: "CMD [ARG...]",
    examples: [
      Example("kiln submit bracket.yaml", "prints the number of the job"),
      Example("kiln submit bracket.yaml --key nightly-7", "at most once, however often it is said"),
      Example("kiln submit --here --cpus 4 -- ccx -i bracket", "any program is a job"),
      Example("kiln submit -j 8 -- ./case {} ::: 1 2 3", "a task for each value"),
    ]
  ) { given, context in
    let arguments = try context.withDirectives(given)
    let command = try CommandSource(
      arguments, here: arguments[SubmissionChoice.here], context.surroundings)
    if let sweep = command?.sweep, sweep.count == 0 {
      throw KilnError(.usage, "there are no values for the command", fix: "give it at least one")
    }
    let job = try JobLoader(context: context).load(arguments, command: command)
    var options = try SubmissionChoice.options(arguments, context)
    options.isHeld = arguments[Options.hold]
    let receipt = try Submitter(context: context, leavesWhenIdle: false).submit(job, options)
    if context.wantsJSON {
      context.show(
        .object([
          "job": .integer(receipt.job.number), "tasks": .integer(Int64(receipt.tasks)),
          "existed": .flag(receipt.existed), "reused": .integer(Int64(receipt.reused)),
        ]))
    } else {
      context.out.line("\(receipt.job)")
      let tasks = receipt.tasks == 1 ? "1 task" : "\(receipt.tasks) tasks"
      let reused = receipt.reused == 0 ? "" : " (\(receipt.reused) reused)"
      context.say(
        receipt.existed
          ? "this key named job \(receipt.job) already; nothing new was made"
          : "job \(receipt.job) '\(job.spec.name)' with \(tasks)\(reused); `kiln watch \(receipt.job)`"
      )
    }
    return .success
  }
}
