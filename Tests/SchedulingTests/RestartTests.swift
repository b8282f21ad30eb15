import Base
import JobModel
import Scheduling
import Testing

@Suite("restart") struct RestartTests {
  private static func lease(_ slot: Int, _ epoch: Int64, _ tasks: TaskRange) -> Lease {
    Lease(
      slot: SlotID(slot), epoch: Epoch(epoch), project: .main, step: stepID(1, 1), tasks: tasks,
      attempts: [:], isFresh: false, cpus: 1, memory: .gibibytes(1))
  }

  /// Five tasks: 1 has succeeded, 2 is leased on slot 2, 3 was lost once, 4 failed, 5 is untouched.
  private static func scene(cancelAsked: [[TaskRange]] = []) -> Scene {
    let job = RestoredJob(
      plan: plan(1, [step(5)]), hasStarted: true,
      ended: [[(TaskRange(1), .succeeded), (TaskRange(4), .failed(exit: 1))]],
      retried: [[3: [(1, .lost)]]], cancelAsked: cancelAsked,
      leases: [lease(2, 40, TaskRange(2))])
    return Scene(cpus: 2, lastEpoch: 41, restored: [job])
  }

  @Test("what was ended, leased and tried before is known again")
  func restored() {
    let scene = Self.scene()
    #expect(scene.state(1, 1, 1) == .ended(.succeeded))
    #expect(scene.state(1, 1, 2) == .running)
    #expect(scene.state(1, 1, 3) == .ready)
    #expect(scene.state(1, 1, 4) == .ended(.failed(exit: 1)))
    #expect(scene.scheduler.attempt(of: task(1, 1, 3)) == 2)
    #expect(scene.scheduler.jobState(JobID(1)) == .running)
    #expect(scene.scheduler.busyCpus == 1)
  }

  @Test("free capacity is used at once, with epochs after the last one")
  func freeCapacity() {
    var scene = Self.scene()
    let actions = scene.tell(.tick)
    #expect(actions.grants.map(\.epoch) == [Epoch(42)])
    #expect(scene.leased == "1.1.3 1.1.2")
  }

  @Test("nothing of an outstanding lease is touched for two lease lives, then it is killed")
  func grace() {
    var scene = Self.scene()
    scene.tell(.hold(JobID(1)))
    scene.pass(59)
    #expect(scene.tell(.tick).isEmpty)
    scene.pass(1)
    #expect(scene.tell(.tick) == [.kill(SlotID(2), Epoch(40))])
    #expect(scene.state(1, 1, 2) == .running)
  }

  @Test("a reclaimed lease lives on as any other")
  func reclaim() {
    var scene = Self.scene()
    scene.tell(.hold(JobID(1)))
    scene.pass(50)
    #expect(scene.tell(.leaseReclaimed(SlotID(2), Epoch(40))).isEmpty)
    scene.pass(29)
    #expect(scene.tell(.tick).isEmpty)
    scene.pass(1)
    #expect(scene.tell(.tick) == [.kill(SlotID(2), Epoch(40))])
  }

  @Test("a lease that is reclaimed, but not outstanding, is refused")
  func reclaimRefused() {
    var scene = Self.scene()
    scene.tell(.hold(JobID(1)))
    #expect(
      scene.tell(.leaseReclaimed(SlotID(2), Epoch(39))) == [.refuse(SlotID(2), Epoch(39))])
  }

  @Test("an outcome that was spooled while the server was down is accepted")
  func delivery() {
    var scene = Self.scene()
    #expect(scene.end(2, .succeeded).first == .accept(SlotID(2), Epoch(40)))
    #expect(scene.state(1, 1, 2) == .ended(.succeeded))
  }

  @Test("a cancel that was acknowledged before the restart still holds after it")
  func cancelSurvives() {
    var scene = Self.scene(cancelAsked: [[TaskRange(2)]])
    let actions = scene.tell(.leaseReclaimed(SlotID(2), Epoch(40)))
    #expect(actions.contains(.cancel(SlotID(2), Epoch(40), TaskRange(2))))
    scene.end(2, .lost)
    #expect(scene.state(1, 1, 2) == .ended(.cancelled))
  }

  @Test("an ended job can be taken in again, to be retried")
  func adopt() {
    var scene = Scene(cpus: 1, lastEpoch: 7)
    var scheduler = scene.scheduler
    scheduler.adopt(
      RestoredJob(
        plan: plan(3, [step(2)]), hasStarted: true,
        ended: [[(TaskRange(1), .succeeded), (TaskRange(2), .failed(exit: 1))]],
        retried: [[2: [(1, .lost)]]], leases: []))
    #expect(scheduler.isIdle)
    #expect(scheduler.jobState(JobID(3)) == .failed)
    let actions = scheduler.handle(.retry(JobID(3), step: nil, tasks: nil), at: scene.now)
    #expect(actions.grants.map(\.attempts) == [[2: 3]])
    scene.tell(.tick)
    #expect(scene.leased.isEmpty)
  }

  @Test("steps of a restored job wait for what has not succeeded yet")
  func restoredDependencies() {
    let job = RestoredJob(
      plan: plan(
        1, [step(2), step(2, needs: [elementwise(1)]), step(1, needs: [gather(1)])]),
      hasStarted: true, ended: [[(TaskRange(2), .succeeded)], [], []], retried: [[:], [:], [:]],
      leases: [])
    let scene = Scene(restored: [job])
    #expect(scene.state(1, 2, 1) == .waiting)
    #expect(scene.state(1, 2, 2) == .ready)
    #expect(scene.state(1, 3, 1) == .waiting)
  }
}
