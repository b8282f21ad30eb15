import Base
import JobModel
import Scheduling
import Store
import Testing
import Wire

/// The scheduler decides, the store remembers, and now and then the server restarts.
@Suite("the store under the scheduler")
struct SchedulerTests {
  private static let capacity = Capacity(
    cpus: 4, memory: .gibibytes(4), pools: [.licence("nastran"): Amount(3)])

  @Test(
    "a scheduler that starts from the store stands where the one before stood",
    arguments: 1...8 as ClosedRange<UInt64>)
  func restart(seed: UInt64) throws {
    let world = try StoreWorld()
    var random = SplitMix64(seed: seed)
    var scheduler = Scheduler(
      capacity: Self.capacity, lastEpoch: Epoch(0), restored: [], at: Instant(nanoseconds: 0))
    var jobs: [JobID] = []
    var restarts = 0
    for turn in 1...400 {
      let now = Instant(nanoseconds: Int64(turn) * 1_000_000)
      if turn % 57 == 0 {
        try world.reopen()
        let (live, _, lastEpoch) = try world.store.load()
        let next = Scheduler(
          capacity: Self.capacity, lastEpoch: lastEpoch, restored: live.map(\.restored), at: now)
        for job in live {
          let id = job.record.id
          #expect(next.counts(id) == scheduler.counts(id), "seed \(seed), turn \(turn)")
          #expect(next.jobState(id) == scheduler.jobState(id), "seed \(seed), turn \(turn)")
          #expect(next.leases == scheduler.leases, "seed \(seed), turn \(turn)")
        }
        restarts += live.isEmpty ? 0 : 1
        scheduler = next
      }
      var batch = Batch(at: Sample.now)
      let event = event(turn, scheduler, &jobs, &batch, &random)
      for action in scheduler.handle(event, at: now) {
        if case .record(let change) = action { batch.changes.append(change) }
      }
      try world.store.commit(batch)
    }
    #expect(restarts >= 4, "seed \(seed)")
    for id in jobs {
      let state = try #require(try world.store.summary(id)).summary.state
      if let live = scheduler.jobState(id) { #expect(state == live, "seed \(seed)") }
    }
  }

  private func event(
    _ turn: Int, _ scheduler: Scheduler, _ jobs: inout [JobID], _ batch: inout Batch,
    _ random: inout SplitMix64
  ) -> Event {
    let job = jobs.filter { scheduler.jobState($0) != nil }.randomElement(using: &random)
    switch Int.random(in: 0..<20, using: &random) {
    case 0, 1:
      let id = JobID(Int64(jobs.count + 1))
      jobs.append(id)
      let tasks = (0...Int.random(in: 0..<3, using: &random)).map { _ in
        Int.random(in: 1...30, using: &random)
      }
      batch.submissions = [Sample.record(id.number, tasks: tasks)]
      return .submitted(batch.submissions[0].plan)
    case 2: return job.map { .hold($0) } ?? .tick
    case 3, 4: return job.map { .release($0) } ?? .tick
    case 5: return job.map { .cancel($0, step: 0, tasks: TaskRange(2, 6)) } ?? .tick
    case 6: return job.map { .retry($0, step: nil, tasks: nil) } ?? .tick
    case 7: return job.map { .cancel($0, step: nil, tasks: nil) } ?? .tick
    default:
      guard let lease = scheduler.leases.randomElement(using: &random) else { return .tick }
      let outcomes = outcomes(lease, &random)
      batch.publications = [Sample.publication(lease, outcomes)]
      return .leaseEnded(
        lease.slot, lease.epoch,
        outcomes.map { Settlement(tasks: $0.tasks, reason: $0.reason, wall: $0.usage.wall) })
    }
  }

  /// Most tasks succeed; the rest of a lease may not have been executed.
  private func outcomes(_ lease: Lease, _ random: inout SplitMix64) -> [TaskOutcome] {
    let reasons: [EndReason] = [
      .succeeded, .succeeded, .succeeded, .succeeded, .lost, .failed(exit: 1), .memory, .time,
    ]
    var outcomes: [TaskOutcome] = []
    var first = lease.tasks.first
    while first <= lease.tasks.last, Int.random(in: 0..<12, using: &random) > 0 {
      let last = min(lease.tasks.last, first + Int.random(in: 0..<8, using: &random))
      let reason = reasons.randomElement(using: &random) ?? .lost
      outcomes.append(Sample.outcome(first...last, reason))
      first = last + 1
    }
    return outcomes
  }
}
