import Base
import JobModel
import Scheduling
import TestSupport
import Wire

@testable import Store

/// A state directory of its own for one test, and the store in it.
final class StoreWorld {
  private let folder: TemporaryFolder
  private(set) var store: Store

  var state: StateDirectory { StateDirectory(root: folder.path) }

  init() throws {
    folder = try TemporaryFolder()
    store = try Store(state: StateDirectory(root: folder.path))
  }

  /// A restart: what is not in the database is gone.
  func reopen() throws {
    // The old connection is open until the new one stands; SQLite allows that in one process.
    store = try Store(state: state)
  }

  func commit(_ changes: Change..., publications: [Publication] = []) throws {
    try store.commit(Batch(publications: publications, changes: changes, at: Sample.now))
  }

  func submit(_ jobs: JobRecord...) throws {
    try store.commit(Batch(submissions: jobs, at: Sample.now))
  }

  /// The only live job.
  func restored() throws -> StoredJob {
    let jobs = try store.load().jobs
    precondition(jobs.count == 1, "\(jobs.count) live jobs")
    return jobs[0]
  }

  func rows(_ table: StaticString) throws -> Int {
    try store.read { (database) throws(DatabaseFailure) in
      try database.first(table) { $0.integer(0) } ?? -1
    }
  }
}

enum Sample {
  static let now = Timestamp(milliseconds: 1_800_000_000_000)
  static let job = JobID(1)
  static let step = StepID(job: job, index: 0)

  static func plan(_ id: JobID, project: ProjectName = .main, tasks: [Int] = [10]) -> JobPlan {
    JobPlan(
      id: id, project: project, priority: 3, isHeld: false,
      steps: tasks.enumerated().map { index, count in
        StepPlan(
          taskCount: count, cpus: 2, memory: .mebibytes(64), pools: [.licence("nastran"): .one],
          retry: .limited(RetryLimits(lost: 5, memoryGrowth: 2)),
          dependencies: index == 0 ? [] : [Dependency(step: index - 1, wiring: .gather)],
          estimate: Seconds(0.25), isFresh: index == 1)
      })
  }

  static func record(
    _ number: Int64 = 1, project: ProjectName = .main, key: String? = nil, tasks: [Int] = [10]
  ) -> JobRecord {
    let plan = plan(JobID(number), project: project, tasks: tasks)
    let steps = tasks.indices.map { index in
      StepSpec(
        name: tasks.count == 1 ? "" : "s\(index)", work: .kernel("test.sleep"),
        parameters: ["value": .quantity(1.5, unit: "kN")],
        inputs: [InputBinding(name: "deck", source: .file("支架.inp"))])
    }
    let spec = JobSpec(name: "支架-\(number)", priority: 3, steps: steps)
    let files = [
      InputFile(
        path: "支架.inp", name: "支架.inp", digest: .of([1, 2, 3]), size: ByteCount(3),
        includedBy: nil)
    ]
    return JobRecord(
      id: plan.id, project: project, name: "支架-\(number)", priority: 3, isHeld: false, key: key,
      specDigest: .of(Array("digest \(number)".utf8)), source: "kernel: test.sleep\n",
      fileName: "bracket.yaml", spec: spec, files: files, plan: plan, submittedAt: now,
      columns: JobColumns(spec, files, plan.steps))
  }

  static func lease(
    _ epoch: Int64, _ tasks: ClosedRange<Int>, step: StepID = Sample.step, slot: Int? = nil,
    attempts: [Int: Int] = [:]
  ) -> Lease {
    Lease(
      slot: SlotID(slot ?? Int(epoch)), epoch: Epoch(epoch), project: .main, step: step,
      tasks: TaskRange(tasks.lowerBound, tasks.upperBound), attempts: attempts, isFresh: false,
      cpus: 2, memory: .mebibytes(64))
  }

  static func publication(_ lease: Lease, _ outcomes: [TaskOutcome]) -> Publication {
    let path = StateDirectory.segment(job: lease.step.job, epoch: lease.epoch)
    return Publication(
      lease: lease, outcomes: outcomes,
      segment: SegmentSeal(path: path, size: ByteCount(4096), records: lease.tasks.count))
  }

  static func outcome(
    _ tasks: ClosedRange<Int>, _ reason: EndReason = .succeeded, message: String? = nil,
    wall: Double = 1
  ) -> TaskOutcome {
    TaskOutcome(
      tasks: TaskRange(tasks.lowerBound, tasks.upperBound), reason: reason, message: message,
      usage: Usage(wall: Seconds(wall), cpu: Seconds(wall / 2), peakMemory: .mebibytes(5)))
  }

  static func range(_ range: ClosedRange<Int>) -> TaskRange {
    TaskRange(range.lowerBound, range.upperBound)
  }
}
