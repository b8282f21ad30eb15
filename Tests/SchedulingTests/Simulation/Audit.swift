import Base
import JobModel
import Scheduling

/// What really happened in the workers, and what may not have happened there.
struct Audit {
  private var starts: [TaskID: Int] = [:]
  private var successes: Set<TaskID> = []
  private(set) var executions = 0

  mutating func started(
    _ task: TaskID, _ lease: Lease, by pid: Int, in world: SimulatedWorld
  ) throws(Violation) {
    let store = world.store
    executions += 1
    try require(
      store.leases[lease.epoch] == lease,
      "\(task.name) starts under lease \(lease.epoch), which is not out")
    for (other, worker) in world.workers where other != pid && worker.isAlive {
      try require(
        worker.runningTask != task, "\(task.name) runs on workers \(pid) and \(other) at once")
    }
    let busy = world.workers.values.filter { $0.isAlive && $0.runningTask != nil }
    let cpus = busy.reduce(0) { $0 + ($1.work?.lease.cpus ?? 0) }
    try require(
      cpus <= RandomWorkload.capacity.cpus, "\(cpus) cpus compute when \(task.name) starts")
    // What needs another end than success may go on while a user has that tried again.
    for need in store.needs(of: task) where need.condition == .ok {
      try require(
        store.isMet(need, by: store.upstream(of: task, need)),
        "\(task.name) starts before step \(need.step + 1) is as it needs it")
    }
    try require(!successes.contains(task), "\(task.name) succeeded, and is computed again")
    starts[task, default: 0] += 1
    if store.jobs[task.step.job]?.plan.steps[task.step.index].retry == .never {
      try require(
        starts[task, default: 0] <= 1 + (store[task]?.reopened ?? 0),
        "\(task.name) starts again, although it may start once only")
    }
  }

  mutating func succeeded(_ task: TaskID) { successes.insert(task) }
}
