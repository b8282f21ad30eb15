import Base
import JobModel
import Testing

@testable import Scheduling

@Suite("preemption") struct PreemptionTests {
  @Test("as few as possible make way: the lowest priority first, then the youngest")
  func victims() {
    let candidates = [(1, 0, 0.0, 2), (2, 0, 5, 1), (3, -1, 1, 1), (4, 0, 9, 1)].map {
      Preemption.Candidate(
        slot: SlotID($0.0), priority: $0.1, since: Instant(nanoseconds: 0) + Seconds($0.2),
        need: Need(cpus: $0.3), gpus: [])
    }
    func chosen(_ cpus: Int, free: Int = 0) -> [Int]? {
      Preemption.victims(
        for: Need(cpus: cpus), free: Room(cpus: free, memory: .gibibytes(1)), among: candidates
      )?.map(\.number)
    }
    #expect(chosen(1) == [3])
    #expect(chosen(2) == [3, 4])
    #expect(chosen(3, free: 1) == [3, 4])
    #expect(chosen(5) == [1, 2, 3, 4])
    #expect(chosen(6) == nil)
    #expect(chosen(1, free: 1) == [])
  }

  @Test("what is not in the way after all is spared")
  func spared() {
    let small = Preemption.Candidate(
      slot: SlotID(1), priority: 0, since: Instant(nanoseconds: 9), need: Need(cpus: 1), gpus: [])
    let large = Preemption.Candidate(
      slot: SlotID(2), priority: 0, since: Instant(nanoseconds: 5), need: Need(cpus: 3), gpus: [])
    let chosen = Preemption.victims(
      for: Need(cpus: 3), free: Room(memory: .gibibytes(1)), among: [small, large])
    #expect(chosen == [SlotID(2)])
  }

  @Test("a preemptible task makes way, comes back without a charge, and its attempt says why")
  func makesWay() {
    var scene = Scene(cpus: 2)
    scene.tell(.submitted(preemptible(1, step(1, cpus: 2, retry: .limited(RetryLimits(lost: 0))))))
    let actions = scene.submit(2, step(1), priority: 1)
    #expect(actions.contains(.cancel(SlotID(1), Epoch(1), TaskRange(1))))
    #expect(
      scene.sentences(2, 1, 1).first
        == "starts once 1 worker has stopped tasks of a lower priority")
    let again = scene.tell(.heartbeat(SlotID(1), Epoch(1)))
    #expect(again == [.cancel(SlotID(1), Epoch(1), TaskRange(1))], "the request may have been lost")
    let settled = scene.end(1, .cancelled)
    #expect(settled.changes.contains(.taskRetried(task(1, 1, 1), attempt: 1, .preempted)))
    #expect(scene.leased == "2.1.1")
    scene.end(1, .succeeded)
    #expect(scene.leased == "1.1.1")
    #expect(scene.lease(1)?.attempts == [1: 2])
    #expect(scene.end(1, .succeeded).changes.last == .jobEnded(JobID(1), .succeeded))
  }

  @Test("a success that was on its way counts")
  func succeedsInTime() {
    var scene = Scene(cpus: 1)
    scene.tell(.submitted(preemptible(1, step(1))))
    scene.submit(2, step(1), priority: 1)
    scene.end(1, .succeeded)
    #expect(scene.state(1, 1, 1) == .ended(.succeeded))
  }

  @Test("a stopped task that a user has cancelled does not come back")
  func cancelledMeanwhile() {
    var scene = Scene(cpus: 1)
    scene.tell(.submitted(preemptible(1, step(1))))
    scene.submit(2, step(1), priority: 1)
    scene.tell(.cancel(JobID(1), step: nil, tasks: nil))
    scene.end(1, .cancelled)
    #expect(scene.scheduler.jobState(JobID(1)) == .cancelled)
  }

  @Test("nobody is stopped for equals, for what waits for something else, or in vain")
  func untouched() {
    var scene = Scene(cpus: 2, licences: ["solver": 1])
    scene.submit(1, step(1, licences: ["solver": 1]), priority: 9)
    scene.tell(.submitted(preemptible(2, step(1))))
    for (job, step, priority) in [
      (3, step(1), 0), (4, step(1, licences: ["solver": 1]), 5), (5, step(1, cpus: 2), 5),
    ] {
      let actions = scene.submit(Int64(job), step, priority: priority)
      #expect(actions.isEmpty, "job \(job)")
    }
  }

  @Test("a step that may start once only is never stopped for others")
  func atMostOnce() {
    var scene = Scene(cpus: 1)
    scene.tell(.submitted(preemptible(1, step(1, retry: .never))))
    #expect(scene.submit(2, step(1), priority: 5).isEmpty)
  }

  private func preemptible(_ id: Int64, _ step: StepPlan) -> JobPlan {
    var plan = plan(id, [step])
    plan.isPreemptible = true
    return plan
  }
}
