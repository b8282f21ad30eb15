import Base
import JobModel
import Scheduling
import Testing

@Suite("explain") struct ExplainTests {
  @Test("a waiting task names what it waits for")
  func waiting() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(3), step(1, needs: [gather(1)]), step(3, needs: [elementwise(1)]))
    #expect(scene.sentences(1, 2, 1) == ["waits for 3 unfinished tasks of step 1"])
    #expect(scene.sentences(1, 3, 2) == ["waits for its own task of step 1"])
    scene.end(1, .succeeded)
    scene.end(1, .succeeded)
    #expect(scene.sentences(1, 2, 1) == ["waits for 1 unfinished task of step 1"])
    scene.tell(.hold(JobID(1)))
    #expect(
      scene.sentences(1, 2, 1) == [
        "waits for 1 unfinished task of step 1", "is held until it is released",
      ])
  }

  @Test("steps are called as the caller calls them")
  func stepNames() {
    let hindrance = Hindrance.dependency(step: 0, wiring: .gather, unfinished: 2)
    #expect(
      hindrance.sentence { ["modes", "fatigue"][$0] } == "waits for 2 unfinished tasks of modes")
  }

  @Test("a ready task names what is missing, and what is before it")
  func ready() {
    var scene = Scene(cpus: 2, memory: .gibibytes(4), licences: ["solver": 1])
    scene.submit(1, step(2, memory: .gibibytes(2), licences: ["solver": 1]))
    #expect(scene.sentences(1, 1, 2) == ["needs 1 licence of solver; none is free"])
    scene.submit(2, step(3, cpus: 2, memory: .gibibytes(3)))
    #expect(
      scene.sentences(2, 1, 2) == [
        "needs 2 cpus and 3 GiB of memory; 1 cpu and 2 GiB are free",
        "waits in the queue behind 2 tasks",
      ])
    scene.submit(3, step(1, cpus: 2))
    #expect(
      scene.sentences(3, 1, 1) == ["needs 2 cpus; 1 is free", "waits in the queue behind 4 tasks"])
  }

  @Test("a task that would fit, but may not pass those before it, names the queue")
  func queued() {
    var scene = Scene(cpus: 2)
    scene.submit(1, step(1))
    scene.submit(2, step(3, cpus: 2))
    scene.submit(3, step(1))
    #expect(
      scene.sentences(3, 1, 1) == [
        "would keep job 2 waiting, which is before it and needs what is free",
        "waits in the queue behind 3 tasks",
      ])
  }

  @Test("running, held and ended tasks say so")
  func others() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(2))
    #expect(scene.sentences(1, 1, 1) == ["is running on slot 1"])
    scene.end(1, .failed(exit: 2))
    #expect(scene.sentences(1, 1, 1) == ["has ended: failed(2)"])
    scene.submit(2, step(1), isHeld: true)
    #expect(scene.sentences(2, 1, 1) == ["is held until it is released"])
  }

  @Test("a refused task names the step where the failure began, and what revives it")
  func refusedByStep() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(2), step(2, needs: [elementwise(1)]), step(1, needs: [gather(2)]))
    scene.end(1, .failed(exit: 2))
    #expect(
      scene.sentences(1, 2, 1) == ["can never run: 1 task of step 1 did not succeed"])
    #expect(
      scene.sentences(1, 3, 1) == ["can never run: 1 task of step 1 did not succeed"])
    #expect(
      scene.scheduler.explain(task(1, 2, 1), at: scene.now)?.hindrances.first?
        .fix(for: task(1, 2, 1)) == "mend what failed before it, then `kiln retry 1`")
  }

  @Test("a task that waited for a failure in vain says so")
  func refusedBySuccess() {
    var scene = Scene(cpus: 1)
    scene.submit(
      1, step(1), step(1, needs: [Dependency(step: 0, wiring: .gather, condition: .notOk)]))
    scene.end(1, .succeeded)
    #expect(
      scene.sentences(1, 2, 1) == ["can never run: all tasks of step 1 have succeeded"])
  }

  @Test("a task that another job made impossible is not promised to come back by a retry")
  func forsaken() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1))
    var waiting = plan(2, [step(1)])
    waiting.after = [JobDependency(JobNeed(JobID(1)))]
    scene.tell(.submitted(waiting))
    scene.end(1, .failed(exit: 2))
    #expect(scene.sentences(2, 1, 1) == ["can never run: job 1 did not succeed"])
    #expect(
      scene.scheduler.explain(task(2, 1, 1), at: scene.now)?.hindrances.first?
        .fix(for: task(2, 1, 1))
        == "mend job 1, then submit this one again: `kiln retry` does not revive it")
  }

  @Test("a task that has become too large for the machine says so first")
  func tooLarge() {
    var scene = Scene(cpus: 4)
    scene.submit(1, step(1, cpus: 4), isHeld: true)
    scene.tell(.capacityChanged(Capacity(cpus: 2, memory: .gibibytes(8))))
    let never = "can never be placed: it asks for 4 cpus, this installation has 2"
    #expect(scene.sentences(1, 1, 1) == [never, "is held until it is released"])
    scene.tell(.release(JobID(1)))
    #expect(scene.sentences(1, 1, 1) == [never])
  }

  @Test("counts of a step always add up")
  func counts() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1_000_000, estimate: 0.0375), step(5, needs: [gather(1)]))
    scene.end(1, [succeeded(1, 3), ended(4, .failed(exit: 1))])
    scene.tell(.cancel(JobID(1), step: 0, tasks: TaskRange(900_001, 1_000_000)))
    let counts = scene.scheduler.counts(JobID(1)) ?? []
    #expect(counts.map(\.total) == [1_000_000, 5])
    #expect(counts.first?.succeeded == 3)
    #expect(counts.first?.failed == 1)
    #expect(counts.first?.cancelled == 100_000)
    #expect(counts.first?.running == 8)
    #expect(counts.first?.ready == 899_988)
    #expect(counts.last?.failed == 5, "refused")
  }
}
