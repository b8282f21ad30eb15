import Base
import JobModel
import Testing

@testable import Scheduling

@Suite("deadlines") struct DeadlineTests {
  @Test("what has not ended by the deadline is stopped, and says so")
  func stops() {
    var scene = Scene(cpus: 1)
    scene.tell(.submitted(due(1, in: 10, [step(2), step(1, needs: [gather(1)])], scene)))
    #expect(scene.scheduler.nextWake == scene.now + Seconds(10))
    #expect(
      scene.sentences(1, 1, 2) == [
        "needs 1 cpu; none is free", "is stopped when the deadline of its job passes, in 10 s",
      ])
    scene.pass(10)
    let actions = scene.tell(.tick)
    #expect(actions.contains(.cancel(SlotID(1), Epoch(1), TaskRange(1))))
    #expect(scene.state(1, 1, 2) == .ended(.deadline))
    #expect(scene.state(1, 2, 1) == .ended(.deadline))
    scene.end(1, .cancelled)
    #expect(scene.state(1, 1, 1) == .ended(.deadline))
    #expect(scene.scheduler.jobState(JobID(1)) == .failed)
    #expect(scene.scheduler.nextWake == nil)
  }

  @Test("a success that comes after the deadline still counts")
  func lateSuccess() {
    var scene = Scene(cpus: 1)
    scene.tell(.submitted(due(1, in: 10, [step(1)], scene)))
    scene.pass(11)
    scene.tell(.tick)
    scene.end(1, .succeeded)
    #expect(scene.scheduler.jobState(JobID(1)) == .succeeded)
  }

  @Test("a restarted server stops what is late, too")
  func restart() {
    var scene = Scene(cpus: 1)
    let plan = due(1, in: 10, [step(2)], scene)
    let granted = scene.tell(.submitted(plan)).grants
    var later = Scene(
      cpus: 1, lastEpoch: 1,
      restored: [
        RestoredJob(plan: plan, hasStarted: true, ended: [[]], retried: [[:]], leases: granted)
      ])
    later.pass(20)
    later.tell(.tick)
    #expect(later.state(1, 1, 2) == .ended(.deadline))
    later.end(1, .lost)
    #expect(later.scheduler.jobState(JobID(1)) == .failed)
  }

  @Test("nothing is tried again after it")
  func noRetry() {
    var scene = Scene(cpus: 1)
    scene.tell(.submitted(due(1, in: 10, [step(1)], scene)))
    scene.pass(10)
    scene.tell(.tick)
    scene.end(1, .cancelled)
    #expect(scene.tell(.retry(JobID(1), step: nil, tasks: nil)).isEmpty)
  }

  @Test("within one priority the earliest deadline goes first")
  func order() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1))
    scene.submit(2, step(1))
    scene.tell(.submitted(due(3, in: 90, [step(1)], scene)))
    scene.tell(.submitted(due(4, in: 50, [step(1)], scene)))
    scene.submit(5, step(1), priority: 1)
    var served: [String] = []
    while !scene.leased.isEmpty {
      served.append(scene.leased)
      scene.end(1, .succeeded)
    }
    #expect(served == ["1.1.1", "5.1.1", "4.1.1", "3.1.1", "2.1.1"])
  }

  private func due(
    _ id: Int64, in seconds: Double, _ steps: [StepPlan], _ scene: Scene
  ) -> JobPlan {
    var plan = plan(id, steps)
    plan.deadline = scene.now + Seconds(seconds)
    return plan
  }
}
