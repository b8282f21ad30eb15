import Base
import JobModel
import Scheduling
import Testing
import Wire

@testable import Store

@Suite("messages about jobs")
struct NoticeStoreTests {
  private let world: StoreWorld
  private let later = Timestamp(milliseconds: Sample.now.milliseconds + 60_000)

  init() throws { world = try StoreWorld() }

  private func submit(_ targets: NoticeTarget..., tasks: Int = 3) throws {
    var job = Sample.record(tasks: [tasks])
    job.notify = targets
    try world.submit(job)
  }

  private func due() throws -> [PendingNotice] {
    try world.store.dueNotices(at: Sample.now, limit: 100)
  }

  @Test("a job gives one message at its first failure and one at its end, whatever its size")
  func digest() throws {
    try submit(NoticeTarget(.webhook("http://a")), NoticeTarget(.command(["b"]), on: [.end]))
    try world.commit(.tasksEnded(Sample.step, TaskRange(1), .refused))
    try world.commit(.tasksEnded(Sample.step, TaskRange(2), .refused))
    #expect(try due().map(\.way) == [.webhook("http://a")])
    try world.commit(
      .tasksEnded(Sample.step, TaskRange(3), .cancelled), .jobEnded(Sample.job, .failed))
    let notices = try due()
    #expect(notices.map(\.occasion) == [.failure, .end, .end])
    #expect(notices[1].event == notices[2].event, "one event, told to two")
    #expect(notices[0].event != notices[1].event)
    #expect(notices[0].body.contains("\"failed\":1"))
    #expect(notices[1].body.contains("\"failed\":2,\"cancelled\":1"))
    #expect(notices[1].body.contains("\"state\":\"failed\""))
  }

  @Test("nobody is told of a job that nobody asked about, nor of a success as a failure")
  func silence() throws {
    try submit(NoticeTarget(.webhook("http://a"), on: [.failure]))
    try world.commit(
      .tasksEnded(Sample.step, TaskRange(1, 3), .cancelled), .jobEnded(Sample.job, .cancelled))
    #expect(try due().isEmpty)
  }

  @Test("a commit says whether somebody is to hear of it")
  func news() throws {
    func commit(_ changes: Change...) throws -> Bool {
      try world.store.commit(Batch(changes: changes, at: Sample.now))
    }
    try submit(NoticeTarget(.webhook("http://a"), on: [.failure]))
    #expect(try !commit(.tasksEnded(Sample.step, TaskRange(1), .cancelled)))
    #expect(try commit(.tasksEnded(Sample.step, TaskRange(2), .refused)))
    #expect(
      try !commit(
        .tasksEnded(Sample.step, TaskRange(3), .refused), .jobEnded(Sample.job, .failed)))
    #expect(try !world.store.commit(Batch(at: Sample.now)))
  }

  @Test("what failed waits for its time, what was delivered is over, and both survive a restart")
  func settlements() throws {
    try submit(NoticeTarget(.webhook("http://a")), NoticeTarget(.webhook("http://b")))
    try world.commit(.tasksEnded(Sample.step, TaskRange(1), .refused))
    let notices = try due()
    var batch = Batch(at: Sample.now)
    batch.settlements = [
      NoticeSettlement(id: notices[0].id, outcome: .delivered),
      NoticeSettlement(id: notices[1].id, outcome: .failed("status 500", retryAt: later)),
    ]
    try world.store.commit(batch)
    try world.reopen()
    #expect(try due().isEmpty)
    #expect(try world.store.nextNotice() == later)
    #expect(try world.store.hasNotices(triedLessThan: 2))
    #expect(try !world.store.hasNotices(triedLessThan: 1))
    let again = try world.store.dueNotices(at: later, limit: 10)
    #expect(again.map(\.event) == [notices[1].event])
    #expect(again.map(\.tries) == [1])
    let statuses = try world.store.notices(Sample.job)
    #expect(statuses.map(\.delivery) == [.delivered, .waiting])
    #expect(statuses.map(\.error) == [nil, "status 500"])
  }
}
