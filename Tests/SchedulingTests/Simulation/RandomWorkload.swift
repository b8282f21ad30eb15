import Base
import JobModel
import Scheduling

/// What clients ask of the server. Times are the world's.
enum Request {
  /// The job's number is decided by the server; the jobs that it waits for are named by how many
  /// numbers they are before it.
  case submit(JobPlan)
  case cancel(JobID, step: Int?, tasks: TaskRange?)
  case hold(JobID)
  case release(JobID)
  case retry(JobID, step: Int?, tasks: TaskRange?)
  case reserve(SlotReservation)
  case unreserve(name: String)
}

/// The jobs of a world and what is done to them, drawn from its seed.
struct RandomWorkload {
  static let label = "night"
  static let capacity = Capacity(
    cpus: 4, memory: .gibibytes(8), gpus: 2,
    pools: [.licence("solver"): .one, .named("tokens"): Amount(thousandths: 1500)],
    labelLimits: [label: 2])
  /// Seconds in which something new is asked.
  static let life = 390.0

  /// Requests with the seconds after the start at which they are made; the place is the key.
  private(set) var requests: [(after: Seconds, request: Request)] = []
  /// Seconds that a task takes, by job (counted from 0) and step.
  private(set) var durations: [[Seconds]] = []

  init(from random: inout SplitMix64) {
    let jobs = Int.random(in: 6...28, using: &random)
    for _ in 0..<jobs { addJob(&random) }
    for _ in 0..<Int.random(in: 0...20, using: &random) {
      let job = JobID(Int64.random(in: 1...Int64(jobs), using: &random))
      requests.append(
        (
          Seconds(Double.random(in: 1...RandomWorkload.life, using: &random)),
          RandomWorkload.change(job, &random)
        ))
    }
    for number in 0..<Int.random(in: 0...2, using: &random) { addReservation(number, &random) }
  }

  // MARK: Jobs

  private mutating func addJob(_ random: inout SplitMix64) {
    let steps = RandomWorkload.steps(&random)
    let durations = steps.map { _ in
      Seconds([0.001, 0.02, 0.5, 12].randomElement(using: &random) ?? 1)
    }
    let after = Double.random(in: 0...300, using: &random)
    var plan = JobPlan(
      id: JobID(0), project: .main, priority: Int.random(in: 0...2, using: &random),
      isHeld: oneIn(8, &random),
      maxRunning: oneIn(4, &random) ? Int.random(in: 1...2, using: &random) : nil, steps: steps)
    if oneIn(6, &random) { plan.begin = instant(after + .random(in: 0...30, using: &random)) }
    if oneIn(6, &random) { plan.deadline = instant(after + .random(in: 5...120, using: &random)) }
    if oneIn(3, &random) { plan.labels = [RandomWorkload.label] }
    plan.isPreemptible = oneIn(3, &random)
    for distance in 1...3 as ClosedRange<Int64> where oneIn(8, &random) {
      let condition =
        [.ok, .ok, .notOk, .any, .each].randomElement(using: &random) ?? JobCondition.ok
      plan.after.append(JobDependency(JobNeed(JobID(distance), condition)))
    }
    for index in steps.indices where oneIn(2, &random) {
      // Now and then too short: such tasks end for want of time.
      plan.steps[index].time = durations[index] * .random(in: 1...4, using: &random)
    }
    self.durations.append(durations)
    requests.append((Seconds(after), .submit(plan)))
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
          cpus: [1, 1, 2, 4].randomElement(using: &random) ?? 1,
          memory: .gibibytes(Int64.random(in: 1...4, using: &random)),
          gpus: Amount(thousandths: [0, 0, 400, 1000, 2000].randomElement(using: &random) ?? 0),
          pools: pools(&random), retry: retry(&random), dependencies: dependencies,
          estimate: Seconds([0, 0.01, 1].randomElement(using: &random) ?? 0),
          isFresh: oneIn(3, &random)))
      if oneIn(6, &random) {
        let first = Int.random(in: 1...steps[index].taskCount, using: &random)
        steps[index].reused = [
          TaskRange(first, Int.random(in: first...steps[index].taskCount, using: &random))
        ]
      }
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

  private static func pools(_ random: inout SplitMix64) -> [Pool: Amount] {
    var pools: [Pool: Amount] = [:]
    if oneIn(5, &random) { pools[.licence("solver")] = .one }
    if oneIn(5, &random) { pools[.named("tokens")] = Amount(thousandths: 700) }
    return pools
  }

  private static func retry(_ random: inout SplitMix64) -> RetryPolicy {
    guard !oneIn(5, &random) else { return .never }
    return .limited(
      RetryLimits(
        lost: Int.random(in: 0...4, using: &random), failed: Int.random(in: 0...1, using: &random),
        signalled: Int.random(in: 0...1, using: &random), time: 0,
        memory: Int.random(in: 0...2, using: &random)))
  }

  // MARK: What else is asked

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

  private mutating func addReservation(_ number: Int, _ random: inout SplitMix64) {
    let from = Double.random(in: 0...100, using: &random)
    let until = from + .random(in: 5...40, using: &random)
    let reservation = SlotReservation(
      name: "r\(number)", cpus: Int.random(in: 1...2, using: &random),
      memory: .gibibytes(Int64.random(in: 0...2, using: &random)),
      gpus: Int.random(in: 0...1, using: &random), from: instant(from), until: instant(until),
      holder: .label(RandomWorkload.label))
    let told = Double.random(in: 0...from, using: &random)
    requests.append((Seconds(told), .reserve(reservation)))
    guard oneIn(3, &random) else { return }
    requests.append(
      (Seconds(.random(in: told...until, using: &random)), .unreserve(name: reservation.name)))
  }
}

private func oneIn(_ count: Int, _ random: inout SplitMix64) -> Bool {
  Int.random(in: 0..<count, using: &random) == 0
}

private func instant(_ seconds: Double) -> Instant { Instant(nanoseconds: 0) + Seconds(seconds) }

extension JobPlan {
  /// The same job on a clock that is ahead by `offset`.
  func shifted(by offset: Seconds) -> JobPlan {
    var plan = self
    plan.begin = begin.map { $0 + offset }
    plan.deadline = deadline.map { $0 + offset }
    return plan
  }
}

extension SlotReservation {
  func shifted(by offset: Seconds) -> SlotReservation {
    var reservation = self
    reservation.from = from + offset
    reservation.until = until + offset
    return reservation
  }
}
