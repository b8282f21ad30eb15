import Base
import JobModel
import Testing

@testable import Scheduling

/// The guarantee: the first task that does not fit starts no later than time limits said when it
/// became the first.
@Suite("backfill") struct BackfillTests {
  private let start = Instant(nanoseconds: 0)

  @Test("the start is planned for when enough has ended, and what is left beside it is known")
  func plannedStart() throws {
    let free = Room(cpus: 1, memory: .gibibytes(8))
    let endings = [30.0, 10, 20].map {
      PlannedStart.Ending(at: start + Seconds($0), need: Need(cpus: 1), gpus: [])
    }
    let planned = try #require(
      PlannedStart(of: Need(cpus: 3), free: free, endings: endings, now: start))
    #expect(planned.at == start + Seconds(20))
    #expect(planned.beside.cpus == 0)
    #expect(PlannedStart(of: Need(cpus: 5), free: free, endings: endings, now: start) == nil)
  }

  @Test("an end that is overdue counts as now")
  func overdue() throws {
    let ending = PlannedStart.Ending(at: start, need: Need(cpus: 2), gpus: [])
    let now = start + Seconds(5)
    let planned = try #require(
      PlannedStart(
        of: Need(cpus: 2), free: Room(memory: .gibibytes(1)), endings: [ending], now: now))
    #expect(planned.at == now)
  }

  @Test("a task that is sure to end in time passes the one that waits; others do not")
  func passes() {
    var scene = Scene(cpus: 3)
    scene.submit(1, step(1, cpus: 2, time: 60))
    scene.submit(2, step(1, cpus: 3, time: 60))
    scene.submit(3, step(1, time: 61))
    scene.submit(4, step(1))
    #expect(
      scene.leased == "1.1.1", "neither one that may take too long, nor one of unknown length")
    scene.submit(5, step(1, time: 60))
    #expect(scene.leased == "1.1.1 5.1.1")
    #expect(
      scene.sentences(3, 1, 1).first
        == "needs 1 cpu; none is free")
    scene.end(2, .succeeded)
    #expect(
      scene.sentences(3, 1, 1).first
        == "would keep job 2 waiting, which is before it and starts in 1 min at the latest")
    scene.end(1, .succeeded)
    #expect(scene.leased == "2.1.1")
  }

  @Test("what the waiting task leaves over may be taken for any length of time")
  func besides() {
    var scene = Scene(cpus: 4)
    scene.submit(1, step(1, cpus: 3, time: 60))
    scene.submit(2, step(1, cpus: 3, time: 60))
    scene.submit(3, step(2))
    #expect(scene.leased == "1.1.1 3.1.1")
  }

  @Test("who is behind a job that has reached its limit is not overlooked")
  func behindLimit() {
    var scene = Scene(cpus: 3)
    scene.submit(9, step(1, cpus: 3), priority: 9)
    scene.submit(1, step(1, time: 60))
    var limited = plan(2, [step(1, cpus: 3), step(1, time: 30)])
    limited.maxRunning = 1
    scene.tell(.submitted(limited))
    scene.submit(3, step(1, time: 30))
    scene.end(1, .succeeded)
    #expect(scene.leased == "1.1.1 2.2.1 3.1.1")
  }

  @Test("a lease of many tasks is cut so that it ends in time")
  func cutLease() {
    var scene = Scene(cpus: 2)
    scene.submit(1, step(1, time: 10))
    scene.submit(2, step(1, cpus: 2))
    scene.submit(3, step(100, time: 3, estimate: 0.001))
    #expect(scene.lease(2)?.tasks == TaskRange(1, 3), "three times three seconds")
  }

  @Test(
    "however small tasks come and end, the large one starts when it was planned, or before",
    arguments: UInt64(1)...40)
  func guarantee(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var scene = Scene(cpus: 6)
    var ends: [Epoch: Instant] = [:]
    func note(_ actions: [Action], at now: Instant, _ limit: (Lease) -> Seconds) {
      for lease in actions.grants { ends[lease.epoch] = now + limit(lease) }
    }
    var limits: [JobID: Double] = [:]
    func limit(_ lease: Lease) -> Seconds {
      Seconds((limits[lease.step.job] ?? 1e9) * Double.random(in: 0.3...1, using: &random))
    }
    for job in Int64(1)...6 {
      limits[JobID(job)] = Double.random(in: 10...100, using: &random)
      note(scene.submit(job, step(1, time: limits[JobID(job)])), at: scene.now, limit)
    }
    let need = Int.random(in: 2...6, using: &random)
    scene.submit(100, step(1, cpus: need, time: 50))
    limits[JobID(100)] = 50
    let planned = try #require(scene.scheduler.plannedStart(of: Need(cpus: need)))
    var job = Int64(200)
    while scene.state(100, 1, 1) != .running {
      try #require(scene.now <= planned.at, "seed \(seed): it still waits after its planned start")
      if Bool.random(using: &random) {
        job += 1
        let time = Bool.random(using: &random) ? Double.random(in: 1...60, using: &random) : nil
        limits[JobID(job)] = time
        let cpus = Int.random(in: 1...3, using: &random)
        note(scene.submit(job, step(2, cpus: cpus, time: time)), at: scene.now, limit)
      }
      let next = scene.scheduler.leases.compactMap { ends[$0.epoch] }.min() ?? scene.now
      scene.pass(min(2, max(0, (next - scene.now).value)))
      for lease in scene.scheduler.leases where ends[lease.epoch].map({ $0 <= scene.now }) ?? false
      {
        note(scene.end(lease.slot.number, .succeeded), at: scene.now, limit)
      }
    }
  }
}
