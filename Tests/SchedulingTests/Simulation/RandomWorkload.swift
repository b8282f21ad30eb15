import Base
import JobModel
import Scheduling

/// What clients ask of the server.
enum Request {
  /// The job's number is decided by the server.
  case submit(steps: [StepPlan], priority: Int, isHeld: Bool, maxRunning: Int?)
  case cancel(JobID, step: Int?, tasks: TaskRange?)
  case hold(JobID)
  case release(JobID)
  case retry(JobID, step: Int?, tasks: TaskRange?)
}

/// The jobs of a world and what is done to them, drawn from its seed.
struct RandomWorkload {
  static let capacity = Capacity(cpus: 3, memory: .gibibytes(8), pools: counted(["solver": 1]))

  /// Requests with the seconds after the start at which they are made; the place is the key.
  let requests: [(after: Seconds, request: Request)]
  /// Seconds that a task takes, by job (counted from 0) and step.
  let durations: [[Seconds]]

  init(from random: inout SplitMix64) {
    let jobs = Int.random(in: 1...4, using: &random)
    var requests: [(after: Seconds, request: Request)] = []
    var durations: [[Seconds]] = []
    for _ in 0..<jobs {
      let steps = RandomWorkload.steps(&random)
      durations.append(
        steps.map { _ in Seconds([0.001, 0.02, 0.5, 12].randomElement(using: &random) ?? 1) })
      requests.append(
        (
          Seconds(Double.random(in: 0...60, using: &random)),
          .submit(
            steps: steps, priority: Int.random(in: 0...1, using: &random),
            isHeld: Int.random(in: 0..<8, using: &random) == 0,
            maxRunning: Int.random(in: 0..<4, using: &random) == 0
              ? Int.random(in: 1...2, using: &random) : nil)
        ))
    }
    for _ in 0..<Int.random(in: 0...8, using: &random) {
      let job = JobID(Int64.random(in: 1...Int64(jobs), using: &random))
      requests.append(
        (
          Seconds(Double.random(in: 1...140, using: &random)),
          RandomWorkload.change(job, &random)
        ))
    }
    self.requests = requests
    self.durations = durations
  }

  private static func change(_ job: JobID, _ random: inout SplitMix64) -> Request {
    let step = [0, 0, 1, nil, nil].randomElement(using: &random) ?? nil
    let first = Int.random(in: 1...9, using: &random)
    let tasks =
      Bool.random(using: &random)
      ? TaskRange(first, first + Int.random(in: 0...9, using: &random)) : nil
    switch Int.random(in: 0..<6, using: &random) {
    case 0, 1: return .cancel(job, step: step, tasks: tasks)
    case 2: return .hold(job)
    case 3: return .release(job)
    default: return .retry(job, step: step, tasks: tasks)
    }
  }

  private static func steps(_ random: inout SplitMix64) -> [StepPlan] {
    let count = Int.random(in: 1...3, using: &random)
    let width = Int.random(in: 1...24, using: &random)
    var steps: [StepPlan] = []
    for index in 0..<count {
      var dependencies: [Dependency] = []
      for upstream in 0..<index where Bool.random(using: &random) {
        let isElementwise =
          steps[upstream].taskCount == width && Bool.random(using: &random)
        let conditions: [NeedCondition] = isElementwise ? [.ok] : [.ok, .ok, .any, .notOk]
        let condition = conditions.randomElement(using: &random) ?? .ok
        dependencies.append(
          Dependency(
            step: upstream, wiring: isElementwise ? .elementwise : .gather, condition: condition))
      }
      steps.append(
        StepPlan(
          taskCount: Bool.random(using: &random) ? width : Int.random(in: 1...8, using: &random),
          cpus: Int.random(in: 1...3, using: &random) / 2 + 1,
          memory: .gibibytes(Int64.random(in: 1...4, using: &random)),
          pools: Int.random(in: 0..<5, using: &random) == 0 ? counted(["solver": 1]) : [:],
          retry: retry(&random), dependencies: dependencies,
          estimate: Seconds([0, 0.01, 1].randomElement(using: &random) ?? 0),
          isFresh: Int.random(in: 0..<3, using: &random) == 0))
    }
    // An elementwise wiring needs equal counts.
    return steps.map { step in
      var step = step
      for (index, dependency) in step.dependencies.enumerated()
      where steps[dependency.step].taskCount != step.taskCount {
        step.dependencies[index].wiring = .gather
      }
      return step
    }
  }

  private static func retry(_ random: inout SplitMix64) -> RetryPolicy {
    guard Int.random(in: 0..<5, using: &random) > 0 else { return .never }
    return .limited(
      RetryLimits(
        lost: Int.random(in: 0...4, using: &random), failed: Int.random(in: 0...1, using: &random),
        signalled: Int.random(in: 0...1, using: &random), time: 0,
        memory: Int.random(in: 0...2, using: &random)))
  }
}
