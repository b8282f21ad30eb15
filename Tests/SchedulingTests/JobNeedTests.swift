import Base
import JobModel
import Scheduling
import Testing

@Suite("dependencies between jobs") struct JobNeedTests {
  /// Job 1 has two tasks; job 2 waits for it.
  private static func scene(_ condition: JobCondition, tasks: Int = 2) -> Scene {
    var scene = Scene(cpus: 4)
    scene.submit(1, step(2))
    scene.tell(.submitted(waiting(2, for: JobNeed(JobID(1), condition), tasks: tasks)))
    return scene
  }

  private static func waiting(_ id: Int64, for need: JobNeed, tasks: Int = 1) -> JobPlan {
    var plan = plan(id, [step(tasks)])
    plan.after = [JobDependency(need)]
    return plan
  }

  @Test(
    "a job starts when the other has come to what is waited for, and is cancelled when it never can",
    arguments: [
      (JobCondition.ok, EndReason.succeeded, true), (.ok, .failed(exit: 1), false),
      (.notOk, .succeeded, false), (.notOk, .failed(exit: 1), true),
      (.any, .succeeded, true), (.any, .failed(exit: 1), true),
    ])
  func conditions(_ condition: JobCondition, _ end: EndReason, _ runs: Bool) {
    var scene = Self.scene(condition)
    #expect(scene.leased == "1.1.1 1.1.2")
    scene.end(1, .succeeded)
    #expect(scene.state(2, 1, 1) == .waiting)
    let changes = scene.end(2, end).changes
    let upstream: JobState = end == .succeeded ? .succeeded : .failed
    #expect(changes.contains(.needSettled(JobID(2), upstream: JobID(1), upstream)))
    #expect(scene.leased == (runs ? "2.1.1 2.1.2" : ""))
    #expect(scene.scheduler.jobState(JobID(2)) == (runs ? .running : .cancelled))
    #expect(changes.contains(.jobEnded(JobID(2), .cancelled)) == !runs)
  }

  @Test("with `each`, a task follows its own task of the other job and is refused with it")
  func elementwise() {
    var scene = Self.scene(.each)
    scene.end(2, .succeeded)
    #expect(scene.leased == "1.1.1 2.1.2")
    scene.end(1, .failed(exit: 1))
    #expect(scene.state(2, 1, 1) == .ended(.refused))
    #expect(scene.end(2, .succeeded).changes.last == .jobEnded(JobID(2), .cancelled))
  }

  @Test("a cancelled job takes a chain of jobs with it that wait for its success")
  func chain() {
    var scene = Self.scene(.ok)
    for id in 3...6 as ClosedRange<Int64> {
      scene.tell(.submitted(Self.waiting(id, for: JobNeed(JobID(id - 1)))))
    }
    scene.tell(.cancel(JobID(1), step: nil, tasks: nil))
    scene.end(1, .cancelled)
    scene.end(2, .cancelled)
    for id in 2...6 as ClosedRange<Int64> {
      #expect(scene.scheduler.jobState(JobID(id)) == .cancelled)
    }
    #expect(scene.scheduler.isIdle)
  }

  @Test("what ended before the submission counts as well")
  func lateComer() {
    var scene = Scene(cpus: 2)
    scene.submit(1, step(1))
    scene.end(1, .succeeded)
    let changes = scene.tell(.submitted(Self.waiting(2, for: JobNeed(JobID(1))))).changes
    #expect(changes.first == .needSettled(JobID(2), upstream: JobID(1), .succeeded))
    #expect(scene.leased == "2.1.1")
  }

  @Test("explain names the job that is waited for, and how it stands")
  func explanation() {
    let sentences = Self.scene(.ok).sentences(2, 1, 1)
    #expect(sentences == ["waits for the success of job 1, which is running"])
  }

  @Test("after a restart the wait goes on, and what was settled stays settled")
  func restart() {
    let upstream = RestoredJob(
      plan: plan(1, [step(1)]), hasStarted: true, ended: [[]], retried: [[:]], leases: [])
    var settled = Self.waiting(3, for: JobNeed(JobID(1)))
    settled.after[0].settled = .succeeded
    let jobs = [Self.waiting(2, for: JobNeed(JobID(1))), settled].map {
      RestoredJob(plan: $0, hasStarted: false, ended: [[]], retried: [[:]], leases: [])
    }
    var scene = Scene(cpus: 4, restored: [upstream] + jobs)
    scene.tell(.tick)
    #expect(scene.leased == "1.1.1 3.1.1")
    scene.end(1, .succeeded)
    #expect(scene.leased == "2.1.1 3.1.1")
  }

  @Test("no step of a job that another one has made impossible runs, whatever it waits for itself")
  func anyStep() {
    var scene = Scene(cpus: 4)
    scene.submit(1, step(1))
    let whatever = Dependency(step: 0, wiring: .gather, condition: .any)
    var plan = plan(2, [step(2), step(1, needs: [whatever])])
    plan.after = [JobDependency(JobNeed(JobID(1)))]
    scene.tell(.submitted(plan))
    scene.end(1, .failed(exit: 1))
    #expect(scene.leased == "")
    #expect(scene.scheduler.jobState(JobID(2)) == .cancelled)
  }

  @Test("a retried job learns what became of the job that it waited for while it had ended")
  func retriedLate() {
    var scene = Self.scene(.ok)
    scene.tell(.cancel(JobID(2), step: nil, tasks: nil))
    scene.end(1, .succeeded)
    scene.end(2, .succeeded)
    let changes = scene.tell(.retry(JobID(2), step: nil, tasks: nil)).changes
    #expect(changes.contains(.needSettled(JobID(2), upstream: JobID(1), .succeeded)))
    #expect(scene.leased == "2.1.1 2.1.2")
  }

  @Test("a job that another one has made impossible is not opened again by retry")
  func retry() {
    var scene = Self.scene(.ok)
    scene.end(1, .failed(exit: 1))
    scene.end(2, .succeeded)
    scene.tell(.retry(JobID(2), step: nil, tasks: nil))
    #expect(scene.scheduler.jobState(JobID(2)) == .cancelled)
  }
}

@Suite("stored results") struct ReusedTaskTests {
  @Test("tasks with a stored result succeed on submission, the others run")
  func some() {
    var scene = Scene(cpus: 2)
    var first = step(4)
    first.reused = [TaskRange(1, 2), TaskRange(4)]
    let changes = scene.tell(.submitted(plan(1, [first]))).changes
    #expect(
      changes.prefix(3) == [
        .jobStarted(JobID(1)), .tasksEnded(stepID(1, 1), TaskRange(1, 2), .succeeded),
        .tasksEnded(stepID(1, 1), TaskRange(4), .succeeded),
      ])
    #expect(scene.leased == "1.1.3")
  }

  @Test("a job of stored results only has ended at once, and steps behind it start")
  func all() {
    var scene = Scene(cpus: 2)
    var first = step(2)
    first.reused = [TaskRange(1, 2)]
    #expect(
      scene.tell(.submitted(plan(1, [first]))).changes.last == .jobEnded(JobID(1), .succeeded))
    scene.tell(.submitted(plan(2, [first, step(1, needs: [gather(1)])])))
    #expect(scene.leased == "2.2.1")
  }
}
