import Base
import JobModel
import Scheduling
import Testing

@Suite("leases") struct LeaseTests {
  @Test("a submitted job is started, and its first task granted on the smallest free slot")
  func grant() throws {
    var scene = Scene(cpus: 1)
    let actions = scene.submit(7, step(2))
    let lease = try #require(actions.grants.first)
    #expect(
      actions == [.record(.jobStarted(JobID(7))), .record(.leaseGranted(lease)), .grant(lease)])
    #expect(
      lease
        == Lease(
          slot: SlotID(1), epoch: Epoch(1), project: .main, step: stepID(7, 1),
          tasks: TaskRange(1), attempts: [:], isFresh: false, cpus: 1, memory: .gibibytes(1)))
    #expect(scene.scheduler.busyCpus == 1)
    #expect(scene.scheduler.jobState(JobID(7)) == .running)
  }

  @Test("a lease that ends is accepted, booked, and its slot is used again with a larger epoch")
  func end() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(2))
    let actions = scene.end(1, .succeeded)
    #expect(
      actions.dropLast(2) == [
        .accept(SlotID(1), Epoch(1)), .record(.leaseEnded(SlotID(1), Epoch(1))),
        .record(.tasksEnded(stepID(1, 1), TaskRange(1), .succeeded)),
      ])
    #expect(scene.lease(1)?.epoch == Epoch(2))
    #expect(scene.lease(1)?.tasks == TaskRange(2))
  }

  @Test("the end of the last task ends the job, once")
  func jobEnds() {
    var scene = Scene()
    scene.submit(1, step(2))
    #expect(!scene.end(1, .succeeded).changes.contains(.jobEnded(JobID(1), .succeeded)))
    #expect(scene.end(2, .succeeded).changes.last == .jobEnded(JobID(1), .succeeded))
    #expect(scene.scheduler.isIdle)
    #expect(scene.scheduler.leases.isEmpty)
    #expect(scene.scheduler.nextWake == nil)
  }

  @Test("an epoch that the slot does not hold is refused without effect", arguments: [0, 2, 99])
  func staleEpoch(epoch: Int64) {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1))
    let late = scene.tell(.leaseEnded(SlotID(1), Epoch(epoch), [succeeded(1, 1)]))
    #expect(late == [.refuse(SlotID(1), Epoch(epoch))])
    #expect(scene.state(1, 1, 1) == .running)
  }

  @Test("a delivery that comes twice is refused the second time")
  func duplicate() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1))
    scene.end(1, .succeeded)
    let again = scene.tell(.leaseEnded(SlotID(1), Epoch(1), [succeeded(1, 1)]))
    #expect(again == [.refuse(SlotID(1), Epoch(1))])
    #expect(scene.scheduler.jobState(JobID(1)) == .succeeded)
  }

  @Test("a slot that does not exist is refused")
  func unknownSlot() {
    var scene = Scene()
    #expect(
      scene.tell(.leaseEnded(SlotID(9), Epoch(1), [])) == [.refuse(SlotID(9), Epoch(1))])
  }

  @Test("tasks of a lease that no settlement names go back without a charge")
  func unnamedGoBack() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(20, estimate: 0.0375))
    #expect(scene.leased == "1.1.1-8")
    scene.tell(.hold(JobID(1)))
    let actions = scene.end(1, [succeeded(1, 3), ended(4, .lost)])
    #expect(
      actions.changes == [
        .leaseEnded(SlotID(1), Epoch(1)),
        .tasksEnded(stepID(1, 1), TaskRange(1, 3), .succeeded),
        .taskRetried(task(1, 1, 4), attempt: 1, .lost),
      ])
    #expect(scene.state(1, 1, 5) == .held)
    #expect(scene.scheduler.attempt(of: task(1, 1, 4)) == 2)
    #expect(scene.scheduler.attempt(of: task(1, 1, 5)) == 1)
  }

  @Test("a settlement of foreign tasks, or of a task twice, is passed over")
  func foreignSettlement() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(3))
    scene.end(1, [ended(3, .failed(exit: 1)), succeeded(1, 1), ended(1, .failed(exit: 2))])
    #expect(scene.state(1, 1, 1) == .ended(.succeeded))
    #expect(scene.state(1, 1, 3) == .ready)
  }

  @Test("a silent worker is killed after 30 s, and again every 10 s until its end is reported")
  func expiry() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1))
    scene.pass(29)
    #expect(scene.tell(.tick).isEmpty)
    scene.pass(1)
    #expect(scene.scheduler.nextWake == scene.now)
    #expect(scene.tell(.tick) == [.kill(SlotID(1), Epoch(1))])
    #expect(scene.tell(.tick).isEmpty)
    scene.pass(10)
    #expect(scene.tell(.tick) == [.kill(SlotID(1), Epoch(1))])
    #expect(scene.leased == "1.1.1", "the slot stays taken")
    scene.end(1, .lost)
    #expect(scene.lease(1)?.attempts == [1: 2])
  }

  @Test("a heartbeat gives 30 s more, but does not pardon a worker that is being killed")
  func heartbeat() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1))
    scene.pass(25)
    scene.tell(.heartbeat(SlotID(1), Epoch(1)))
    scene.pass(29)
    #expect(scene.tell(.tick).isEmpty)
    scene.pass(1)
    #expect(scene.tell(.tick) == [.kill(SlotID(1), Epoch(1))])
    scene.tell(.heartbeat(SlotID(1), Epoch(1)))
    scene.pass(10)
    #expect(scene.tell(.tick) == [.kill(SlotID(1), Epoch(1))])
  }

  @Test("a heartbeat with another epoch prolongs nothing")
  func foreignHeartbeat() {
    var scene = Scene(cpus: 1, lastEpoch: 5)
    scene.submit(1, step(1))
    scene.pass(20)
    #expect(scene.tell(.heartbeat(SlotID(1), Epoch(5))).isEmpty)
    scene.pass(10)
    #expect(scene.tell(.tick) == [.kill(SlotID(1), Epoch(6))])
  }

  @Test("a worker that was believed dead may still deliver under its epoch")
  func lateButValid() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1))
    scene.pass(31)
    scene.tell(.tick)
    #expect(scene.end(1, .succeeded).first == .accept(SlotID(1), Epoch(1)))
    #expect(scene.scheduler.jobState(JobID(1)) == .succeeded)
  }

  @Test("time that runs backwards expires nothing and shortens nothing")
  func clockGoesBack() {
    var scene = Scene(cpus: 1)
    scene.pass(100)
    scene.submit(1, step(1))
    scene.pass(-90)
    scene.tell(.heartbeat(SlotID(1), Epoch(1)))
    scene.pass(119)
    #expect(scene.tell(.tick).isEmpty)
  }
}
