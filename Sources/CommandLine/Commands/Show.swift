import Base
import JobModel
import Wire

private enum Options {
  static let tasks = Flag("--tasks", "List every task with its state and its point.")
  static let attempts = Flag("--attempts", "List every attempt of every task: the timeline.")
}

extension CommandDeclaration {
  static let show = CommandDeclaration(
    "show", "Show a job: steps, usage, first failures, the timeline of attempts.",
    discussion: """
      The timeline says of each attempt when it was queued, given to a worker, begun and ended, \
      how it ended, on which slot, and what it used; on a terminal as time since the submission. \
      Of a job with more than 20 tasks, --attempts shows it; of a task, it is always there.
      """,
    positionals: [.job], options: [Options.tasks.declaration, Options.attempts.declaration],
    examples: [
      Example("kiln show last", "the newest job"),
      Example("kiln show 17.4", "one task and its attempts"),
      Example("kiln show 17 --tasks", "every task of the job 17"),
      Example("kiln show 17 --attempts", "what happened when"),
    ]
  ) { arguments, context in
    let target = try context.target(arguments.words[0])
    if arguments[Options.tasks] {
      try showTasks(target, context)
    } else if arguments[Options.attempts] {
      try showAttempts(target, context)
    } else if target.tasks?.count == 1 {
      try showTask(target, context)
    } else if target.tasks != nil {
      try showPart(target, context)
    } else {
      try showJob(target, context)
    }
    return .success
  }

  /// Of a job with more tasks, the timeline is shown only when it is asked for.
  private static let timelineMax = 20

  private static func showJob(_ target: Target, _ context: CommandContext) throws {
    let isShort = target.detail.summary.counts.total <= timelineMax
    let attempts = isShort ? try context.attempts(target) : nil
    if context.wantsJSON {
      return context.show(JobPage.json(target.detail, attempts: attempts?.json))
    }
    context.out.write(
      JobPage.text(
        target.detail, width: context.surroundings.pageWidth, style: context.style, now: .now()))
    if let attempts { context.out.write(attempts.section(context)) }
  }

  private static func showAttempts(_ target: Target, _ context: CommandContext) throws {
    let attempts = try context.attempts(target)
    if context.wantsJSON { context.show(attempts.json) } else { context.show(attempts.table) }
  }

  private static func showTask(_ target: Target, _ context: CommandContext) throws {
    let (step, task) = try target.singleTask()
    let report = try context.client().task(of: target.reference, step: step, task: task)
    var attempts = AttemptTable(target.detail)
    for attempt in report.attempts { attempts.add(attempt) }
    if context.wantsJSON {
      return context.show(TaskPage.json(report.task, attempts: attempts.json))
    }
    context.out.write(TaskPage.text(report, of: target.detail, style: context.style))
    context.out.write(attempts.section(context))
    context.out.write(TaskPage.limits(report.attempts))
  }

  /// Several tasks: where they stand and what became of their attempts.
  private static func showPart(_ target: Target, _ context: CommandContext) throws {
    let attempts = try context.attempts(target)
    if context.wantsJSON {
      let tasks = try context.tasks(target).map { TaskPage.json($0, attempts: nil) }
      return context.show(.object(["tasks": .array(tasks), "attempts": attempts.json]))
    }
    try showTasks(target, context)
    context.out.write(attempts.section(context))
  }

  private static func showTasks(_ target: Target, _ context: CommandContext) throws {
    var table = Table([
      Column("task"), Column("state"), Column("attempt"), Column("point", isElastic: true),
      Column("wall"), Column("memory"), Column("message", isElastic: true),
    ])
    for task in try context.tasks(target) {
      table.add(cells(task, target.detail), .of(task.state))
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

extension CommandContext {
  /// Everything about the tasks that are meant, a page at a time.
  fileprivate func tasks(_ target: Target) throws -> [TaskDetail] {
    var tasks: [TaskDetail] = []
    for step in target.step.map({ [$0] }) ?? Array(target.detail.steps.indices) {
      let last = target.tasks?.last ?? target.detail.steps[step].counts.total
      var next = target.tasks?.first ?? 1
      while next <= last {
        let page = try client().tasks(
          of: target.reference, step: step, first: next, limit: min(1000, last - next + 1))
        guard let newest = page.last?.task, newest >= next else { break }
        tasks += page
        next = newest + 1
      }
    }
    return tasks
  }

  fileprivate func attempts(_ target: Target) throws -> AttemptTable {
    var rows = AttemptTable(target.detail)
    try client().attempts(of: target.reference, target.selection) { attempt throws(Problems) in
      rows.add(attempt)
    }
    return rows
  }
}

/// `17.fatigue.4`, or `17.4` with a single step.
func taskName(_ job: JobDetail, _ step: Int, _ task: Int) -> String {
  let name = job.steps.indices.contains(step) ? job.steps[step].name : ""
  return job.steps.count == 1 || name.isEmpty
    ? "\(job.summary.id).\(task)" : "\(job.summary.id).\(name).\(task)"
}
