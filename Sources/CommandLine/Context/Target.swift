import Base
import Client
import JobModel
import Wire

/// A job that exists, and the part of it that a selector means.
struct Target: Sendable {
  let detail: JobDetail
  /// Nil: all steps.
  let step: Int?
  /// Nil: all tasks.
  let tasks: TaskRange?

  var id: JobID { detail.summary.id }
  var reference: JobReference { .id(id) }
  var selection: TaskSelection { TaskSelection(step: step, tasks: tasks) }

  /// `17.fatigue.4`, as messages print it.
  var name: String {
    [
      "\(id)", step.map { detail.steps[$0].name }.flatMap { $0.isEmpty ? nil : $0 },
      tasks.map { "\($0)" },
    ].compactMap { $0 }.joined(separator: ".")
  }

  /// The one task that is meant.
  func singleTask() throws(KilnError) -> (step: Int, task: Int) {
    let step = step ?? 0
    if let tasks, tasks.count == 1 { return (step, tasks.first) }
    if tasks == nil, detail.steps.count == 1 || self.step != nil,
      detail.steps[step].counts.total == 1
    {
      return (step, 1)
    }
    throw KilnError(
      .usage, "\(name) has \(count) tasks", fix: "name one, as in \(exampleTask)")
  }

  /// Tasks that are meant, of all steps together.
  var count: Int {
    tasks?.count ?? step.map { detail.steps[$0].counts.total } ?? detail.summary.counts.total
  }

  private var exampleTask: String {
    let name = detail.steps.first?.name ?? ""
    return name.isEmpty ? "\(id).1" : "\(id).\(name).1"
  }
}

extension CommandContext {
  /// Everything that the words select, asked of the server.
  func targets(_ words: [String]) throws -> [Target] {
    var targets: [Target] = []
    for word in words {
      let selector = try Selector(word)
      switch selector.jobs {
      case .one(let job): targets.append(try target(selector, try client().job(job)))
      case .range(let first, let last): targets += try range(first, last)
      }
    }
    return targets
  }

  /// Exactly one job, or a part of it.
  func target(_ word: String) throws -> Target {
    let targets = try targets([word])
    guard let target = targets.first, targets.count == 1 else {
      throw KilnError(.usage, "'\(word)' means \(targets.count) jobs, and one is needed")
    }
    return target
  }

  /// As many jobs as the server lists at once.
  private static let page = 1000

  private func range(_ first: JobID, _ last: JobID) throws -> [Target] {
    var ids: [JobID] = []
    var before: JobID? = last.number == .max ? nil : JobID(last.number + 1)
    while true {
      let page = try client().jobs(JobFilter(before: before, limit: CommandContext.page)).map(\.id)
      ids += page.filter { $0 >= first }
      before = page.last
      guard page.count == CommandContext.page, let lowest = page.last, lowest > first else { break }
    }
    ids.sort()
    guard !ids.isEmpty else {
      throw KilnError(.notFound, "there is no job from \(first) to \(last)")
    }
    return try ids.map { Target(detail: try client().job(.id($0)), step: nil, tasks: nil) }
  }

  private func target(_ selector: Selector, _ detail: JobDetail) throws(KilnError) -> Target {
    let id = detail.summary.id
    var step: Int?
    if let name = selector.step {
      guard let found = detail.steps.firstIndex(where: { $0.name == name }) else {
        let names = detail.steps.map(\.name).filter { !$0.isEmpty }
        throw KilnError(
          .notFound, "job \(id) has no step '\(name)'",
          fix: nearest(to: name, among: names).map { "did you mean '\($0)'?" }
            ?? (names.isEmpty ? nil : "it has \(names.joined(separator: ", "))"))
      }
      step = found
    } else if selector.tasks != nil {
      guard detail.steps.count == 1 else {
        let names = detail.steps.map(\.name).joined(separator: ", ")
        throw KilnError(
          .usage, "job \(id) has \(detail.steps.count) steps: \(names)",
          fix: "name one, as in \(id).\(detail.steps[0].name).\(selector.tasks?.first ?? 1)")
      }
      step = 0
    }
    if let step, let tasks = selector.tasks, tasks.last > detail.steps[step].counts.total {
      let total = detail.steps[step].counts.total
      throw KilnError(
        .notFound, "there is no task \(tasks.last) in job \(id): it has \(total)")
    }
    return Target(detail: detail, step: step, tasks: selector.tasks)
  }
}
