import Base
import JobModel
import Wire

extension CommandDeclaration {
  static let explain = CommandDeclaration(
    "explain", "Say in words why a task is not running, or how it ended.",
    discussion: "The first sentence names what keeps the task from running right now.",
    positionals: [.task], examples: [Example("kiln explain 17.4", "why does task 4 not run?")]
  ) { arguments, context in
    let target = try context.target(arguments.words[0])
    let (step, task) = try target.singleTask()
    let answer = try context.client().explain(target.reference, step: step, task: task)
    if context.wantsJSON {
      context.show(
        .object([
          "task": .text(taskName(target.detail, step, task)),
          "state": .text(answer.state.description),
          "reasons": .array(answer.reasons.map { .text($0) }),
          "fix": Cell(answer.fix).json,
        ]))
    } else {
      let name = taskName(target.detail, step, task)
      for reason in answer.reasons { context.out.line("\(name) \(escaped(reason))") }
      if let fix = answer.fix { context.out.line("fix: \(escaped(fix))") }
      if answer.reasons.isEmpty { context.out.line("\(name): \(answer.state)") }
    }
    return .success
  }
}
