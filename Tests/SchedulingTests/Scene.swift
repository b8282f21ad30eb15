import Base
import JobModel
import Scheduling

/// A scheduler with an invented clock, and short ways to tell it what happens.
struct Scene {
  private(set) var scheduler: Scheduler
  private(set) var now = Instant(nanoseconds: 0)
  private(set) var actions: [Action] = []

  init(
    cpus: Int = 2, memory: ByteCount = .gibibytes(8), licences: [String: Int] = [:],
    lastEpoch: Int64 = 0, restored: [RestoredJob] = []
  ) {
    self.init(
      Capacity(cpus: cpus, memory: memory, pools: counted(licences)), lastEpoch: lastEpoch,
      restored: restored)
  }

  init(_ capacity: Capacity, lastEpoch: Int64 = 0, restored: [RestoredJob] = []) {
    scheduler = Scheduler(
      capacity: capacity, lastEpoch: Epoch(lastEpoch), restored: restored, at: now)
  }

  /// Tells one event and keeps its actions.
  @discardableResult
  mutating func tell(_ event: Event) -> [Action] {
    actions = scheduler.handle(event, at: now)
    return actions
  }

  mutating func pass(_ seconds: Double) { now = now + Seconds(seconds) }

  @discardableResult
  mutating func submit(
    _ id: Int64, _ steps: StepPlan..., priority: Int = 0, isHeld: Bool = false
  ) -> [Action] {
    tell(.submitted(plan(id, steps, priority: priority, isHeld: isHeld)))
  }

  /// Ends the lease of a slot, with all its tasks alike or as given.
  @discardableResult
  mutating func end(_ slot: Int, _ settlements: [Settlement]) -> [Action] {
    let epoch = lease(slot)?.epoch ?? Epoch(0)
    return tell(.leaseEnded(SlotID(slot), epoch, settlements))
  }

  @discardableResult
  mutating func end(_ slot: Int, _ reason: EndReason, wall: Double = 0.01) -> [Action] {
    let tasks = lease(slot)?.tasks ?? TaskRange(1)
    return end(
      slot,
      [Settlement(tasks: tasks, reason: reason, wall: Seconds(wall * Double(tasks.count)))])
  }

  func lease(_ slot: Int) -> Lease? { scheduler.leases.first { $0.slot == SlotID(slot) } }

  /// `1.1.1 1.1.2-5`: what is leased, by slot.
  var leased: String {
    scheduler.leases.map { "\($0.step.job).\($0.step.index + 1).\($0.tasks)" }
      .joined(separator: " ")
  }

  func state(_ job: Int64, _ step: Int, _ number: Int) -> TaskState? {
    scheduler.state(of: task(job, step, number))
  }

  func sentences(_ job: Int64, _ step: Int, _ number: Int) -> [String] {
    scheduler.explain(task(job, step, number), at: now)?.hindrances.map { $0.sentence() } ?? []
  }
}

/// Steps are counted from 1 here, as people read them.
func task(_ job: Int64, _ step: Int, _ number: Int) -> TaskID {
  TaskID(step: stepID(job, step), number: number)
}

func stepID(_ job: Int64, _ step: Int) -> StepID { StepID(job: JobID(job), index: step - 1) }

func plan(
  _ id: Int64, _ steps: [StepPlan], priority: Int = 0, isHeld: Bool = false
) -> JobPlan {
  JobPlan(id: JobID(id), project: .main, priority: priority, isHeld: isHeld, steps: steps)
}

/// A step of tasks that take a second each, so that every task gets a lease of its own.
func step(
  _ tasks: Int, cpus: Int = 1, memory: ByteCount = .gibibytes(1), licences: [String: Int] = [:],
  time: Double? = nil, retry: RetryPolicy = .standard, needs: [Dependency] = [],
  estimate: Double = 1, isFresh: Bool = false
) -> StepPlan {
  StepPlan(
    taskCount: tasks, cpus: cpus, memory: memory, pools: counted(licences),
    time: time.map { Seconds($0) }, retry: retry, dependencies: needs,
    estimate: Seconds(estimate), isFresh: isFresh)
}

/// Counts of licences as the scheduler knows them.
func counted(_ licences: [String: Int]) -> [Pool: Amount] {
  Dictionary(uniqueKeysWithValues: licences.map { (.licence($0.key), Amount($0.value)) })
}

/// A dependency on a step counted from 1.
func gather(_ step: Int) -> Dependency { Dependency(step: step - 1, wiring: .gather) }
func elementwise(_ step: Int) -> Dependency { Dependency(step: step - 1, wiring: .elementwise) }

func succeeded(_ first: Int, _ last: Int, wall: Double = 0.01) -> Settlement {
  Settlement(
    tasks: TaskRange(first, last), reason: .succeeded,
    wall: Seconds(wall * Double(last - first + 1)))
}

func ended(_ number: Int, _ reason: EndReason) -> Settlement {
  Settlement(tasks: TaskRange(number), reason: reason, wall: .milliseconds(10))
}

extension [Action] {
  /// The durable facts among them.
  var changes: [Change] {
    compactMap {
      switch $0 {
      case .record(let change): change
      case .grant, .cancel, .kill, .accept, .refuse: nil
      }
    }
  }

  /// The leases that are granted.
  var grants: [Lease] {
    compactMap {
      switch $0 {
      case .grant(let lease): lease
      case .record, .cancel, .kill, .accept, .refuse: nil
      }
    }
  }
}
