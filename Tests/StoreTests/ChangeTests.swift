import Base
import JobModel
import Scheduling
import Store
import Testing
import Wire

@Suite("durable changes")
struct ChangeTests {
  @Test("a submitted job is read back word for word after a restart")
  func submission() throws {
    let world = try StoreWorld()
    let record = Sample.record(key: "nightly", tasks: [10, 4])
    try world.submit(record)
    try world.reopen()

    let (jobs, lastJob, lastEpoch) = try world.store.load()
    #expect(lastJob == JobID(1) && lastEpoch == Epoch(0))
    let job = try #require(jobs.first)
    #expect(jobs.count == 1)
    #expect(job.record.spec == record.spec)
    #expect(job.record.plan == record.plan)
    #expect(job.record.files == record.files)
    #expect(job.record.source == record.source)
    #expect(job.record.fileName == "bracket.yaml")
    #expect(job.record.key == "nightly")
    #expect(job.record.specDigest == record.specDigest)
    #expect(job.record.submittedAt == Sample.now)
    #expect(job.restored.plan == record.plan)
    #expect(!job.restored.hasStarted && job.startedAt == nil)
    #expect(job.restored.ended.map(\.count) == [0, 0])
    #expect(try world.store.record(JobID(1))?.spec == record.spec)
    #expect(try world.store.record(JobID(2)) == nil)
    #expect(try world.store.events(JobID(1), after: 0, limit: 9).map(\.kind) == [.submitted])
  }

  @Test("a lease and its worker are known after a restart, and no epoch is given twice")
  func lease() throws {
    let world = try StoreWorld()
    try world.submit(Sample.record())
    let lease = Sample.lease(7, 2...5, attempts: [3: 2, 5: 4])
    try world.commit(.jobStarted(Sample.job), .leaseGranted(lease))
    try world.store.commit(
      Batch(workers: [WorkerRecord(epoch: Epoch(7), worker: "w-1")], at: Sample.now))
    try world.reopen()
    let job = try world.restored()
    #expect(job.restored.leases == [lease])
    #expect(job.workers == [Epoch(7): "w-1"])
    #expect(job.restored.hasStarted && job.startedAt == Sample.now)
    #expect(try world.store.knownEpochs() == [Epoch(7)])
    #expect(try world.store.summary(Sample.job)?.steps.map(\.running) == [4])

    try world.commit(.leaseEnded(SlotID(7), Epoch(7)))
    #expect(try world.restored().restored.leases == [])
    #expect(try world.store.knownEpochs() == [])
    // It left no row, and still the next epoch is 8.
    #expect(try world.store.load().lastEpoch == Epoch(7))
  }

  @Test("a worker is stored with the lease of the same batch, and ignored after its end")
  func workerOfTheSameBatch() throws {
    let world = try StoreWorld()
    try world.submit(Sample.record())
    try world.store.commit(
      Batch(
        changes: [.leaseGranted(Sample.lease(1, 1...2))],
        workers: [
          WorkerRecord(epoch: Epoch(1), worker: "w-7"),
          WorkerRecord(epoch: Epoch(99), worker: "late"),
        ], at: Sample.now))
    #expect(try world.restored().workers == [Epoch(1): "w-7"])
  }

  @Test("a delivery with a failure in the middle is stored by ranges")
  func publication() throws {
    let world = try StoreWorld()
    try world.submit(Sample.record())
    let lease = Sample.lease(1, 1...10)
    try world.commit(.jobStarted(Sample.job), .leaseGranted(lease))
    let outcomes = [
      Sample.outcome(1...4, wall: 4), Sample.outcome(5...5, .failed(exit: 2), message: "no mesh"),
      Sample.outcome(6...10, wall: 5),
    ]
    try world.commit(
      .leaseEnded(lease.slot, lease.epoch),
      .tasksEnded(Sample.step, Sample.range(1...4), .succeeded),
      .tasksEnded(Sample.step, Sample.range(5...5), .failed(exit: 2)),
      .tasksEnded(Sample.step, Sample.range(6...10), .succeeded), .jobEnded(Sample.job, .failed),
      publications: [Sample.publication(lease, outcomes)])
    try world.reopen()

    #expect(try world.store.load().jobs.isEmpty)
    let (summary, steps, usage) = try #require(try world.store.summary(Sample.job))
    #expect(summary.state == .failed)
    #expect(summary.endedAt == Sample.now && summary.startedAt == Sample.now)
    #expect(steps.map(\.succeeded) == [9] && steps.map(\.failed) == [1])
    #expect(summary.counts == steps[0])
    #expect(
      usage == Usage(wall: Seconds(10), cpu: Seconds(5), peakMemory: .mebibytes(5)))
    let ends = try world.store.ends(Sample.job, step: nil, onlyUnsuccessful: false, limit: 99)
    #expect(ends.map(\.tasks) == [Sample.range(1...4), Sample.range(5...5), Sample.range(6...10)])
    #expect(ends.map(\.attempt) == [1, 1, 1])
    #expect(ends.map(\.message) == [nil, "no mesh", nil])
    #expect(ends.map(\.usage.wall) == [Seconds(4), Seconds(1), Seconds(5)])
    let failures = try world.store.ends(Sample.job, step: 0, onlyUnsuccessful: true, limit: 9)
    #expect(failures.map(\.reason) == [.failed(exit: 2)])
    #expect(
      try world.store.segments(Sample.step, tasks: TaskRange(10))
        == [SegmentPlace(path: "results/1/1.seg", tasks: Sample.range(1...10))])
    #expect(try world.store.isPublished(Epoch(1)))
    #expect(try !world.store.isPublished(Epoch(2)))
    #expect(try world.store.knownEpochs() == [Epoch(1)])
    let events = try world.store.events(Sample.job, after: 1, limit: 99)
    #expect(events.map(\.cursor) == [2, 3, 4, 5, 6])
    #expect(
      events.map(\.kind) == [
        .started(step: 0, tasks: Sample.range(1...10)),
        .ended(step: 0, tasks: Sample.range(1...4), reason: .succeeded, message: nil),
        .ended(step: 0, tasks: Sample.range(5...5), reason: .failed(exit: 2), message: "no mesh"),
        .ended(step: 0, tasks: Sample.range(6...10), reason: .succeeded, message: nil),
        .jobEnded(.failed),
      ])
    #expect(try world.store.events(Sample.job, after: 4, limit: 1).map(\.cursor) == [5])
  }

  @Test("neighbours that ended alike share a row, whatever the order of their ends")
  func coalescing() throws {
    let world = try StoreWorld()
    try world.submit(Sample.record(tasks: [90]))
    for (epoch, first) in [21, 1, 11, 41, 31].enumerated() {
      let lease = Sample.lease(Int64(epoch) + 1, first...(first + 9))
      try world.commit(.leaseGranted(lease))
      try world.commit(
        .leaseEnded(lease.slot, lease.epoch), .tasksEnded(Sample.step, lease.tasks, .succeeded),
        publications: [
          Sample.publication(lease, [Sample.outcome(first...(first + 9), wall: 10)])
        ])
    }
    let ends = try world.store.ends(Sample.job, step: nil, onlyUnsuccessful: false, limit: 99)
    #expect(ends.map(\.tasks) == [Sample.range(1...50)])
    #expect(ends.map(\.usage.wall) == [Seconds(50)])
    #expect(
      try world.store.segments(Sample.step, tasks: Sample.range(15...31)).map(\.path)
        == ["results/1/3.seg", "results/1/1.seg", "results/1/5.seg"])
    #expect(try world.store.segments(Sample.step, tasks: nil).count == 5)
    #expect(try world.store.segments(Sample.step, tasks: Sample.range(51...90)).isEmpty)
  }

  @Test("a retried attempt keeps its reason, message and usage, and the next end its number")
  func retry() throws {
    let world = try StoreWorld()
    try world.submit(Sample.record())
    let first = Sample.lease(1, 1...3)
    try world.commit(.leaseGranted(first))
    try world.commit(
      .leaseEnded(first.slot, first.epoch), .tasksEnded(Sample.step, TaskRange(1), .succeeded),
      .taskRetried(TaskID(step: Sample.step, number: 2), attempt: 1, .lost),
      .taskRetried(TaskID(step: Sample.step, number: 3), attempt: 1, .lost),
      publications: [
        Sample.publication(
          first, [Sample.outcome(1...1), Sample.outcome(2...3, .lost, message: "gone", wall: 6)])
      ])
    #expect(
      try world.restored().restored.retried[0].mapValues { $0.map(\.reason) } == [
        2: [.lost], 3: [.lost],
      ])
    let second = Sample.lease(2, 2...3, attempts: [2: 2, 3: 2])
    try world.commit(.leaseGranted(second))
    try world.commit(
      .leaseEnded(second.slot, second.epoch),
      .tasksEnded(Sample.step, Sample.range(2...3), .succeeded),
      publications: [Sample.publication(second, [Sample.outcome(2...3, wall: 2)])])
    let ends = try world.store.ends(Sample.job, step: nil, onlyUnsuccessful: false, limit: 9)
    #expect(ends.map(\.tasks) == [TaskRange(1), Sample.range(2...3)])
    #expect(ends.map(\.attempt) == [1, 2])
    #expect(try world.store.summary(Sample.job)?.usage.wall == Seconds(9))
    #expect(
      try world.store.events(Sample.job, after: 0, limit: 99).map(\.kind).contains(
        .retried(step: 0, task: 3, attempt: 1, reason: .lost)))
  }

  @Test("a cancel of running tasks survives a restart; tasks that never ran have attempt 0")
  func cancel() throws {
    let world = try StoreWorld()
    try world.submit(Sample.record())
    let lease = Sample.lease(1, 1...4)
    try world.commit(.jobStarted(Sample.job), .leaseGranted(lease))
    try world.commit(
      .cancelAsked(Sample.step, Sample.range(2...4)),
      .tasksEnded(Sample.step, Sample.range(5...10), .cancelled))
    try world.reopen()
    #expect(try world.restored().restored.cancelAsked == [[Sample.range(2...4)]])
    try world.commit(
      .leaseEnded(lease.slot, lease.epoch),
      .tasksEnded(Sample.step, Sample.range(1...1), .succeeded),
      .tasksEnded(Sample.step, Sample.range(2...4), .cancelled),
      .jobEnded(Sample.job, .cancelled),
      publications: [
        Sample.publication(
          lease, [Sample.outcome(1...1), Sample.outcome(2...4, .lost, message: "killed", wall: 3)])
      ])
    let ends = try world.store.ends(Sample.job, step: nil, onlyUnsuccessful: false, limit: 9)
    #expect(ends.map(\.tasks) == [TaskRange(1), Sample.range(2...4), Sample.range(5...10)])
    #expect(ends.map(\.attempt) == [1, 1, 0])
    // The reason of the worker was another one, so its words do not fit.
    #expect(ends.map(\.message) == [nil, nil, nil])
    #expect(ends.map(\.usage.wall) == [Seconds(1), Seconds(3), .zero])
    #expect(try world.store.summary(Sample.job)?.summary.state == .cancelled)
  }

  @Test("reopened tasks of an ended job are to run again, and their attempts are remembered")
  func reopened() throws {
    let world = try StoreWorld()
    try world.submit(Sample.record())
    let lease = Sample.lease(1, 1...10)
    try world.commit(.jobStarted(Sample.job), .leaseGranted(lease))
    try world.commit(
      .leaseEnded(lease.slot, lease.epoch),
      .tasksEnded(Sample.step, Sample.range(1...2), .succeeded),
      .tasksEnded(Sample.step, Sample.range(3...10), .memory), .jobEnded(Sample.job, .failed),
      publications: [
        Sample.publication(
          lease, [Sample.outcome(1...2), Sample.outcome(3...10, .memory, message: "m", wall: 8)])
      ])
    #expect(try world.store.load().jobs.isEmpty)
    #expect(try world.store.stored(Sample.job)?.restored.ended[0].count == 2)

    try world.commit(
      .tasksReopened(Sample.step, Sample.range(5...6)),
      .taskRetried(TaskID(step: Sample.step, number: 5), attempt: 1, .memory),
      .taskRetried(TaskID(step: Sample.step, number: 6), attempt: 1, .memory),
      .demanded(
        Sample.step, Sample.range(5...6), Demand(memory: .gibibytes(2), memoryEnds: 1)),
      .demanded(Sample.step, Sample.range(5...5), Demand(time: Seconds(1.5))))
    try world.reopen()
    let job = try world.restored()
    #expect(job.restored.demands[0].map(\.tasks) == [Sample.range(5...6), Sample.range(5...5)])
    #expect(
      job.restored.demands[0].map(\.demand) == [
        Demand(memory: .gibibytes(2), memoryEnds: 1), Demand(time: Seconds(1.5)),
      ])
    #expect(
      job.restored.ended[0].map(\.tasks) == [
        Sample.range(1...2), Sample.range(3...4), Sample.range(7...10),
      ])
    #expect(job.restored.retried[0].mapValues { $0.map(\.attempt) } == [5: [1], 6: [1]])
    let (summary, steps, usage) = try #require(try world.store.summary(Sample.job))
    #expect(summary.state == .running && summary.endedAt == nil)
    #expect(steps[0].ready == 2 && steps[0].failed == 6)
    #expect(usage.wall == Seconds(9))
    let ends = try world.store.ends(Sample.job, step: nil, onlyUnsuccessful: true, limit: 9)
    #expect(ends.map(\.usage.wall) == [Seconds(2), Seconds(4)])
  }

  @Test("hold and release are kept, and a job that still runs something is not held yet")
  func hold() throws {
    let world = try StoreWorld()
    try world.submit(Sample.record())
    let lease = Sample.lease(1, 1...2)
    try world.commit(.jobStarted(Sample.job), .leaseGranted(lease), .jobHeld(Sample.job))
    try world.reopen()
    #expect(try world.restored().restored.plan.isHeld)
    #expect(try world.store.summary(Sample.job)?.summary.state == .running)
    try world.commit(.leaseEnded(lease.slot, lease.epoch))
    #expect(try world.store.summary(Sample.job)?.summary.state == .held)
    try world.commit(.jobReleased(Sample.job))
    #expect(try !world.restored().restored.plan.isHeld)
    #expect(
      try world.store.events(Sample.job, after: 2, limit: 9).map(\.kind) == [.held, .released])
  }

  @Test("a change that does not fit what is stored stops the process")
  func brokenInvariant() async {
    await #expect(processExitsWith: .failure) {
      let world = try StoreWorld()
      try world.submit(Sample.record())
      try world.commit(.leaseEnded(SlotID(1), Epoch(1)))
    }
    await #expect(processExitsWith: .failure) {
      let world = try StoreWorld()
      try world.submit(Sample.record())
      try world.commit(.leaseGranted(Sample.lease(1, 1...2)))
      try world.commit(.tasksEnded(Sample.step, TaskRange(2), .cancelled))
    }
    await #expect(processExitsWith: .failure) {
      let world = try StoreWorld()
      try world.submit(Sample.record())
      try world.commit(.tasksEnded(Sample.step, TaskRange(2), .cancelled))
      try world.commit(.leaseGranted(Sample.lease(1, 1...2)))
    }
    await #expect(processExitsWith: .failure) {
      let world = try StoreWorld()
      try world.submit(Sample.record())
      try world.commit(.jobEnded(Sample.job, .succeeded))
    }
    await #expect(processExitsWith: .failure) {
      let world = try StoreWorld()
      try world.submit(Sample.record())
      let lease = Sample.lease(1, 1...2)
      try world.commit(
        .leaseGranted(lease), publications: [Sample.publication(lease, [Sample.outcome(1...2)])])
    }
  }
}
