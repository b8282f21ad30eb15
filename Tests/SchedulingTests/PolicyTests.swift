import Base
import JobModel
import Testing

@testable import Scheduling

@Suite("policies") struct PolicyTests {
  // MARK: max_running

  @Test("no more leases of a job are out than it allows, whatever is free")
  func maxRunning() {
    var scene = Scene(cpus: 4)
    scene.tell(.submitted(limited(1, 2, [step(3), step(3)])))
    #expect(scene.leased == "1.1.1 1.1.2")
    #expect(
      scene.sentences(1, 2, 1) == [
        "waits for one of the 2 tasks of its job that run; `max_running` is 2"
      ])
    scene.submit(2, step(1))
    #expect(scene.leased == "1.1.1 1.1.2 2.1.1", "other jobs take what is left")
    scene.end(1, .succeeded)
    #expect(scene.lease(1)?.tasks == TaskRange(3))
    scene.end(2, .lost)
    #expect(scene.leased == "1.1.3 1.1.2 2.1.1", "what was lost counts again when it starts again")
  }

  @Test("a restarted scheduler counts the leases that are still out")
  func maxRunningAfterRestart() {
    var scene = Scene(cpus: 4)
    let plan = limited(1, 1, [step(3)])
    let granted = scene.tell(.submitted(plan)).grants
    var later = Scene(
      cpus: 4, lastEpoch: 1,
      restored: [
        RestoredJob(plan: plan, hasStarted: true, ended: [[]], retried: [[:]], leases: granted)
      ])
    later.tell(.tick)
    #expect(later.leased == "1.1.1")
    later.end(1, .succeeded)
    #expect(later.leased == "1.1.2")
  }

  // MARK: begin

  @Test("a job that begins later waits for its time and wakes the shell for it")
  func begins() {
    var scene = Scene(cpus: 2)
    var plan = plan(1, [step(1)])
    plan.begin = scene.now + Seconds(60)
    scene.tell(.submitted(plan))
    #expect(scene.leased.isEmpty)
    #expect(scene.scheduler.nextWake == plan.begin)
    #expect(scene.sentences(1, 1, 1) == ["is not to start before 1 min have passed"])
    scene.pass(59)
    scene.tell(.tick)
    #expect(scene.leased.isEmpty)
    scene.pass(1)
    scene.tell(.tick)
    #expect(scene.leased == "1.1.1")
  }

  @Test("a job whose time has come starts with the next tick, whatever was asked of it before that")
  func beginsAfterRequest() {
    var scene = Scene(cpus: 2)
    var plan = plan(1, [step(1)])
    plan.begin = scene.now + Seconds(60)
    scene.tell(.submitted(plan))
    scene.pass(90)
    scene.tell(.retry(JobID(1), step: nil, tasks: nil))
    #expect(scene.scheduler.nextWake != nil)
    scene.tell(.tick)
    #expect(scene.leased == "1.1.1")
  }

  // MARK: retries

  @Test("a retry with a pause comes back at its time, later each time")
  func pauses() throws {
    var scene = Scene(cpus: 1)
    let policy = RetryPolicy.limited(RetryLimits(failed: 2, wait: Seconds(10)))
    scene.submit(1, step(1, retry: policy))
    for expected in [10.0, 20] {
      scene.end(1, .failed(exit: 1))
      #expect(scene.leased.isEmpty)
      #expect(scene.state(1, 1, 1) == .waiting)
      let wake = try #require(scene.scheduler.nextWake)
      let pause = (wake - scene.now).value
      #expect(pause >= 0.8 * expected && pause <= 1.2 * expected)
      scene.pass(pause + 1e-6)
      scene.tell(.tick)
      #expect(scene.leased == "1.1.1")
    }
    scene.end(1, .failed(exit: 1))
    #expect(scene.state(1, 1, 1) == .ended(.failed(exit: 1)))
  }

  @Test("tasks that failed together do not come back together")
  func jitter() {
    let limits = RetryLimits(failed: 1, wait: Seconds(10))
    let pauses = (1...100).compactMap { limits.pause(after: 1, of: task(1, 1, $0))?.value }
    #expect(Set(pauses).count == 100)
    #expect(pauses.allSatisfy { $0 >= 8 && $0 <= 12 })
  }

  @Test("a paused task can be cancelled")
  func cancelsPaused() {
    var scene = Scene(cpus: 1)
    scene.submit(
      1, step(1, retry: .limited(RetryLimits(failed: 2, wait: Seconds(10)))))
    scene.end(1, .failed(exit: 1))
    scene.tell(.cancel(JobID(1), step: nil, tasks: nil))
    #expect(scene.scheduler.jobState(JobID(1)) == .cancelled)
    #expect(scene.scheduler.nextWake == nil)
  }

  @Test("only the listed exit codes are tried again", arguments: [(75, true), (1, false)])
  func exitCodes(_ code: Int, _ isRetried: Bool) {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1, retry: .limited(RetryLimits(failed: 1, exitCodes: [75]))))
    scene.end(1, .failed(exit: code))
    #expect(scene.leased == (isRetried ? "1.1.1" : ""))
  }

  // MARK: Conditions

  @Test("a step for the case of failure runs after a failure, and is refused after a success")
  func onFailure() {
    for (reason, runs) in [(EndReason.failed(exit: 1), true), (.succeeded, false)] {
      var scene = Scene(cpus: 2)
      scene.submit(1, step(2), step(1, needs: [when(1, .notOk)]))
      scene.end(1, .succeeded)
      #expect(scene.state(1, 2, 1) == .waiting, "the other task decides")
      scene.end(2, reason)
      #expect(scene.leased == (runs ? "1.2.1" : ""))
      if runs { scene.end(1, .succeeded) }
      #expect(scene.scheduler.jobState(JobID(1)) == (runs ? .failed : .succeeded))
    }
  }

  @Test(
    "a step that only needs an end runs after any end",
    arguments: [EndReason.succeeded, .failed(exit: 1), .lost])
  func afterAnyEnd(_ reason: EndReason) {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1, retry: .never), step(1, needs: [when(1, .any)]))
    scene.end(1, reason)
    #expect(scene.leased == "1.2.1")
  }

  @Test(
    "a task for the case of failure is not tried again once a retry has turned the failure round")
  func failureTurnedRound() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1, retry: .never), step(1, needs: [when(1, .notOk)]))
    scene.end(1, .failed(exit: 1))
    #expect(scene.leased == "1.2.1")
    scene.tell(.capacityChanged(Capacity(cpus: 2, memory: .gibibytes(64))))
    scene.tell(.retry(JobID(1), step: 0, tasks: nil))
    #expect(scene.leased == "1.2.1 1.1.1")
    scene.end(2, .succeeded)
    scene.end(1, .lost)
    #expect(scene.state(1, 2, 1) == .ended(.refused))
    #expect(scene.scheduler.jobState(JobID(1)) == .succeeded)
  }

  @Test("what was refused counts as ended for a step that needs any end")
  func afterRefusal() {
    var scene = Scene(cpus: 1)
    scene.submit(
      1, step(1), step(1, needs: [gather(1)]), step(1, needs: [when(2, .any)]))
    scene.end(1, .failed(exit: 1))
    #expect(scene.state(1, 2, 1) == .ended(.refused))
    #expect(scene.leased == "1.3.1")
  }

  // MARK: Fair share

  @Test("of two projects with equal priority, the one that has had less goes first")
  func fairShare() {
    var scene = Scene(cpus: 2)
    scene.tell(.submitted(of("casting", 1, 40)))
    scene.tell(.submitted(of("crash", 2, 40)))
    var done: [String: Int] = [:]
    for _ in 0..<40 {
      scene.pass(2)
      for slot in [1, 2] {
        done[scene.lease(slot)?.project.text ?? "", default: 0] += 1
        scene.end(slot, .succeeded, wall: 2)
      }
    }
    #expect(done["casting"] == 40 && done["crash"] == 40)
    // Half way both had had the same, up to the tasks of one turn.
    var half = Scene(cpus: 2)
    half.tell(.submitted(of("casting", 1, 40)))
    half.tell(.submitted(of("crash", 2, 40)))
    done = [:]
    for _ in 0..<20 {
      half.pass(2)
      for slot in [1, 2] {
        done[half.lease(slot)?.project.text ?? "", default: 0] += 1
        half.end(slot, .succeeded, wall: 2)
      }
    }
    #expect(abs((done["casting"] ?? 0) - (done["crash"] ?? 0)) <= 2, "\(done)")
  }

  @Test("priority comes before the share")
  func priorityFirst() {
    var scene = Scene(cpus: 1)
    scene.tell(.submitted(of("casting", 1, 3)))
    scene.pass(100)
    scene.end(1, .succeeded, wall: 100)
    var urgent = of("casting", 2, 1)
    urgent.priority = 5
    scene.tell(.submitted(of("crash", 3, 1)))
    scene.tell(.submitted(urgent))
    scene.pass(2)
    scene.end(1, .succeeded, wall: 2)
    #expect(scene.leased == "2.1.1")
  }

  @Test("half of what a project has had is forgotten after a half-life")
  func decay() {
    var shares = FairShare()
    let start = Instant(nanoseconds: 0)
    shares.charge(.main, cpuSeconds: 800, at: start)
    let life = SchedulingLimits.shareHalfLife
    #expect(shares.usage(of: .main, at: start + life) == 400)
    #expect(shares.usage(of: .main, at: start + life * 3) == 100)
    let between = shares.usage(of: .main, at: start + life * 1.5)
    #expect(between < 400 && between > 200)
  }

  // MARK: Scenes

  private func limited(_ id: Int64, _ most: Int, _ steps: [StepPlan]) -> JobPlan {
    var plan = plan(id, steps)
    plan.maxRunning = most
    return plan
  }

  private func of(_ project: String, _ id: Int64, _ tasks: Int) -> JobPlan {
    JobPlan(
      id: JobID(id), project: ProjectName(project), priority: 0, isHeld: false,
      steps: [step(tasks)])
  }

  private func when(_ step: Int, _ condition: NeedCondition) -> Dependency {
    Dependency(step: step - 1, wiring: .gather, condition: condition)
  }
}
