import Base
import JobModel
import Wire

private enum Options {
  static let tasks = Flag("--tasks", "List every task with its state and its point.")
}

extension CommandDeclaration {
  static let show = CommandDeclaration(
    "show", "Show a job: its steps, what it used, its first failures.",
    positionals: [.job], options: [Options.tasks.declaration],
    examples: [
      Example("kiln show last", "the newest job"),
      Example("kiln show 17 --tasks", "every task of the job 17"),
      Example("kiln show 17.4", "one task: its attempts, and what they were held to"),
    ]
  ) { arguments, context in
    let target = try context.target(arguments.words[0])
    if arguments[Options.tasks] {
      try showTasks(target, context)
    } else if target.tasks?.count == 1 {
      try showTask(target, context)
    } else if context.wantsJSON {
      context.show(JobPage.json(target.detail))
    } else {
      context.out.write(
        JobPage.text(
          target.detail, width: context.surroundings.pageWidth, style: context.style, now: .now()))
    }
    return .success
  }

  private static func showTask(_ target: Target, _ context: CommandContext) throws {
    let (step, task) = try target.singleTask()
    let report = try context.client().task(of: target.reference, step: step, task: task)
    if context.wantsJSON {
      context.show(TaskPage.json(report))
    } else {
      context.out.write(TaskPage.text(report, of: target.detail, style: context.style))
    }
  }

  private static func showTasks(_ target: Target, _ context: CommandContext) throws {
    var table = Table([
      Column("task"), Column("state"), Column("attempt"), Column("point", isElastic: true),
      Column("wall"), Column("memory"), Column("message", isElastic: true),
    ])
    let client = try context.client()
    for step in target.step.map({ [$0] }) ?? Array(target.detail.steps.indices) {
      let last = target.tasks?.last ?? target.detail.steps[step].counts.total
      var next = target.tasks?.first ?? 1
      while next <= last {
        let page = try client.tasks(
          of: target.reference, step: step, first: next, limit: min(1000, last - next + 1))
        guard let newest = page.last?.task, newest >= next else { break }
        for task in page { table.add(cells(task, target.detail), .of(task.state)) }
        next = newest + 1
      }
    }
    context.show(table)
  }

  private static func cells(_ task: TaskDetail, _ job: JobDetail) -> [Cell] {
    [
      .text(taskName(job, task.step, task.task)), .text(task.state.description),
      .integer(Int64(task.attempt)),
      .text(task.point.map { "\($0.name)=\($0.value)" }.joined(separator: " ")),
      task.usage.map { .span($0.wall) } ?? .empty,
      task.usage.map { .bytes($0.peakMemory) } ?? .empty, Cell(task.message),
    ]
  }
}

/// `17.fatigue.4`, or `17.4` with a single step.
func taskName(_ job: JobDetail, _ step: Int, _ task: Int) -> String {
  let name = job.steps.indices.contains(step) ? job.steps[step].name : ""
  return job.steps.count == 1 || name.isEmpty
    ? "\(job.summary.id).\(task)" : "\(job.summary.id).\(name).\(task)"
}
