import Base
import JobModel
@testable import Scheduling

/// What must hold after every event and after every turn.
extension SimulatedWorld {
  /// After every event: what is granted fits, and what is said to be in use is in use.
  func checkCapacity(_ actions: [Action]) throws(Violation) {
    guard let scheduler = server?.scheduler else { return }
    let leases = scheduler.slots.compactMap { $0?.isComputed == false ? $0?.lease : nil }
    let cpus = leases.reduce(0) { $0 + $1.cpus }
    let memory = leases.reduce(ByteCount.zero) { $0 + $1.memory }
    try require(
      scheduler.busyCpus == cpus && scheduler.busyMemory == memory,
      "\(scheduler.busyCpus) cpus are said to be in use, \(cpus) are")
    if !actions.grants.isEmpty { try checkRoom(leases, actions.grants) }
    // A restarted server takes leases for running whose tasks have run, until they are delivered.
    let granted = Set(actions.grants.map(\.step.job))
    for (id, leases) in Dictionary(grouping: leases, by: \.step.job) where granted.contains(id) {
      let most = plan(id)?.maxRunning ?? .max
      try require(leases.count <= most, "job \(id) has \(leases.count) leases, \(most) are allowed")
    }
  }

  /// Added up from the leases and what their jobs ask for: nothing is granted beyond what there is.
  private func checkRoom(_ leases: [Lease], _ granted: [Lease]) throws(Violation) {
    guard let capacity = server?.capacity else { return }
    var room = Room(capacity)
    for lease in leases {
      guard let need = asked(lease) else { continue }
      room.take(need, gpus: lease.gpus)
    }
    for lease in granted {
      guard let need = asked(lease) else { continue }
      try require(
        Set(lease.gpus).count == need.gpuCount
          && lease.gpus.allSatisfy { $0 < capacity.gpus && room.gpus[$0] >= .zero },
        "lease \(lease.epoch) has gpus \(lease.gpus), of which \(room.gpus) is left")
      try require(
        room.cpus >= 0 && room.memory >= .zero
          && need.pools.keys.allSatisfy { room.pools[$0, default: .zero] >= .zero },
        "lease \(lease.epoch) exceeds what there is: \(room)")
    }
  }

  private func asked(_ lease: Lease) -> Need? {
    guard let plan = plan(lease.step.job) else { return nil }
    let step = plan.steps[lease.step.index]
    var need = Need(cpus: lease.cpus, memory: lease.memory, gpus: step.gpus, pools: step.pools)
    for label in plan.labels where server?.capacity.labelLimits[label] != nil {
      need.pools[.label(label)] = .one
    }
    return need
  }

  /// The job as it was submitted, in the world's time.
  func plan(_ id: JobID) -> JobPlan? {
    server?.submitted[id] ?? store.jobs[id]?.plan
  }

  /// After every turn: memory says the same as the durable copy.
  func compare(_ ids: Set<JobID>) throws(Violation) {
    guard let scheduler = server?.scheduler else { return }
    try require(
      scheduler.leases == store.leases.values.sorted { $0.slot < $1.slot },
      "leases in memory differ from those on disk")
    for id in ids { try compare(id, scheduler) }
  }

  func compareAll() throws(Violation) { try compare(Set(store.jobs.keys)) }

  private func compare(_ id: JobID, _ scheduler: Scheduler) throws(Violation) {
    guard let job = store.jobs[id] else { throw Violation("job \(id) is not on disk") }
    guard let state = scheduler.jobState(id), let counts = scheduler.counts(id) else {
      return try require(job.ended != nil, "job \(id) is forgotten")
    }
    try require(state.isEnded == (job.ended != nil), "job \(id) is \(state) in memory only")
    if let ended = job.ended { try require(state == ended, "job \(id) is \(state) in memory") }
    for (index, tasks) in job.steps.enumerated() {
      var expected = TaskCounts()
      for (offset, stored) in tasks.enumerated() {
        let task = TaskID(step: StepID(job: id, index: index), number: offset + 1)
        let disk = store.state(of: task)
        let memory = scheduler.state(of: task)
        try require(
          disk == memory, "\(task.name): \(text(disk)) on disk, \(text(memory)) in memory")
        try require(
          scheduler.attempt(of: task) == stored.nextAttempt, "\(task.name): attempts differ")
        if let disk { expected.add(disk) }
      }
      try require(counts[index] == expected, "step \(index) of job \(id) counts \(counts[index])")
    }
  }

  private func text(_ state: TaskState?) -> String { state.map(\.description) ?? "nothing" }
}

extension TaskCounts {
  fileprivate mutating func add(_ state: TaskState) {
    switch state {
    case .waiting: waiting += 1
    case .ready, .held: ready += 1
    case .running: running += 1
    case .ended(.succeeded): succeeded += 1
    case .ended(.cancelled): cancelled += 1
    case .ended: failed += 1
    }
  }
}
