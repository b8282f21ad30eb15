import Base
import Engines
import Glibc
import JobModel
import Testing
import Wire

@Suite(.timeLimit(.minutes(10)))
struct PoolTests {
  @Test("a worker serves one project in its life")
  func projects() throws {
    let world = try PoolWorld()
    var workers: [String] = []
    for project in ["chassis", "chassis", "engine"] {
      let grant = world.grant(.kernel("test.sleep"))
      _ = try world.deliver(grant, project: ProjectName(project))
      world.pool.accepted(grant.epoch)
      workers.append(try world.worker(of: grant))
    }
    #expect(workers[0] == workers[1])
    #expect(workers[1] != workers[2])
  }

  @Test("a fresh lease gets a process of its own that leaves afterwards")
  func fresh() throws {
    let world = try PoolWorld()
    var workers: Set<String> = []
    for _ in 0..<3 {
      let grant = world.grant(.kernel("test.sleep")) { $0.isFresh = true }
      _ = try world.deliver(grant)
      world.pool.accepted(grant.epoch)
      let worker = try world.worker(of: grant)
      workers.insert(worker)
      try until("the worker has left") {
        try FileTree.entries(world.state.workers).allSatisfy { !$0.name.hasPrefix(worker) }
      }
    }
    #expect(workers.count == 3)
  }

  @Test(
    "a worker says that its tasks have run before it hands in what they left",
    arguments: [Work.kernel("test.sleep"), .command(["/bin/true"])])
  func computed(_ work: Work) throws {
    let world = try PoolWorld()
    let grant = world.grant(work)
    _ = try world.deliver(grant)
    let computed = world.events.all.firstIndex {
      if case .computed(grant.slot, grant.epoch) = $0 { true } else { false }
    }
    let delivered = world.events.all.firstIndex {
      if case .delivered = $0 { true } else { false }
    }
    #expect(try #require(computed) < #require(delivered))
  }

  @Test(
    "a worker says when its tasks are about to have run; what is granted then waits for the last of them"
  )
  func foreseen() throws {
    let world = try PoolWorld()
    let nap = ["duration": Value.quantity(0.01, unit: "s")]
    let first = world.grant(.kernel("test.sleep"), tasks: TaskRange(1, 4), parameters: nap)
    world.pool.start(first, project: .main)
    let isFirst = { (event: EngineEvent) -> Bool? in
      if case .computed(first.slot, first.epoch) = event { true } else { nil }
    }
    let _: Bool = try world.events.first("the end of the first lease", isFirst)
    let second = world.grant(.kernel("test.sleep"), parameters: nap, slot: 2)
    world.pool.start(second, project: .main)
    let (one, two) = (try world.delivery(of: first), try world.delivery(of: second))
    #expect(world.events.all.count { isFirst($0) == true } == 2, "foreseen, and then so")
    let last = try #require(try world.records(one.segment).last)
    let next = try #require(try world.records(two.segment).first)
    #expect(next.startedAt.milliseconds >= last.startedAt.milliseconds + 10)
    #expect(next.enforcement?.processors.isEmpty == false)
  }

  @Test(
    "what waits, made ready, for a lease that is about to end begins too when that lease's worker dies",
    arguments: [Work.kernel("test.sleep"), .command(["/bin/true"])])
  func foreseenDeath(_ work: Work) throws {
    let world = try PoolWorld()
    let first = try world.startNeverEnding()
    let second = world.grant(work, tasks: TaskRange(1, 2), slot: 2)
    try world.startWaiting(second)
    world.pool.cancel(second.slot, second.epoch, TaskRange(2))
    #expect(world.events.deliveries(of: second) == 0)
    world.pool.kill(first.slot, first.epoch)
    #expect(try world.delivery(of: second).outcomes.map(\.reason) == [.succeeded, .cancelled])
  }

  @Test("a fresh worker's libraries start with the lease's threads")
  func threads() throws {
    let world = try PoolWorld()
    let grant = world.grant(
      .kernel("test.sleep"), parameters: ["duration": .quantity(1, unit: "h")]
    ) {
      $0.isFresh = true
      $0.spec.resources.cpus = 3
    }
    world.pool.start(grant, project: .main)
    try world.progress(of: grant, task: 1)
    let pid = try world.page(try world.worker(of: grant)).pid
    let environment = try Descriptor.open("/proc/\(pid)/environ", O_RDONLY)
    let variables = try environment.read(at: 0, count: 1 << 20).split(separator: 0)
      .map { String(decoding: $0, as: UTF8.self) }
    #expect(variables.contains("OPENBLAS_NUM_THREADS=3"))
    #expect(variables.contains("SWIFT_BACKTRACE=enable=no"))
    world.pool.kill(grant.slot, grant.epoch)
    #expect(try world.death(of: grant).outcomes.map(\.reason) == [.lost])
  }

  @Test("repeated calls change nothing")
  func repeats() throws {
    let world = try PoolWorld()
    let grant = world.grant(.kernel("test.sleep"), tasks: TaskRange(1, 2))
    for _ in 0..<3 { world.pool.start(grant, project: .main) }
    let delivery = try world.delivery(of: grant)
    for _ in 0..<3 {
      world.pool.cancel(grant.slot, grant.epoch, nil)
      world.pool.accepted(grant.epoch)
      world.pool.kill(grant.slot, grant.epoch)
      world.pool.start(grant, project: .main)
    }
    // A later lease shows that the pool has dealt with all of it.
    _ = try world.deliver(world.grant(.kernel("test.sleep")))
    #expect(world.events.deliveries(of: grant) == 1)
    #expect(try world.records(delivery.segment).count == 2)
    let ends = world.events.all.count {
      if case .died = $0 { true } else { false }
    }
    #expect(ends == 0)
  }

  @Test("a state directory deeper than a socket's address works")
  func longPath() throws {
    let world = try PoolWorld(depth: 8)
    #expect(world.state.workerSocket.utf8.count > 150)
    let delivery = try world.deliver(world.grant(.kernel("test.sleep")))
    #expect(delivery.outcomes.map(\.reason) == [.succeeded])
  }

  @Test("only the owner may connect to the socket")
  func rights() throws {
    let world = try PoolWorld()
    var facts = stat()
    #expect(unsafe stat(world.state.workerSocket, &facts) == 0)
    #expect(facts.st_mode & 0o777 == 0o600)
  }

  @Test("bytes that are no frames harm only their connection", arguments: [UInt64(1), 2, 3])
  func garbage(seed: UInt64) throws {
    let world = try PoolWorld()
    var random = SplitMix64(seed: seed)
    for _ in 0..<20 {
      let socket = try UnixSocket.connect(world.state.workerSocket)
      let bytes = (0..<Int.random(in: 1...200, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      try socket.write(bytes)
    }
    let delivery = try world.deliver(world.grant(.kernel("test.sleep")))
    #expect(delivery.outcomes.map(\.reason) == [.succeeded], "seed \(seed)")
  }

  @Test("the machine has processors and memory")
  func capacity() throws {
    let capacity = try Machine.capacity()
    #expect(capacity.cpus >= 1 && capacity.cpus <= 8192)
    #expect(capacity.memory >= .mebibytes(64))
  }
}
