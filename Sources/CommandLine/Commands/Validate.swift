import Base
import JobModel

extension CommandDeclaration {
  static let validate = CommandDeclaration(
    "validate", "Check job files and decks, and report every mistake at once.",
    discussion: "Each mistake is a line FILE:LINE:COLUMN: WHAT; exit code 2 when there is one.",
    positionals: [
      Positional("FILE", .oneOrMore, "Job files (.yaml, .json) or decks (.inp).", completion: .file)
    ],
    examples: [Example("kiln validate jobs/bracket.yaml", "before it is submitted")]
  ) { arguments, context in
    var problems: [KilnError] = []
    for file in arguments.words {
      do {
        let job = try JobLoader(context: context).load(file: file, arguments)
        if !context.wantsJSON { context.say("\(file): valid, \(summary(job))") }
      } catch {
        problems += Problems(any: error).all
      }
    }
    if context.wantsJSON { context.show(ProblemReport.json(Problems(problems))) }
    try Problems(problems).throwIfAny()
    return .success
  }

  private static func summary(_ job: PreparedJob) -> String {
    let steps = job.spec.steps.count
    let tasks = job.taskCount
    return (steps == 1 ? "" : "\(steps) steps, ") + (tasks == 1 ? "1 task" : "\(tasks) tasks")
  }
}
