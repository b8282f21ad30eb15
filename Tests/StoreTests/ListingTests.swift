import Base
import JobModel
import Scheduling
import Store
import Testing
import Wire

@Suite("listing jobs")
struct ListingTests {
  /// Jobs 1 to 6, alternately of two projects: 1 failed, 2 cancelled, 3 running, 4 held, 5 and 6
  /// queued.
  private func world() throws -> StoreWorld {
    let world = try StoreWorld()
    for number in 1...6 as ClosedRange<Int64> {
      let project: ProjectName = number.isMultiple(of: 2) ? ProjectName("chassis") : .main
      try world.submit(Sample.record(number, project: project, key: "k\(number)", tasks: [2]))
    }
    func step(_ job: Int64) -> StepID { StepID(job: JobID(job), index: 0) }
    try world.commit(
      .tasksEnded(step(1), Sample.range(1...2), .refused), .jobEnded(JobID(1), .failed),
      .tasksEnded(step(2), Sample.range(1...2), .cancelled), .jobEnded(JobID(2), .cancelled),
      .jobStarted(JobID(3)), .leaseGranted(Sample.lease(1, 1...1, step: step(3))),
      .jobHeld(JobID(4)))
    return world
  }

  private func ids(
    _ world: StoreWorld, project: ProjectName? = nil, _ states: Set<JobState> = [],
    before: JobID? = nil, limit: Int = 99
  ) throws -> [Int64] {
    try world.store.jobs(project: project, states: states, before: before, limit: limit)
      .map(\.id.number)
  }

  @Test("newest first, by state, by project, page by page")
  func filters() throws {
    let world = try world()
    #expect(try ids(world) == [6, 5, 4, 3, 2, 1])
    #expect(try ids(world, limit: 2) == [6, 5])
    #expect(try ids(world, before: JobID(5), limit: 2) == [4, 3])
    #expect(try ids(world, [.queued]) == [6, 5])
    #expect(try ids(world, [.running, .held]) == [4, 3])
    #expect(try ids(world, [.failed, .held]) == [4, 1])
    #expect(try ids(world, project: ProjectName("chassis")) == [6, 4, 2])
    #expect(try ids(world, project: ProjectName("chassis"), [.cancelled]) == [2])
    #expect(try ids(world, project: ProjectName("chassis"), [.queued]) == [6])
    #expect(try ids(world, project: ProjectName("nobody")) == [])
  }

  @Test("a row has the state, the counts and the times of its job")
  func rows() throws {
    let world = try world()
    let jobs = try world.store.jobs(project: nil, states: [], before: nil, limit: 9)
    #expect(jobs.map(\.state) == [.queued, .queued, .held, .running, .cancelled, .failed])
    #expect(jobs.map(\.counts.total) == [2, 2, 2, 2, 2, 2])
    #expect(jobs.map(\.counts.failed) == [0, 0, 0, 0, 0, 2])
    #expect(jobs.map(\.counts.cancelled) == [0, 0, 0, 0, 2, 0])
    #expect(jobs.map(\.counts.running) == [0, 0, 0, 1, 0, 0])
    #expect(jobs[3].startedAt == Sample.now && jobs[3].endedAt == nil)
    #expect(jobs[5].endedAt == Sample.now)
    #expect(jobs[0].project == ProjectName("chassis") && jobs[0].name == "支架-6")
  }

  @Test("open tasks of a step that needs others are counted as waiting")
  func waiting() throws {
    let world = try StoreWorld()
    try world.submit(Sample.record(tasks: [3, 5]))
    let steps = try #require(try world.store.summary(Sample.job)).steps
    #expect(steps.map(\.ready) == [3, 0])
    #expect(steps.map(\.waiting) == [0, 5])
  }

  @Test("an idempotency key names one job of one project")
  func keys() throws {
    let world = try world()
    try world.submit(Sample.record(7, key: "k2"))
    let main = try #require(try world.store.job(project: .main, key: "k2"))
    #expect(main.0 == JobID(7) && main.1 == Sample.record(7).specDigest)
    let other = try #require(try world.store.job(project: ProjectName("chassis"), key: "k2"))
    #expect(other.0 == JobID(2) && other.1 == Sample.record(2).specDigest)
    #expect(try world.store.job(project: .main, key: "k9") == nil)
    #expect(try world.store.job(project: ProjectName("nobody"), key: "k2") == nil)
  }

  @Test("names with quotes and statements in them are only names")
  func injection() throws {
    let world = try StoreWorld()
    var record = Sample.record(key: "'); DROP TABLE job; --")
    record.name = "x'; DELETE FROM job; --"
    try world.submit(record)
    #expect(try world.store.job(project: .main, key: "'); DROP TABLE job; --")?.0 == JobID(1))
    #expect(try world.store.record(JobID(1))?.name == "x'; DELETE FROM job; --")
    #expect(try world.store.job(project: ProjectName("' OR 1 = 1 --"), key: "x") == nil)
  }
}
