import Base
import JobModel
import Scheduling
import Testing

@Suite("attempts") struct RetryTests {
  static let limits: [(RetryLimits, EndReason)] = [
    (RetryLimits(lost: 1, memoryGrowth: 1), .lost),
    (RetryLimits(lost: 0, failed: 1), .failed(exit: 7)),
    (RetryLimits(lost: 0, signalled: 1), .signalled(11)),
    (RetryLimits(lost: 0, time: 1), .time),
    (RetryLimits(lost: 0, memory: 1), .memory),
  ]

  @Test(
    "an attempt is repeated while the limit of its reason allows, then it ends the task",
    arguments: limits)
  func limit(limits: RetryLimits, reason: EndReason) {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1, retry: .limited(limits)))
    #expect(scene.end(1, reason).changes.contains(.taskRetried(task(1, 1, 1), attempt: 1, reason)))
    #expect(scene.lease(1)?.attempts == [1: 2])
    let actions = scene.end(1, reason)
    #expect(
      actions.changes.suffix(2) == [
        .tasksEnded(stepID(1, 1), TaskRange(1), reason), .jobEnded(JobID(1), .failed),
      ])
  }

  @Test("each reason has a limit of its own")
  func reasonsAreCountedApart() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1, retry: .limited(RetryLimits(lost: 1, failed: 1))))
    scene.end(1, .lost)
    scene.end(1, .failed(exit: 1))
    #expect(scene.lease(1)?.attempts == [1: 3])
    scene.end(1, .lost)
    #expect(scene.state(1, 1, 1) == .ended(.lost))
    #expect(scene.scheduler.attempt(of: task(1, 1, 1)) == 3)
  }

  @Test("a task that asks to be run again is, as often as it likes, without a charge")
  func checkpoints() {
    var scene = Scene(cpus: 1)
    var plan = step(1, retry: .limited(RetryLimits(failed: 1)))
    plan.isCheckpointed = true
    scene.submit(1, plan)
    for _ in 1...5 { scene.end(1, .failed(exit: 85)) }
    #expect(scene.lease(1)?.attempts == [1: 6])
    scene.end(1, .failed(exit: 1))
    #expect(scene.lease(1)?.attempts == [1: 7])
    scene.end(1, .failed(exit: 1))
    #expect(scene.state(1, 1, 1) == .ended(.failed(exit: 1)))
  }

  @Test("a task that runs at most once ends when it is lost")
  func never() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1, retry: .never))
    scene.end(1, .lost)
    #expect(scene.state(1, 1, 1) == .ended(.lost))
  }

  @Test("a task that runs at most once, and was not started, goes back")
  func neverStarted() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1, retry: .never))
    scene.end(1, [])
    #expect(scene.lease(1)?.epoch == Epoch(2))
    #expect(scene.lease(1)?.attempts == [:])
  }

  @Test("success and cancel are never repeated", arguments: [EndReason.succeeded, .cancelled])
  func final(reason: EndReason) {
    var scene = Scene(cpus: 1)
    let all = RetryLimits(lost: 9, failed: 9, signalled: 9, time: 9, memory: 9)
    scene.submit(1, step(1, retry: .limited(all)))
    scene.end(1, reason)
    #expect(scene.state(1, 1, 1) == .ended(reason))
  }

  @Test("every retry for lack of memory asks for more, up to what there is")
  func memoryGrows() {
    var scene = Scene(cpus: 1, memory: .gibibytes(4))
    let limits = RetryLimits(memory: 9, memoryGrowth: 1.5)
    scene.submit(1, step(1, memory: .gibibytes(1), retry: .limited(limits)))
    var asked: [String] = []
    while let lease = scene.lease(1) {
      asked.append(lease.memory.description)
      scene.end(1, .memory)
    }
    #expect(asked == ["1 GiB", "1.5 GiB", "2.3 GiB", "3.4 GiB", "4 GiB"])
    #expect(scene.state(1, 1, 1) == .ended(.memory), "more than all there is does not exist")
  }

  @Test("a user's retry asks for more, of those that failed only, and so do all attempts after it")
  func wishes() {
    var scene = Scene(cpus: 2)
    var plan = step(2, memory: .gibibytes(1), retry: .limited(RetryLimits(memory: 2)))
    plan.time = Seconds(100)
    scene.submit(1, plan)
    scene.end(1, .failed(exit: 1))
    scene.tell(.cancel(JobID(1), step: 0, tasks: TaskRange(2)))
    scene.end(2, .cancelled)
    let wish = RetryWish(onlyFailed: true, memory: .times(2), time: .times(1.5))
    let demand = Demand(memory: .gibibytes(2), time: Seconds(150))
    let actions = scene.tell(.retry(JobID(1), step: nil, tasks: nil, wish))
    #expect(actions.changes.contains(.demanded(stepID(1, 1), TaskRange(1), demand)))
    #expect(scene.state(1, 1, 2) == .ended(.cancelled))
    #expect(scene.lease(1)?.memory == .gibibytes(2))
    #expect(scene.scheduler.time(of: task(1, 1, 1)) == Seconds(150))
    scene.end(1, .memory)
    #expect(scene.lease(1)?.memory == .gibibytes(3), "growth goes on from what was asked for")
    scene.end(1, .failed(exit: 1))
    scene.tell(.retry(JobID(1), step: nil, tasks: TaskRange(1), RetryWish(time: .to(20))))
    #expect(scene.scheduler.time(of: task(1, 1, 1)) == Seconds(20))
    #expect(scene.lease(1)?.memory == .gibibytes(3))
  }

  @Test("twice the memory is twice what the last attempt had, although that was too little")
  func wishAfterMemory() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1, memory: .mebibytes(100), retry: .never))
    scene.end(1, .memory)
    scene.tell(.retry(JobID(1), step: nil, tasks: nil, RetryWish(memory: .times(2))))
    #expect(scene.lease(1)?.memory == .mebibytes(200))
    scene.end(1, .memory)
    scene.tell(.retry(JobID(1), step: nil, tasks: nil, RetryWish(memory: .times(2))))
    #expect(scene.lease(1)?.memory == .mebibytes(400))
  }

  @Test("what a user asked for is known after a restart")
  func wishesAreRestored() {
    var job = RestoredJob(
      plan: plan(1, [step(2)]), hasStarted: true, ended: [[]],
      retried: [[1: [(1, .failed(exit: 1))]]], leases: [])
    job.demands = [[(TaskRange(1), Demand(memory: .gibibytes(3), time: Seconds(9)))]]
    var scene = Scene(cpus: 1, restored: [job])
    scene.tell(.tick)
    #expect(scene.lease(1)?.memory == .gibibytes(3))
    #expect(scene.scheduler.time(of: task(1, 1, 1)) == Seconds(9))
    #expect(scene.scheduler.time(of: task(1, 1, 2)) == nil)
  }

  @Test("a retry for another reason does not ask for more memory")
  func memoryStays() {
    var scene = Scene(cpus: 1)
    scene.submit(1, step(1, retry: .limited(RetryLimits(lost: 1, memory: 1))))
    scene.end(1, .lost)
    #expect(scene.lease(1)?.memory == .gibibytes(1))
  }

  @Test("a retry waits for the memory that it needs")
  func retryWaits() {
    var scene = Scene(cpus: 2, memory: .gibibytes(4))
    let limits = RetryLimits(memory: 1, memoryGrowth: 2)
    scene.submit(1, step(2, memory: .gibibytes(2), retry: .limited(limits)))
    scene.end(1, .memory)
    #expect(scene.leased == "1.1.2")
    scene.end(2, .succeeded)
    #expect(scene.leased == "1.1.1")
    #expect(scene.lease(1)?.memory == .gibibytes(4))
  }
}
