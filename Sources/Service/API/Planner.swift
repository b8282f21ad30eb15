import Base
import Catalogue
import JobModel
import Scheduling

/// Turns steps into what the scheduler needs to know of them.
struct Planner {
  let files: FileList
  let scans: DeckScans

  /// Tasks below both limits share a long-lived worker; others get a process of their own.
  private static let sharedSecondsMax = Seconds(0.5)
  private static let sharedMemoryMax = ByteCount.mebibytes(256)
  /// Points of a sweep at which a kernel is asked for its estimate; the largest counts.
  private static let samplesMax = 16
  /// What a command may take is not known: its first lease is one task, the next follow its pace.
  private static let commandSeconds = Seconds(1)

  func plans(of spec: JobSpec) -> [StepPlan] { spec.steps.map(plan) }

  private func plan(_ step: StepSpec) -> StepPlan {
    let estimate = estimate(step)
    let memory = step.resources.memory ?? estimate?.memory ?? Resources.defaultMemory
    let isEstimated = step.resources.memory == nil && estimate != nil
    return StepPlan(
      taskCount: step.sweep.count, cpus: step.resources.cpus, memory: memory,
      gpus: step.resources.gpus, pools: step.resources.counted, time: step.resources.time,
      retry: isEstimated ? step.retry.withEstimatedMemory : step.retry,
      dependencies: dependencies(step),
      estimate: estimate?.seconds ?? Planner.commandSeconds,
      isFresh: isFresh(step, estimate, memory), isCheckpointed: step.checkpoint != nil)
  }

  /// Commands are processes of their own already; a shared worker has one thread.
  private func isFresh(_ step: StepSpec, _ estimate: Estimate?, _ memory: ByteCount) -> Bool {
    guard case .kernel = step.work, let estimate else { return false }
    return estimate.seconds >= Planner.sharedSecondsMax || memory > Planner.sharedMemoryMax
      || step.resources.cpus > 1
  }

  /// One dependency for each upstream step, the stricter wiring where inputs differ.
  private func dependencies(_ step: StepSpec) -> [Dependency] {
    var wirings: [Int: Wiring] = [:]
    for input in step.inputs {
      guard case .result(let upstream, _, let wiring) = input.source else { continue }
      wirings[upstream] = wirings[upstream] == .gather ? .gather : wiring
    }
    var conditions: [Int: NeedCondition] = [:]
    for need in step.needs {
      wirings[need.step] = .gather
      conditions[need.step] = need.condition
    }
    return wirings.sorted { $0.key < $1.key }.map {
      Dependency(step: $0.key, wiring: $0.value, condition: conditions[$0.key] ?? .ok)
    }
  }

  // MARK: Estimates

  /// The largest over a sample of the sweep; nil for a command.
  private func estimate(_ step: StepSpec) -> Estimate? {
    guard case .kernel(let name) = step.work, let kernel = Catalogue.kernel(name) else {
      return nil
    }
    let count = step.sweep.count
    let samples = min(count, Planner.samplesMax)
    let tasks = (0..<samples).map { samples == 1 ? 1 : 1 + $0 * (count - 1) / (samples - 1) }
    let estimates = tasks.map { kernel.estimate(facts(step, kernel, task: $0)) }
    return estimates.reduce(Estimate(seconds: .zero, memory: .zero)) {
      Estimate(seconds: max($0.seconds, $1.seconds), memory: max($0.memory, $1.memory))
    }
  }

  private func facts(_ step: StepSpec, _ kernel: KernelDeclaration, task: Int) -> EstimateFacts {
    let point = Dictionary(uniqueKeysWithValues: step.sweep.point(task).map { ($0.name, $0.value) })
    var parameters = step.parameters
    for parameter in kernel.parameters {
      if let value = point[parameter.name] ?? parameters[parameter.name] ?? parameter.standard {
        parameters[parameter.name] = value
      }
    }
    var sizes: [String: ByteCount] = [:]
    var outlines: [String: DeckOutline] = [:]
    for input in step.inputs {
      guard case .file(let path) = input.source else { continue }
      sizes[input.name] = files.size(of: path)
      outlines[input.name] = outline(path, of: input.name, kernel)
    }
    for name in step.sweptInputs {
      guard case .text(let path)? = point[name] else { continue }
      sizes[name] = files.size(of: path)
      outlines[name] = outline(path, of: name, kernel)
    }
    return EstimateFacts(
      parameters: parameters, inputSizes: sizes, outlines: outlines, cpus: step.resources.cpus)
  }

  /// What a deck tells of itself; nobody looks into other inputs, which may be large.
  private func outline(
    _ path: String, of input: String, _ kernel: KernelDeclaration
  ) -> DeckOutline? {
    guard let declared = kernel.inputs.first(where: { $0.name == input }),
      declared.mayInclude || declared.hasPlaceholders
    else { return nil }
    return scans.outline(path)
  }
}
