import Base
import JobModel
import Scheduling
import Testing
import Wire

@testable import Store

@Suite("limits of the store")
struct LimitTests {
  @Test("a sweep of a million points costs as many rows as one of ten", arguments: [10, 1_000_000])
  func millionTasks(tasks: Int) throws {
    let world = try StoreWorld()
    try world.submit(Sample.record(tasks: [tasks]))
    #expect(try world.rows("SELECT count(*) FROM step") == 1)
    #expect(try world.rows("SELECT count(*) FROM task_end") == 0)
    #expect(try world.rows("SELECT count(*) FROM event") == 1)
    try world.commit(
      .tasksEnded(Sample.step, TaskRange(1, tasks), .cancelled), .jobEnded(Sample.job, .cancelled))
    #expect(try world.rows("SELECT count(*) FROM task_end") == 1)
    #expect(try world.rows("SELECT count(*) FROM event") == 3)
    #expect(try world.store.summary(Sample.job)?.summary.counts.cancelled == tasks)
  }

  @Test("when the disk is full nothing is changed, and the same batch succeeds later")
  func diskFull() throws {
    let world = try StoreWorld()
    try world.submit(Sample.record())
    try world.commit(.leaseGranted(Sample.lease(1, 1...2)))
    var large = Sample.record(2)
    large.source = String(repeating: "# a long comment\n", count: 20_000)
    let batch = Batch(
      submissions: [large], changes: [.jobHeld(Sample.job), .leaseEnded(SlotID(1), Epoch(1))],
      at: Sample.now)
    try limitPages(of: world.store, to: 1)
    for _ in 1...3 {
      do {
        try world.store.commit(batch)
        Issue.record("committed on a full disk")
      } catch {
        #expect(error.code == .storage)
        #expect(
          error.description == """
            \(world.state.database): the disk that holds the database is full; \
            free some space; nothing was lost, work resumes by itself
            """)
      }
    }
    #expect(try world.store.record(JobID(2)) == nil)
    #expect(try world.restored().restored.leases.count == 1)
    #expect(try !world.restored().restored.plan.isHeld)
    #expect(try world.store.events(Sample.job, after: 0, limit: 9).count == 2)

    try limitPages(of: world.store, to: 1_000_000)
    try world.store.commit(batch)
    #expect(try world.store.record(JobID(2))?.source == large.source)
    #expect(try world.store.load().jobs.map(\.restored.leases.count) == [0, 0])
  }

  /// SQLite then answers as it does when the disk is full; never below the present size.
  private func limitPages(of store: Store, to pages: Int) throws {
    try store.writer.withLock { writer in
      try writer.database.execute("PRAGMA max_page_count = \(pages)")
    }
  }

  @Test("the log is folded into the database while the store is open")
  func checkpoint() throws {
    let world = try StoreWorld()
    var number: Int64 = 0
    var longest = 0
    var last = 0
    repeat {
      number += 1
      var job = Sample.record(number)
      job.source = String(repeating: "x", count: 200_000)
      try world.submit(job)
      last = world.store.writer.withLock { $0.database.pagesInLog }
      longest = max(longest, last)
    } while last >= longest && number < 200
    // After a checkpoint the log starts again from its beginning.
    #expect(last < longest)
    #expect(longest < Writer.checkpointPages + 200)
    #expect(try world.store.load().lastJob == JobID(number))
  }
}
