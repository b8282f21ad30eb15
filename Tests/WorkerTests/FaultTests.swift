import Base
import CLinux
import Engines
import Glibc
import JobModel
import Results
import TestSupport
import Testing
import Wire

@Suite(.timeLimit(.minutes(10)))
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

  @Test("an allocation that the limit refuses ends as memory, not as a crash")
  func refusedAllocation() throws {
    let world = try PoolWorld()
    let grant = world.grant(.kernel("test.exhaust")) {
      $0.isFresh = true
      $0.memory = .gibibytes(16)
    }
    world.pool.start(grant, project: .main)
    try world.progress(of: grant, task: 1)
    // Far below what the watchdog would stop.
    let pid = try world.page(try world.worker(of: grant)).pid
    #expect(kiln_prlimit(pid, Int32(RLIMIT_DATA.rawValue), 64 << 20, 64 << 20) == 0)
    let (outcomes, _) = try world.death(of: grant)
    #expect(outcomes.map(\.reason) == [.memory])
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

  @Test("SIGTERM lets a worker finish its lease and leave")
  func drain() throws {
    let world = try PoolWorld()
    let grant = world.grant(
      .kernel("test.sleep"), tasks: TaskRange(1, 2),
      parameters: ["duration": .quantity(200, unit: "ms")])
    world.pool.start(grant, project: .main)
    try world.progress(of: grant, task: 1)
    let worker = try world.worker(of: grant)
    kill(try world.page(worker).pid, SIGTERM)
    #expect(try world.delivery(of: grant).outcomes.map(\.reason) == [.succeeded])
    world.pool.accepted(grant.epoch)
    try until("the worker has left") {
      try FileTree.entries(world.state.workers).allSatisfy { !$0.name.hasPrefix(worker) }
    }
    // Its slot serves on, with another worker; the pool may try the one that has left first.
    let next = world.grant(.kernel("test.sleep"))
    _ = try world.deliver(next)
    let successor = try world.events.first("another worker") { event -> String? in
      guard case .assigned(let other, _, next.epoch) = event, other != worker else { return nil }
      return other
    }
    #expect(successor != worker)
  }

  @Test(
    "a full disk delays a result, loses none, and is not counted as a task's time",
    .enabled(if: SmallDisk.isPossible),
    arguments: [Work.kernel("test.sleep"), .command(["/bin/sleep", "0.02"])])
  func fullDisk(_ work: Work) throws {
    let disk = try SmallDisk(mebibytes: 4)
    let world = try PoolWorld(on: disk)
    let isKernel = if case .kernel = work { true } else { false }
    let grant = world.grant(
      work, tasks: TaskRange(1, 60),
      parameters: isKernel ? ["duration": .quantity(20, unit: "ms")] : [:]
    ) { $0.spec.resources.time = Seconds(2) }
    world.pool.start(grant, project: .main)
    let worker = try world.worker(of: grant)
    try until("a task is over") { ((try? world.page(worker))?.finished ?? 0) > 0 }
    let ballast = try disk.fill()
    // The segment's first block has room for a few records more.
    try until("a task is over, and waits to be recorded") {
      let page = try world.page(worker)
      return page.task != nil && Instant.now() - page.started > Seconds(2.5)
    }
    try FileTree.remove(ballast)
    let delivery = try world.delivery(of: grant)
    #expect(delivery.outcomes.map(\.reason) == [.succeeded])
    #expect(try world.records(delivery.segment).map(\.task) == Array(1...60))
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
