import Base
import Engines
import Glibc
import JobModel
import Results
import Scheduling
import Testing
import Wire

@Suite(.timeLimit(.minutes(10)))
struct ServerDeathTests {
  @Test("a lease outlives its server and is delivered once to the next")
  func restart() throws {
    let world = try PoolWorld()
    let grant = world.grant(
      .kernel("test.sleep"), tasks: TaskRange(1, 2),
      parameters: ["duration": .quantity(300, unit: "ms")])
    world.pool.start(grant, project: .main)
    try world.progress(of: grant, task: 1)
    world.stop()
    let worker = try world.worker(of: grant)
    try until("the delivery is spooled") {
      try Spool.read(state: world.state, worker: worker) != nil
    }
    try world.restart()
    world.pool.adopt(world.lease(grant), worker: worker)
    let delivery = try world.delivery(of: grant)
    #expect(delivery.outcomes.map(\.reason) == [.succeeded])
    world.pool.accepted(grant.epoch)
    try until("the worker has left") {
      try FileTree.entries(world.state.workers)
        .allSatisfy { !$0.name.hasPrefix(worker) }
    }
    #expect(try world.records(delivery.segment).count == 2)
    #expect(world.events.deliveries(of: grant) == 1)
  }

  @Test("a lease in progress is reclaimed by its worker", arguments: [true, false])
  func reclaim(isNameKnown: Bool) throws {
    let world = try PoolWorld()
    let grant = world.grant(
      .kernel("test.sleep"), parameters: ["duration": .quantity(2, unit: "s")])
    world.pool.start(grant, project: .main)
    try world.progress(of: grant, task: 1)
    let worker = try world.worker(of: grant)
    world.stop()
    try world.restart()
    world.pool.adopt(world.lease(grant), worker: isNameKnown ? worker : nil)
    let _: Bool = try world.events.first("the worker reconnects") {
      guard case .connected(worker, grant.slot, grant.epoch) = $0 else { return nil }
      return true
    }
    #expect(try world.delivery(of: grant).outcomes.map(\.reason) == [.succeeded])
  }

  @Test("a lease that comes together with the acceptance of the one before is held")
  func backToBack() throws {
    let world = try PoolWorld()
    var last = world.grant(.kernel("test.sleep"))
    _ = try world.deliver(last)
    for _ in 0..<20 {
      let next = world.grant(
        .kernel("test.sleep"), parameters: ["duration": .quantity(30, unit: "ms")])
      world.pool.accepted(last.epoch)
      world.pool.start(next, project: .main)
      try world.progress(of: next)
      #expect(try world.page(try world.worker(of: next)).epoch == next.epoch)
      _ = try world.delivery(of: next)
      last = next
    }
  }

  @Test("a worker that waits with its delivery leaves once the state directory is gone")
  func homeless() throws {
    let world = try PoolWorld()
    let grant = world.grant(.kernel("test.sleep"))
    _ = try world.deliver(grant)
    let pid = try world.page(try world.worker(of: grant)).pid
    world.stop()
    #expect(kill(pid, 0) == 0, "it waits for a next server")
    try FileTree.remove(world.state.root)
    // Nobody else reaps the children of a pool that has stopped.
    try until("the worker has left") { waitpid(pid, nil, WNOHANG) == pid }
  }

  @Test("a worker that dies while there is no server is settled by the next")
  func deathWithoutServer() throws {
    let world = try PoolWorld()
    let grant = world.grant(
      .kernel("test.sleep"), tasks: TaskRange(1, 2),
      parameters: ["duration": .quantity(1, unit: "h")])
    world.pool.start(grant, project: .main)
    try world.progress(of: grant, task: 1)
    let worker = try world.worker(of: grant)
    world.stop()
    kill(try world.page(worker).pid, SIGKILL)
    try world.restart()
    world.pool.adopt(world.lease(grant), worker: worker)
    let (outcomes, _) = try world.death(of: grant)
    #expect(outcomes.map(\.tasks) == [TaskRange(1)])
    #expect(outcomes.map(\.reason) == [.lost])
  }

  @Test("a delivery that a dead worker left in its spool is handed in by the next server")
  func spoolOfTheDead() throws {
    let world = try PoolWorld()
    let grant = world.grant(.kernel("test.sleep"))
    _ = try world.deliver(grant)
    let worker = try world.worker(of: grant)
    world.stop()
    let pid = try world.page(worker).pid
    kill(pid, SIGKILL)
    try world.restart()
    world.pool.adopt(world.lease(grant), worker: worker)
    try until("the delivery has come again") { world.events.deliveries(of: grant) == 2 }
    world.pool.accepted(grant.epoch)
    try until("the spool is gone") {
      unsafe access(world.state.spool(worker: worker), F_OK) != 0
    }
  }

  @Test("a lease that was granted but never taken is given back at once")
  func neverTaken() throws {
    let world = try PoolWorld()
    let grant = world.grant(.kernel("test.sleep"), tasks: TaskRange(1, 9))
    world.pool.adopt(world.lease(grant), worker: nil)
    let (outcomes, segment) = try world.death(of: grant, atMost: Seconds(5))
    #expect(outcomes.isEmpty)
    #expect(segment == nil)
  }

  @Test("a lease that waited for another when its server died is given back, and leaves nothing")
  func neverBegun() throws {
    let world = try PoolWorld()
    let first = try world.startNeverEnding()
    let second = world.grant(.kernel("test.sleep"), tasks: TaskRange(1, 2), slot: 2)
    try world.startWaiting(second)
    world.stop()
    try world.restart()
    world.pool.adopt(world.lease(first), worker: try world.worker(of: first))
    world.pool.adopt(world.lease(second), worker: try world.worker(of: second))
    let (outcomes, segment) = try world.death(of: second)
    #expect(outcomes.isEmpty)
    #expect(segment == nil)
    let path = StateDirectory.segment(job: second.step.job, epoch: second.epoch)
    try until("nothing of it is left") {
      unsafe access("\(world.state.root)/\(path)", F_OK) != 0
    }
    world.pool.kill(first.slot, first.epoch)
    #expect(try world.death(of: first).outcomes.map(\.reason) == [.succeeded, .lost])
  }

  @Test("a worker that waits to begin dies without having run anything")
  func deathBeforeBeginning() throws {
    let world = try PoolWorld()
    let first = try world.startNeverEnding()
    let second = world.grant(.kernel("test.sleep"), tasks: TaskRange(1, 2), slot: 2)
    try world.startWaiting(second)
    world.pool.kill(second.slot, second.epoch)
    #expect(try world.death(of: second).outcomes.isEmpty)
    world.pool.kill(first.slot, first.epoch)
    _ = try world.death(of: first)
  }

  @Test("a refused delivery leaves no files", arguments: [false, true])
  func refused(isWorkerDead: Bool) throws {
    let world = try PoolWorld()
    let grant = world.grant(.command(["/bin/sh", "-c", "head -c 200000 /dev/zero > big"]))
    let delivery = try world.deliver(grant)
    let path = try #require(delivery.segment?.path)
    #expect(unsafe access("\(world.state.root)/\(path)", F_OK) == 0)
    let worker = try world.worker(of: grant)
    if isWorkerDead {
      kill(try world.page(worker).pid, SIGKILL)
      try until("the worker is buried") {
        !FileTree.isFolder("/proc/\(try world.page(worker).pid)")
      }
    }
    world.pool.refused(grant.epoch)
    try until("segment, large files and spool are gone") {
      try FileTree.entries("\(world.state.results)/1").isEmpty
        && !FileTree.entries(world.state.workers).contains { $0.name == "\(worker).spool" }
    }
  }
}
