import Base
import Engines
import Glibc
import JobModel
import Results
import Testing
import Wire

@Suite(.timeLimit(.minutes(2)))
struct FaultTests {
  @Test("a killed worker's finished tasks are recovered and its running one is lost")
  func killed() throws {
    let world = try PoolWorld()
    // The second task waits for longer than the test.
    let grant = world.grant(.kernel("test.sleep"), tasks: TaskRange(1, 3)) {
      $0.spec.sweep = Sweep(groups: [
        [
          Axis(
            name: "duration",
            values: .list([
              .quantity(0, unit: "s"), .quantity(1, unit: "h"), .quantity(0, unit: "s"),
            ]))
        ]
      ])
    }
    world.pool.start(grant, project: .main)
    try world.progress(of: grant, task: 2)
    kill(try world.page(try world.worker(of: grant)).pid, SIGKILL)
    let (outcomes, segment) = try world.death(of: grant)
    #expect(outcomes.map(\.tasks) == [TaskRange(1), TaskRange(2)])
    #expect(outcomes.map(\.reason) == [.succeeded, .lost])
    #expect(try world.records(segment).map(\.reason) == [.succeeded, .lost])
    #expect(try world.text("summary.json", task: 1, in: segment) != nil)
  }

  @Test("a kernel that traps ends as signalled, with its last words", arguments: [false, true])
  func trap(isFresh: Bool) throws {
    let world = try PoolWorld()
    let grant = world.grant(.kernel("test.trap"), tasks: TaskRange(4, 6)) { $0.isFresh = isFresh }
    world.pool.start(grant, project: .main)
    let (outcomes, segment) = try world.death(of: grant)
    #expect(outcomes.map(\.tasks) == [TaskRange(4)])
    let outcome = try #require(outcomes.first)
    guard case .signalled(let signal) = outcome.reason else {
      Issue.record("ended as \(outcome.reason)")
      return
    }
    #expect([SIGILL, SIGTRAP].contains(Int32(signal)))
    #expect(
      outcome.message?.hasSuffix("Fatal error: test.trap was asked to crash") == true,
      "\(outcome.message ?? "no message")")
    #expect(try world.text("stderr", task: 4, in: segment)?.contains("asked to crash") == true)
  }

  @Test(
    "a kernel that exhausts its memory limit ends as memory", arguments: [false, true])
  func exhaust(isFresh: Bool) throws {
    let world = try PoolWorld()
    let grant = world.grant(.kernel("test.exhaust")) {
      $0.isFresh = isFresh
      $0.memory = .mebibytes(128)
    }
    world.pool.start(grant, project: .main)
    let (outcomes, _) = try world.death(of: grant)
    #expect(outcomes.map(\.reason) == [.memory])
    #expect(outcomes.first?.message == "used more memory than its limit of 128 MiB")
    let peak = try #require(outcomes.first?.usage.peakMemory)
    #expect(peak > .mebibytes(100) && peak < .gibibytes(4), "peak \(peak)")
  }

  @Test("a kernel that never returns ends as time soon after its limit")
  func stuck() throws {
    let world = try PoolWorld()
    let grant = world.grant(.kernel("test.stuck")) { $0.spec.resources.time = Seconds(1) }
    let start = Instant.now()
    world.pool.start(grant, project: .main)
    let (outcomes, _) = try world.death(of: grant)
    #expect(outcomes.map(\.reason) == [.time])
    #expect(outcomes.first?.message == "ran longer than its limit of 1 s")
    let took = Instant.now() - start
    #expect(took > Seconds(2.9) && took < Seconds(8), "took \(took)")
  }

  @Test("a cancel stops the running task and keeps later ones from starting")
  func cancel() throws {
    let world = try PoolWorld()
    let grant = world.grant(
      .kernel("test.sleep"), tasks: TaskRange(1, 3),
      parameters: ["duration": .quantity(1, unit: "h")])
    world.pool.start(grant, project: .main)
    try world.progress(of: grant, task: 1)
    world.pool.cancel(grant.slot, grant.epoch, nil)
    let delivery = try world.delivery(of: grant)
    #expect(delivery.outcomes.map(\.tasks) == [TaskRange(1, 3)])
    #expect(delivery.outcomes.map(\.reason) == [.cancelled])
  }

  @Test("a cancel of one task leaves the others alone")
  func cancelOne() throws {
    let world = try PoolWorld()
    let grant = world.grant(
      .kernel("test.sleep"), tasks: TaskRange(1, 3),
      parameters: ["duration": .quantity(300, unit: "ms")])
    world.pool.start(grant, project: .main)
    try world.progress(of: grant, task: 1)
    world.pool.cancel(grant.slot, grant.epoch, TaskRange(2))
    let delivery = try world.delivery(of: grant)
    #expect(delivery.outcomes.map(\.reason) == [.succeeded, .cancelled, .succeeded])
  }

  @Test("a worker that cannot start costs one attempt and says why")
  func unstartable() throws {
    let world = try PoolWorld(program: "/bin/false")
    let grant = world.grant(.kernel("test.sleep"), tasks: TaskRange(1, 3))
    world.pool.start(grant, project: .main)
    let (outcomes, _) = try world.death(of: grant)
    #expect(outcomes.map(\.tasks) == [TaskRange(1)])
    #expect(outcomes.map(\.reason) == [.lost])
    #expect(outcomes.first?.message == "its worker could not start: it ended with status 1")
  }
}
