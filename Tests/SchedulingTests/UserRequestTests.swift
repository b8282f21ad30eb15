import JobModel
import Scheduling
import Testing

@Suite("cancel, hold, release, retry") struct UserRequestTests {
  @Test("a cancel ends at once what has not started, and asks the workers to stop the rest")
  func cancel() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(3), step(1, needs: [gather(1)]))
    let actions = scene.tell(.cancel(JobID(1), step: nil, tasks: nil))
    #expect(
      actions == [
        .record(.cancelAsked(stepID(1, 1), TaskRange(1))),
        .record(.tasksEnded(stepID(1, 1), TaskRange(2, 3), .cancelled)),
        .record(.tasksEnded(stepID(1, 2), TaskRange(1), .cancelled)),
        .cancel(SlotID(1), Epoch(1), TaskRange(1)),
      ])
    #expect(scene.state(1, 1, 1) == .running)
    #expect(scene.end(1, .cancelled).changes.last == .jobEnded(JobID(1), .cancelled))
  }

  @Test(
    "after a cancel a success counts, and any other end is the cancel's doing",
    arguments: [
      (EndReason.succeeded, EndReason.succeeded), (.lost, .cancelled), (.signalled(9), .cancelled),
      (.failed(exit: 1), .cancelled), (.cancelled, .cancelled),
    ])
  func endAfterCancel(delivered: EndReason, booked: EndReason) {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1))
    scene.tell(.cancel(JobID(1), step: nil, tasks: nil))
    scene.end(1, delivered)
    #expect(scene.state(1, 1, 1) == .ended(booked))
    #expect(scene.scheduler.jobState(JobID(1)) == (booked == .succeeded ? .succeeded : .cancelled))
  }

  @Test("cancelled tasks that the lease had not begun do not come back")
  func cancelledGiveBack() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(20, estimate: 0.01))
    scene.tell(.cancel(JobID(1), step: 0, tasks: TaskRange(3, 9)))
    scene.end(1, [succeeded(1, 2)])
    #expect(scene.state(1, 1, 3) == .ended(.cancelled))
    #expect(scene.state(1, 1, 9) == .ended(.cancelled))
    #expect(scene.lease(1)?.tasks.first == 10)
  }

  @Test("the request to stop is repeated with every heartbeat")
  func cancelRepeated() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1))
    scene.tell(.cancel(JobID(1), step: nil, tasks: nil))
    let request = Action.cancel(SlotID(1), Epoch(1), TaskRange(1))
    #expect(scene.tell(.heartbeat(SlotID(1), Epoch(1))) == [request])
    #expect(scene.tell(.cancel(JobID(1), step: nil, tasks: nil)) == [request], "recorded once")
  }

  @Test("cancelling one step refuses what needs it, and the job counts as cancelled")
  func cancelStep() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1), step(1), step(1, needs: [gather(2)]))
    scene.tell(.cancel(JobID(1), step: 1, tasks: nil))
    #expect(scene.state(1, 2, 1) == .ended(.cancelled))
    #expect(scene.state(1, 3, 1) == .ended(.refused))
    #expect(scene.end(1, .succeeded).changes.last == .jobEnded(JobID(1), .cancelled))
  }

  @Test("one real failure makes a cancelled job a failed one")
  func failureWins() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(2))
    scene.end(1, .failed(exit: 1))
    scene.tell(.cancel(JobID(1), step: nil, tasks: nil))
    scene.end(1, .cancelled)
    #expect(scene.scheduler.jobState(JobID(1)) == .failed)
  }

  @Test("requests about jobs, steps and tasks that are not there do nothing")
  func unknown() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1))
    let requests: [Event] = [
      .cancel(JobID(2), step: nil, tasks: nil), .cancel(JobID(1), step: 7, tasks: nil),
      .cancel(JobID(1), step: 0, tasks: TaskRange(2, 9)), .hold(JobID(2)), .release(JobID(1)),
      .retry(JobID(1), step: nil, tasks: nil), .retry(JobID(9), step: nil, tasks: nil),
    ]
    for request in requests { #expect(scene.tell(request).isEmpty, "\(request)") }
    #expect(scene.scheduler.state(of: task(2, 1, 1)) == nil)
    #expect(scene.scheduler.state(of: task(1, 2, 1)) == nil)
    #expect(scene.scheduler.state(of: task(1, 1, 2)) == nil)
    #expect(scene.scheduler.explain(task(1, 1, 2), at: scene.now) == nil)
  }

  @Test("a held job gets nothing new, and goes on when it is released")
  func hold() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(2))
    #expect(scene.tell(.hold(JobID(1))).changes == [.jobHeld(JobID(1))])
    #expect(scene.tell(.hold(JobID(1))).isEmpty)
    #expect(scene.scheduler.jobState(JobID(1)) == .running)
    scene.end(1, .succeeded)
    #expect(scene.leased.isEmpty)
    #expect(scene.scheduler.jobState(JobID(1)) == .held)
    #expect(scene.state(1, 1, 2) == .held)
    #expect(scene.tell(.release(JobID(1))).changes.first == .jobReleased(JobID(1)))
    #expect(scene.leased == "1.1.2")
  }

  @Test("a job can be submitted held")
  func submittedHeld() {
    var scene = Scene()
    #expect(scene.submit(1, step(1), isHeld: true).isEmpty)
    #expect(scene.scheduler.jobState(JobID(1)) == .held)
    #expect(!scene.scheduler.isIdle)
  }

  @Test("a retry reopens what failed and what was refused for it; attempts are counted on")
  func retry() {
    var scene = Scene(cpus: 2)
    scene.submit(1, step(2), step(2, needs: [elementwise(1)]))
    scene.end(1, .failed(exit: 1))
    scene.end(2, .succeeded)
    scene.end(1, .succeeded)
    #expect(scene.scheduler.jobState(JobID(1)) == .failed)
    let actions = scene.tell(.retry(JobID(1), step: nil, tasks: nil))
    #expect(
      actions.changes.dropLast() == [
        .tasksReopened(stepID(1, 1), TaskRange(1)),
        .taskRetried(task(1, 1, 1), attempt: 1, .failed(exit: 1)),
        .tasksReopened(stepID(1, 2), TaskRange(1)),
      ])
    #expect(scene.scheduler.jobState(JobID(1)) == .running)
    #expect(scene.lease(1)?.attempts == [1: 2])
    scene.end(1, .succeeded)
    #expect(scene.leased == "1.2.1")
    #expect(scene.end(1, .succeeded).changes.last == .jobEnded(JobID(1), .succeeded))
  }

  @Test("a task whose upstream stays unsuccessful is not reopened")
  func retryDownstreamOnly() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1), step(1, needs: [gather(1)]))
    scene.end(1, .failed(exit: 1))
    #expect(scene.tell(.retry(JobID(1), step: 1, tasks: nil)).isEmpty)
    #expect(scene.state(1, 2, 1) == .ended(.refused))
  }

  @Test("of an elementwise step only those tasks are reopened whose own upstream goes on")
  func retrySome() {
    var scene = Scene(cpus: 2)
    scene.submit(1, step(2), step(2, needs: [elementwise(1)]))
    scene.end(1, .failed(exit: 1))
    scene.end(2, .failed(exit: 1))
    scene.tell(.retry(JobID(1), step: 0, tasks: TaskRange(2)))
    #expect(scene.state(1, 1, 1) == .ended(.failed(exit: 1)))
    #expect(scene.state(1, 2, 1) == .ended(.refused))
    #expect(scene.leased == "1.1.2")
    #expect(scene.state(1, 2, 2) == .waiting)
  }

  @Test("a cancelled task is not reopened while what it needs stays cancelled")
  func retryCancelledDownstream() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1), step(1, needs: [elementwise(1)]), isHeld: true)
    scene.tell(.cancel(JobID(1), step: nil, tasks: nil))
    #expect(scene.tell(.retry(JobID(1), step: 1, tasks: nil)).isEmpty)
    #expect(scene.scheduler.jobState(JobID(1)) == .cancelled)
  }

  @Test("ended jobs are remembered up to a thousand, the oldest end is forgotten first")
  func forgotten() {
    var scene = Scene(cpus: 1)
    for id in 1...1001 {
      scene.submit(Int64(id), step(1))
      scene.end(1, .succeeded)
    }
    #expect(scene.scheduler.jobState(JobID(1)) == nil)
    #expect(scene.scheduler.jobState(JobID(2)) == .succeeded)
    #expect(scene.scheduler.isIdle)
    // The shell forgets the same ones, and hears of each once.
    var scheduler = scene.scheduler
    #expect(scheduler.takeForgotten() == [JobID(1)])
    #expect(scheduler.takeForgotten().isEmpty)
  }

  @Test("a retry is one more attempt, not a new allowance")
  func retryAllowance() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1, retry: .limited(RetryLimits(lost: 1))))
    scene.end(1, .lost)
    scene.end(1, .lost)
    #expect(scene.state(1, 1, 1) == .ended(.lost))
    scene.tell(.retry(JobID(1), step: nil, tasks: nil))
    #expect(scene.lease(1)?.attempts == [1: 3])
    scene.end(1, .lost)
    #expect(scene.state(1, 1, 1) == .ended(.lost))
  }

  @Test("a task that was cancelled before it was leased keeps its first attempt")
  func retryCancelled() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(2))
    scene.tell(.cancel(JobID(1), step: nil, tasks: nil))
    scene.end(1, .cancelled)
    scene.tell(.retry(JobID(1), step: nil, tasks: nil))
    #expect(scene.lease(1)?.attempts == [1: 2])
    scene.end(1, .succeeded)
    #expect(scene.lease(1)?.attempts == [:])
  }
}
