import Base
import Catalogue
import JobModel

extension CommandDeclaration {
  static let plan = CommandDeclaration(
    "plan", "Show what a job would do and take, without submitting it.",
    discussion: """
      Times and memory are estimates of the kernels from cheap facts; for a command nobody knows, \
      and its requests are shown. `total_seconds` is processor time, cpus times seconds.
      """,
    positionals: [Positional("FILE", "A job file or a deck.", completion: .file)],
    examples: [Example("kiln plan jobs/bracket.yaml", "steps, tasks, axes, estimates")]
  ) { arguments, context in
    let job = try JobLoader(context: context).load(file: arguments.words[0], arguments)
    let plan = try JobPlan(job)
    context.show(plan.table)
    if !context.wantsJSON { context.say(plan.sentence) }
    return .success
  }
}
