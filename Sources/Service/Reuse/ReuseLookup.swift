import Base
import JobModel
import Scheduling
import Store

/// Finds results of earlier jobs for the tasks of a new one.
///
/// A step is found by a key of everything that its results depend on but for the values at its points;
/// then points are compared. Nothing is kept for single tasks, so a sweep of a million points is
/// submitted as fast as before, and one that was computed in part goes on where it stopped.
struct ReuseLookup {
  let installation: Installation
  let project: ProjectName
  let files: FileList

  /// So many earlier steps are looked at, the newest first.
  private static let stepsMax = 32
  /// A result that is scattered over more runs is computed again behind them.
  private static let runsMax = 20_000

  /// For each step what it is found by and, unless everything is to be computed, what it takes.
  func find(
    _ spec: JobSpec, _ plans: [StepPlan], isFresh: Bool
  ) throws(KilnError) -> [StepReuse] {
    var found: [StepReuse] = []
    for (step, plan) in zip(spec.steps, plans) {
      guard step.isReusable else {
        found.append(StepReuse())
        continue
      }
      let key = ReuseLookup.key(of: step, plan, names: PointSpace.names(of: step))
      found.append(StepReuse(key: key, runs: isFresh ? [] : try runs(for: step, key)))
    }
    return found
  }

  /// Of an input file with all that it includes, as tasks see them.
  private func digest(_ path: String) -> String {
    files.closure(of: path).map { "\($0.name)=\($0.digest)" }.joined(separator: "\n")
  }

  private static func key(of step: StepSpec, _ plan: StepPlan, names: [String]) -> String {
    var writer = JSONWriter()
    writer.beginArray()
    switch step.work {
    case .kernel(let name): writer.string("kernel \(name)")
    case .command(let words): for word in words { writer.string(word) }
    }
    let units = step.units.units.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let inputs = step.inputs.map(\.name)
    let execution = [
      step.isolation.map { "\($0)" }, step.checkpoint.map { "\($0)" }, step.stopWhen?.text,
    ].map { $0 ?? "" }
    for words in [units, step.outputs.sorted(), inputs.sorted(), names, execution] {
      writer.beginArray()
      for word in words { writer.string(word) }
      writer.endArray()
    }
    writer.integer(plan.cpus)
    writer.integer(Int(plan.memory.bytes))
    writer.endArray()
    return SHA256.of(writer.bytes).hex
  }

  // MARK: Points

  private func runs(for step: StepSpec, _ key: String) throws(KilnError) -> [ReusedRun] {
    let steps = try installation.store.reusableSteps(
      project: project, key: key, limit: ReuseLookup.stepsMax)
    guard !steps.isEmpty, let program = installation.program.identity else { return [] }
    let space = PointSpace(step, digests: digest)
    var sources = Sources(count: space.count)
    for step in steps where !sources.isComplete {
      guard let record = try installation.store.record(step.job) else { continue }
      let files = FileList(record.files)
      let lookup = ReuseLookup(installation: installation, project: project, files: files)
      let other = PointSpace(record.spec.steps[step.index], digests: lookup.digest)
      guard other.names == space.names else { continue }
      let executed = try installation.store.executed(step)
      let usable = ReuseLookup.usable(executed, count: other.count, program)
      sources.take(step, usable, of: other, for: space)
    }
    return sources.runs(atMost: ReuseLookup.runsMax)
  }

  /// Which tasks have a result of this program: the latest delivery that holds a task counts.
  private static func usable(
    _ executed: (succeeded: [TaskRange], published: [PublishedRange]), count: Int, _ program: String
  ) -> [Bool] {
    var isOurs = [Bool](repeating: false, count: count)
    for delivery in executed.published {
      let isSame = delivery.program == program
      for task in delivery.tasks.numbers where task <= count { isOurs[task - 1] = isSame }
    }
    var usable = [Bool](repeating: false, count: count)
    for tasks in executed.succeeded {
      for task in tasks.numbers where task <= count { usable[task - 1] = isOurs[task - 1] }
    }
    return usable
  }
}

/// From where each task of a new step takes its result.
private struct Sources {
  private var steps: [StepID] = []
  /// By task from 0: index in `steps`, or -1; and the task there.
  private var step: [Int16]
  private var task: [Int32]
  private var missing: Int

  init(count: Int) {
    step = [Int16](repeating: -1, count: count)
    task = [Int32](repeating: 0, count: count)
    missing = count
  }

  var isComplete: Bool { missing == 0 }

  mutating func take(
    _ source: StepID, _ usable: [Bool], of other: PointSpace, for space: PointSpace
  ) {
    guard usable.contains(true) else { return }
    steps.append(source)
    if space.isSame(as: other) {
      for index in usable.indices where usable[index] { set(index + 1, index + 1) }
    } else if let (ours, theirs) = PointSpace.codes(space, other) {
      var places: [Int: Int] = [:]
      theirs.forEach { task, code in if usable[task - 1] { places[code] = task } }
      var found: [(Int, Int)] = []
      ours.forEach { task, code in if let place = places[code] { found.append((task, place)) } }
      for (task, place) in found { set(task, place) }
    }
  }

  private mutating func set(_ number: Int, _ source: Int) {
    guard step[number - 1] < 0 else { return }
    step[number - 1] = Int16(steps.count - 1)
    task[number - 1] = Int32(source)
    missing -= 1
  }

  func runs(atMost most: Int) -> [ReusedRun] {
    var runs: [ReusedRun] = []
    for index in step.indices where step[index] >= 0 {
      let source = TaskID(step: steps[Int(step[index])], number: Int(task[index]))
      if let last = runs.last, last.tasks.last == index, last.source(of: index + 1) == source {
        runs[runs.count - 1].tasks = TaskRange(last.tasks.first, index + 1)
      } else {
        if runs.count == most { break }
        runs.append(ReusedRun(tasks: TaskRange(index + 1), source: source))
      }
    }
    return runs
  }
}
