import Base
import JobModel
import Scheduling
import Testing

@Suite("leases whose results are on their way") struct ComputedLeaseTests {
  @Test(
    "once its tasks have run, the next lease starts on another slot, and its tasks stay its own")
  func overlap() throws {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(3))
    let actions = scene.tell(.leaseComputed(SlotID(1), Epoch(1)))
    let next = try #require(actions.grants.first)
    #expect(next.slot == SlotID(2))
    #expect(next.tasks == TaskRange(2))
    #expect(scene.leased == "1.1.1 1.1.2")
    #expect(scene.scheduler.busyCpus == 1)
    #expect(scene.state(1, 1, 1) == .running)
    let ended = scene.tell(.leaseEnded(SlotID(1), Epoch(1), [succeeded(1, 1)]))
    #expect(ended.first == .accept(SlotID(1), Epoch(1)))
    #expect(ended.grants.isEmpty, "what it took has been given back already")
    #expect(scene.scheduler.busyCpus == 1)
    #expect(scene.state(1, 1, 1) == .ended(.succeeded))
  }

  @Test("said again, or of a lease that is not out, it has no effect", arguments: [1, 7])
  func repeated(epoch: Int64) {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(9))
    scene.tell(.leaseComputed(SlotID(1), Epoch(1)))
    #expect(scene.tell(.leaseComputed(SlotID(1), Epoch(epoch))).isEmpty)
    #expect(scene.scheduler.busyCpus == 1)
  }

  @Test(
    "as many may be on their way as there are cpus; further ones keep what they take until their end"
  )
  func bounded() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(9))
    scene.tell(.leaseComputed(SlotID(1), Epoch(1)))
    #expect(scene.tell(.leaseComputed(SlotID(2), Epoch(2))).grants.isEmpty)
    #expect(scene.tell(.leaseEnded(SlotID(2), Epoch(2), [succeeded(2, 2)])).grants.count == 1)
  }

  @Test("a fresh worker's memory is taken until it has left")
  func fresh() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(2, isFresh: true))
    #expect(scene.tell(.leaseComputed(SlotID(1), Epoch(1))).isEmpty)
    #expect(scene.leased == "1.1.1")
  }

  @Test("a job with `max_running` runs its next lease, and no more than that")
  func maxRunning() {
    var scene = Scene(cpus: 4)
    var plan = plan(1, [step(9)])
    plan.maxRunning = 1
    scene.tell(.submitted(plan))
    #expect(scene.leased == "1.1.1")
    #expect(scene.tell(.leaseComputed(SlotID(1), Epoch(1))).grants.count == 1)
    #expect(scene.leased == "1.1.1 1.1.2")
    #expect(scene.tell(.leaseEnded(SlotID(1), Epoch(1), [succeeded(1, 1)])).grants.isEmpty)
  }

  @Test("tasks whose worker dies after it has computed are settled like any others")
  func death() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(2))
    scene.tell(.leaseComputed(SlotID(1), Epoch(1)))
    scene.tell(.leaseEnded(SlotID(1), Epoch(1), [ended(1, .lost)]))
    #expect(scene.scheduler.attempt(of: task(1, 1, 1)) == 2)
    #expect(scene.state(1, 1, 1) == .ready)
  }

  @Test("it makes way for nobody: it takes nothing")
  func preemption() {
    var scene = Scene(cpus: 1)
    var low = plan(1, [step(1)])
    low.isPreemptible = true
    scene.tell(.submitted(low))
    scene.tell(.leaseComputed(SlotID(1), Epoch(1)))
    let actions = scene.submit(2, step(1), priority: 5)
    #expect(actions.grants.count == 1)
    #expect(!actions.contains(.cancel(SlotID(1), Epoch(1), TaskRange(1))))
  }
}
