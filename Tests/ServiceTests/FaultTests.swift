import Base
import Glibc
import Client
import JobModel
import Store
import Testing
import Wire

@testable import Service
@testable import Store

@Suite("faults of a server")
struct FaultTests {
  @Test("a second server on the same folder is refused and told who holds it")
  func lock() throws {
    let world = try ServerWorld()
    let options = ServerOptions(
      state: world.state, leavesWhenIdle: false, workerProgram: "/bin/false")
    let refusal = #expect(throws: KilnError.self) { try Server(options) }
    #expect(
      refusal?.description
        == "\(world.state.root): another server, process \(getpid()), is using this state "
        + "directory; use that one, or stop it with `kiln server down`")
  }

  @Test("the state directory and its sockets are for this user only")
  func rights() throws {
    let world = try ServerWorld()
    for path in [world.state.root, world.state.files, world.state.results] {
      #expect(mode(path) == 0o700)
    }
    #expect(mode(world.state.serverSocket) == 0o600)
  }

  private func mode(_ path: String) -> UInt32 {
    var facts = stat()
    // Sound: `facts` is a local that outlives the call.
    return unsafe lstat(path, &facts) == 0 ? UInt32(facts.st_mode & 0o777) : 0
  }

  @Test("a restarted server knows all jobs, keeps leases with their workers and drops the rest")
  func restart() throws {
    let world = try ServerWorld(isHolding: true)
    try world.submit("name: done\nkernel: test.sleep\n")
    world.engine.letGo()
    #expect(try world.end(of: JobID(1)) == .succeeded)
    let second = try world.restarted(isHolding: true)
    try second.submit(tenNaps)
    #expect(until(Seconds(30)) { second.engine.started.count == 2 })
    let held = second.engine.started
    let deliveries = try held.map { try second.engine.delivery($0) }
    let garbage = "\(world.state.results)/2/999.seg"
    #expect(try Descriptor.open(garbage, O_WRONLY | O_CREAT).number >= 0)

    let third = try second.restarted()
    #expect(third.engine.adopted.sorted() == held.map(\.epoch).sorted())
    #expect(fileSize(garbage) == nil)
    #expect(try third.client().job(.id(JobID(1))).summary.state == .succeeded)
    #expect(try third.client().job(.id(JobID(2))).summary.counts.running > 0)
    // Nothing of the old leases is given to anyone else; what was computed is not computed again.
    for delivery in deliveries {
      third.server.installation.mailbox.post(.report(.delivered(delivery, worker: "old")))
    }
    #expect(try third.end(of: JobID(2)) == .succeeded)
    let again = Set(third.engine.started.flatMap { $0.tasks.numbers })
    #expect(again.isDisjoint(with: held.flatMap { $0.tasks.numbers }))
  }

  @Test("a server whose folder was removed leaves by itself")
  func homeless() throws {
    let world = try ServerWorld()
    #expect(world.stopReason == nil)
    FileTree.discard(world.state.root)
    #expect(until(Seconds(30)) { world.stopReason == .homeless })
  }

  @Test("a server for one job leaves when that has ended and nobody is connected, not before")
  func leaving() throws {
    let world = try ServerWorld(isHolding: true, leavesWhenIdle: true)
    try world.submit("name: one\nkernel: test.sleep\n")
    #expect(try world.client().server().leavesWhenIdle)
    world.engine.letGo()
    #expect(try world.end(of: JobID(1)) == .succeeded)
    let ended = Instant.now()
    #expect(world.stopReason == nil)
    #expect(until(Seconds(30)) { world.stopReason == .idle })
    #expect(Instant.now() - ended > Seconds(1.5))
  }

  @Test("asked to stop, a server answers before it leaves")
  func stop() throws {
    let world = try ServerWorld()
    #expect(try world.post("/v1/server/stop", "{}").status == 202)
    #expect(until(Seconds(30)) { world.stopReason == .request })
    #expect(fileSize(world.state.serverSocket) == nil)
    #expect(throws: KilnError.self) { try UnixSocket.connect(world.state.serverSocket) }
  }

  @Test("a delivery that comes twice is accepted twice and counts once")
  func twice() throws {
    let world = try ServerWorld()
    try world.submit("name: one\nkernel: test.sleep\n")
    #expect(try world.end(of: JobID(1)) == .succeeded)
    let grant = try #require(world.engine.started.first)
    world.engine.execute(grant)
    #expect(until(Seconds(30)) { world.engine.accepted.count == 2 })
    #expect(world.engine.refused.isEmpty)
    let delivery = Delivery(slot: SlotID(1), epoch: Epoch(77), outcomes: [], segment: nil)
    world.server.installation.mailbox.post(.report(.delivered(delivery, worker: "nobody")))
    #expect(until(Seconds(30)) { world.engine.refused == [Epoch(77)] })
    #expect(try world.client().job(.last).summary.counts.succeeded == 1)
  }

  @Test("on a full disk submissions are refused, deliveries wait, and both go on with room")
  func diskFull() throws {
    let long = String(repeating: "a long message; ", count: 20_000)
    let world = try ServerWorld(isHolding: true) { _ in (.failed(exit: 1), long) }
    try world.submit("name: one\nkernel: test.sleep\n")
    #expect(until(Seconds(30)) { world.engine.started.count == 1 })
    let store = world.server.installation.store

    try limitPages(of: store, to: 1)
    let comments = String(repeating: "# a long comment\n", count: 20_000)
    let refusal = #expect(throws: Problems.self) { try world.submit(comments + tenNaps) }
    #expect(refusal?.all.map(\.code) == [.storage])
    #expect(try world.client().jobs(JobFilter()).map(\.id) == [JobID(1)])
    world.engine.letGo()
    // Questions are answered all the while, and the delivery is not acknowledged.
    #expect(try world.client().server().jobsLive >= 0)
    #expect(world.engine.accepted.isEmpty)

    try limitPages(of: store, to: 1_000_000)
    #expect(until(Seconds(30)) { world.engine.accepted.count == 1 })
    #expect(try world.end(of: JobID(1)) == .failed)
    #expect(until(Seconds(30)) { (try? world.submit(comments + tenNaps)) != nil })
  }

  /// SQLite then answers as it does when the disk is full; never below the present size.
  private func limitPages(of store: Store, to pages: Int) throws {
    try store.writer.withLock { writer in
      try writer.database.execute("PRAGMA max_page_count = \(pages)")
    }
  }
}
