import Base
import JobModel
import Scheduling
import Testing

@Suite("sizes of leases") struct LeaseSizeTests {
  @Test(
    "an estimate sizes the first lease to 300 ms of work, at most 64 tasks",
    arguments: [(1.0, 1), (0.12, 3), (0.075, 4), (0.03, 10), (0.000_001, 64)])
  func estimate(seconds: Double, size: Int) {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1_000_000, estimate: seconds))
    #expect(scene.lease(1)?.tasks.count == size)
  }

  @Test("without an estimate leases double as long as they go well, up to 1024 tasks")
  func doubling() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1_000_000, estimate: 0))
    var sizes: [Int] = []
    for _ in 0..<13 {
      sizes.append(scene.lease(1)?.tasks.count ?? 0)
      scene.end(1, .succeeded, wall: 0.000_001)
    }
    #expect(sizes == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1024, 1024])
  }

  @Test("what is observed corrects a wrong estimate")
  func observed() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1000, estimate: 0.001))
    #expect(scene.leased == "1.1.1-64")
    scene.end(1, .succeeded, wall: 0.3)
    #expect(scene.leased == "1.1.65")
  }

  @Test(
    "lost tasks, and nonsense from a worker, say nothing about the pace",
    arguments: [-1, .nan, .infinity])
  func nonsense(wall: Double) {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1000, estimate: 0.1))
    scene.end(1, .succeeded, wall: wall)
    #expect(scene.lease(1)?.tasks.count == 3)
    scene.end(1, [ended(4, .lost)])
    scene.end(1, .succeeded)
    #expect(scene.leased == "1.1.5-7")
  }

  @Test("at the end of a step the rest is shared, so that both slots finish together")
  func tail() {
    var scene = Scene(cpus: 2)
    scene.submit(1, step(16, estimate: 0.01))
    #expect(scene.leased == "1.1.1-4 1.1.5-7")
    scene.end(1, .succeeded)
    #expect(scene.leased == "1.1.8-10 1.1.5-7")
    scene.end(2, .succeeded)
    #expect(scene.leased == "1.1.8-10 1.1.11-12")
    scene.end(2, .succeeded)
    #expect(scene.leased == "1.1.8-10 1.1.13")
  }

  @Test("tasks of a fresh step, and tasks that run at most once, are leased one by one")
  func alone() {
    var scene = Scene(cpus: 2)
    scene.submit(1, step(100, estimate: 0.001, isFresh: true))
    #expect(scene.leased == "1.1.1 1.1.2")
    #expect(scene.lease(1)?.isFresh == true)
    scene = Scene(cpus: 2)
    scene.submit(1, step(100, retry: .never, estimate: 0.001))
    #expect(scene.leased == "1.1.1 1.1.2")
  }

  @Test("a task on a further attempt is leased alone")
  func furtherAttempt() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1000, estimate: 0.025))
    scene.end(1, [succeeded(1, 1), ended(2, .lost)])
    #expect(scene.leased == "1.1.2")
    #expect(scene.lease(1)?.attempts == [2: 2])
    scene.end(1, .succeeded)
    #expect(scene.lease(1)?.tasks.first == 3)
    #expect(scene.lease(1)?.attempts == [:])
  }
}
