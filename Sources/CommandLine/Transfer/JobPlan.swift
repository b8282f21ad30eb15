import Base
import Catalogue
import JobModel

/// What a job is expected to take, step by step.
struct JobPlan: Sendable {
  struct Step: Sendable {
    let spec: StepSpec
    /// Mean seconds and largest memory of a task; nil for a command.
    let estimate: Estimate?
  }

  let name: String
  let steps: [Step]

  /// A larger sweep is estimated from so many of its points, evenly spread.
  private static let samplesMax = 100

  init(_ job: PreparedJob) throws(KilnError) {
    name = job.spec.name
    var steps: [Step] = []
    for step in job.spec.steps {
      steps.append(Step(spec: step, estimate: try JobPlan.estimate(step, job)))
    }
    self.steps = steps
  }

  private static func estimate(_ step: StepSpec, _ job: PreparedJob) throws(KilnError) -> Estimate?
  {
    guard case .kernel(let name) = step.work, let kernel = Catalogue.kernel(name) else {
      return nil
    }
    let defaults = kernel.parameters.compactMap { parameter in
      parameter.standard.map { (parameter.name, $0) }
    }
    let count = min(step.sweep.count, samplesMax)
    var seconds = 0.0
    var memory = ByteCount.zero
    for sample in 0..<count {
      let task = try TaskInstance(
        step: step, task: 1 + sample * step.sweep.count / count,
        defaults: Dictionary(uniqueKeysWithValues: defaults),
        parameterNames: Set(kernel.parameters.map(\.name)))
      let one = kernel.estimate(
        EstimateFacts(
          parameters: task.parameters,
          inputSizes: task.inputPaths.mapValues { path in
            closure(path, job).reduce(.zero) { $0 + $1.size }
          },
          outlines: task.inputPaths.mapValues { path in
            closure(path, job).reduce(DeckOutline()) {
              $0 + (job.outlines[$1.digest] ?? DeckOutline())
            }
          },
          cpus: step.resources.cpus))
      seconds += one.seconds.value / Double(count)
      memory = max(memory, one.memory)
    }
    return Estimate(seconds: Seconds(seconds), memory: memory)
  }

  /// A file with all that it includes, at any depth.
  private static func closure(_ path: String, _ job: PreparedJob) -> [InputFile] {
    var found: [InputFile] = []
    var open: Set<String> = [path]
    var seen: Set<String> = []
    while let next = open.popFirst() {
      guard seen.insert(next).inserted else { continue }
      for file in job.files {
        if file.path == next { found.append(file) }
        if file.includedBy == next { open.insert(file.path) }
      }
    }
    return found
  }

  private var totalSeconds: Double {
    steps.reduce(0) { total, step in
      let one = (step.estimate?.seconds.value ?? 0) * Double(step.spec.resources.cpus)
      return total + one * Double(step.spec.sweep.count)
    }
  }

  private var largestMemory: ByteCount {
    steps.map { $0.memory }.max() ?? .zero
  }

  var table: Table {
    var table = Table([
      Column("step"), Column("work", isElastic: true), Column("tasks"),
      Column("axes", isElastic: true),
      Column("cpus"), Column("memory"), Column("time_limit"), Column("seconds_each"),
      Column("total_seconds"), Column("needs"),
    ])
    for step in steps {
      let spec = step.spec
      let each = step.estimate?.seconds
      table.add([
        Cell(spec.name.isEmpty ? nil : spec.name), .text(spec.workText),
        .integer(Int64(spec.sweep.count)), Cell(axes(spec)), .integer(Int64(spec.resources.cpus)),
        .bytes(step.memory), spec.resources.time.map { .span($0) } ?? .empty,
        each.map { .span($0) } ?? .empty,
        each.map { .span($0 * Double(spec.resources.cpus) * Double(spec.sweep.count)) } ?? .empty,
        Cell(needs(spec)),
      ])
    }
    return table
  }

  /// `thickness: 3, load: 9`.
  private func axes(_ step: StepSpec) -> String? {
    let texts = step.sweep.axes.map { "\($0.name): \($0.values.count)" }
    return texts.isEmpty ? nil : texts.joined(separator: ", ")
  }

  private func needs(_ step: StepSpec) -> String? {
    var places = Set(step.needs.map(\.step))
    for input in step.inputs {
      if case .result(let place, _, _) = input.source { places.insert(place) }
    }
    let names = places.sorted().map { steps[$0].spec.name }
    return names.isEmpty ? nil : names.joined(separator: " ")
  }

  var sentence: String {
    let tasks = steps.reduce(0) { $0 + $1.spec.sweep.count }
    let unknown = steps.contains { $0.estimate == nil } ? ", not counting commands" : ""
    return "'\(name)': \(tasks == 1 ? "1 task" : "\(tasks) tasks"), about "
      + "\(Seconds(totalSeconds)) of processor time\(unknown), \(largestMemory) for the largest task"
  }
}

extension JobPlan.Step {
  /// What is asked for, else the estimate.
  var memory: ByteCount {
    spec.resources.memory ?? estimate?.memory ?? Resources.defaultMemory
  }
}

extension StepSpec {
  /// The kernel's name, or the command line.
  var workText: String {
    switch work {
    case .kernel(let name): name
    case .command(let words): words.joined(separator: " ")
    }
  }
}
