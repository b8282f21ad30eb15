import Base
import Engines
import Glibc
import JobModel
import Results
import Scheduling
import Synchronization
import TestSupport
import Testing
import Wire

/// A state directory with a pool of real workers, and what the pool reported.
final class PoolWorld: Sendable {
  private let folder: TemporaryFolder
  private let disk: SmallDisk?
  let state: StateDirectory
  private let pools = Mutex<[LocalPool]>([])
  let events: EventLog
  private let lastEpoch = Mutex(Int64(0))

  private let program: String

  /// - Parameters:
  ///   - disk: where the state directory is to lie; nil: in a fresh folder.
  ///   - parent: where that folder is made.
  init(
    on disk: SmallDisk? = nil, depth: Int = 0, in parent: String = "/tmp", program: String? = nil
  ) throws {
    self.program = try program ?? Programs.worker()
    self.disk = disk
    folder = try TemporaryFolder(depth: depth, in: parent)
    state = StateDirectory(root: disk?.path ?? folder.path)
    events = try EventLog()
    try restart()
  }

  deinit {
    stop()
    for name in (try? FileTree.entries(state.workers).map(\.name)) ?? [] {
      // A worker that waits for a next server must not outlive the test.
      guard name.hasSuffix(".page"),
        let file = try? Descriptor.open("\(state.workers)/\(name)", O_RDWR),
        !file.lock(waiting: false), let bytes = try? file.read(at: 0, count: StatusPage.size),
        let page = StatusPage(bytes: bytes)
      else { continue }
      kill(page.pid, SIGKILL)
      // Not left as a zombie: tests that watch processes of their own would see it for ever.
      waitpid(page.pid, nil, 0)
    }
  }

  var pool: LocalPool { pools.withLock { $0[$0.count - 1] } }

  /// Starts a pool, as a server does that finds this directory.
  func restart() throws {
    let pool = try LocalPool(
      LocalPool.Options(state: state, program: program)
    ) { [events] in events.add($0) }
    pools.withLock { $0.append(pool) }
  }

  func stop() {
    let pool = pools.withLock { $0.popLast() }
    pool?.stop()
  }

  func grant(
    _ work: Work, tasks: TaskRange = TaskRange(1), parameters: [String: Value] = [:],
    slot: Int = 1, _ change: (inout Grant) -> Void = { _ in }
  ) -> Grant {
    let epoch = lastEpoch.withLock { last in
      last += 1
      return Epoch(last)
    }
    let axis = Axis(
      name: "value",
      values: .linear(from: 1, to: Double(tasks.last), count: tasks.last, unit: nil))
    var grant = Grant(
      slot: SlotID(slot), epoch: epoch, step: StepID(job: JobID(1), index: 0), tasks: tasks,
      attempts: [:], isFresh: false, memory: .mebibytes(256),
      spec: StepSpec(
        name: "", work: work, parameters: parameters, sweep: Sweep(groups: [[axis]])),
      files: [], upstream: [])
    change(&grant)
    return grant
  }

  /// The lease as the database of a restarted server knows it.
  func lease(_ grant: Grant) -> Lease {
    Lease(
      slot: grant.slot, epoch: grant.epoch, project: .main, step: grant.step, tasks: grant.tasks,
      attempts: [:], isFresh: grant.isFresh, cpus: 1, memory: grant.memory)
  }

  /// Puts an input file where the server does.
  func store(_ text: String, path: String, name: String) throws -> InputFile {
    let bytes = Array(text.utf8)
    let digest = SHA256.of(bytes)
    let stored = state.file(digest)
    try FileTree.make(String(stored.dropLast(digest.hex.count + 1)))
    let file = try Descriptor.open(stored, O_WRONLY | O_CREAT | O_EXCL, mode: 0o444)
    try file.write(bytes)
    return InputFile(
      path: path, name: name, digest: digest, size: ByteCount(bytes.count), includedBy: nil)
  }

  /// Has a lease executed and waits for its delivery.
  func deliver(_ grant: Grant, project: ProjectName = .main) throws -> Delivery {
    pool.start(grant, project: project)
    return try delivery(of: grant)
  }

  func delivery(of grant: Grant, atMost limit: Seconds = Seconds(60)) throws -> Delivery {
    try events.first(atMost: limit, "the delivery of lease \(grant.epoch)") { event in
      guard case .delivered(let delivery, _, _) = event, delivery.epoch == grant.epoch else {
        return nil
      }
      return delivery
    }
  }

  func death(
    of grant: Grant, atMost limit: Seconds = Seconds(60)
  ) throws -> (outcomes: [TaskOutcome], segment: SegmentSeal?) {
    try events.first(atMost: limit, "the death of lease \(grant.epoch)") { event in
      guard case .died(_, grant.epoch, let outcomes, let segment) = event else { return nil }
      return (outcomes, segment)
    }
  }

  /// Starts a lease that says it is about to end, and does not.
  func startNeverEnding() throws -> Grant {
    // The first three are over at once; the last one is not, and nobody could know.
    let script = "test $KILN_TASK != 4 || { echo KILN_METRIC up=1; sleep 1000; }"
    let grant = grant(.command(["sh", "-c", script]), tasks: TaskRange(1, 4))
    pool.start(grant, project: .main)
    try progress(of: grant, task: 4)
    let _: Bool = try events.first("the foreseen end") { event in
      if case .computed(grant.slot, grant.epoch) = event { true } else { nil }
    }
    return grant
  }

  /// Starts a lease and waits until its worker has made it ready, without having begun it.
  func startWaiting(_ grant: Grant) throws {
    pool.start(grant, project: .main)
    let worker = try worker(of: grant)
    try until("the worker has the lease") { try page(worker).epoch == grant.epoch }
    let segment = StateDirectory.segment(job: grant.step.job, epoch: grant.epoch)
    try until("its segment exists") { unsafe access("\(state.root)/\(segment)", F_OK) == 0 }
    #expect(try page(worker).task == nil)
  }

  /// Waits until a task of the lease, or this one, reports progress: it is running.
  func progress(of grant: Grant, task: Int? = nil) throws {
    let _: Bool = try events.first("progress of lease \(grant.epoch)") { event in
      guard case .progress(let progress) = event, progress.epoch == grant.epoch,
        task == nil || progress.task == task
      else { return nil }
      return true
    }
  }

  func worker(of grant: Grant) throws -> String {
    try events.first("the worker of lease \(grant.epoch)") { event in
      guard case .assigned(let worker, _, grant.epoch) = event else { return nil }
      return worker
    }
  }

  /// The page of a worker.
  func page(_ worker: String) throws -> StatusPage {
    let file = try Descriptor.open(state.page(worker: worker), O_RDONLY)
    guard let page = StatusPage(bytes: try file.read(at: 0, count: StatusPage.size)) else {
      throw KilnError(.notFound, "no page of worker \(worker)")
    }
    return page
  }

  func records(_ seal: SegmentSeal?) throws -> [TaskRecord] {
    guard let seal else { return [] }
    return try SegmentReader(state: state, path: seal.path).records
  }

  /// The text of a task's file.
  func text(_ name: String, task: Int = 1, in seal: SegmentSeal?) throws -> String? {
    guard let seal else { return nil }
    let reader = try SegmentReader(state: state, path: seal.path)
    guard let file = reader.record(task: task)?.files.first(where: { $0.name == name }) else {
      return nil
    }
    return String(decoding: try reader.readAll(file), as: UTF8.self)
  }
}

/// What a pool reported so far; threads wait for what they need.
final class EventLog: Sendable {
  private let events = Mutex<[EngineEvent]>([])
  private let wakeUp: WakeUp

  init() throws { wakeUp = try WakeUp() }

  func add(_ event: EngineEvent) {
    events.withLock { $0.append(event) }
    wakeUp.signal()
  }

  var all: [EngineEvent] { events.withLock { $0 } }

  /// How often the delivery of a lease has come.
  func deliveries(of grant: Grant) -> Int {
    all.count {
      if case .delivered(let delivery, _, _) = $0 { delivery.epoch == grant.epoch } else { false }
    }
  }

  /// The first event, past or to come, that `pick` makes something of.
  func first<Found>(
    atMost limit: Seconds = Seconds(60), _ what: String, _ pick: (EngineEvent) -> Found?
  ) throws -> Found {
    let deadline = Instant.now() + limit
    while true {
      wakeUp.clear()
      if let found = all.lazy.compactMap(pick).first { return found }
      guard Instant.now() < deadline else {
        throw KilnError(.timedOut, "\(what) did not come within \(limit); events: \(all)")
      }
      // Another waiter may have taken the signal, so look again soon in any case.
      _ = wait(for: [Watch(wakeUp.number)], atMost: .milliseconds(50))
    }
  }
}

/// Waits until a condition holds.
func until(
  _ what: String, atMost limit: Seconds = Seconds(60), _ condition: () throws -> Bool
) throws {
  let deadline = Instant.now() + limit
  while try !condition() {
    guard Instant.now() < deadline else {
      throw KilnError(.timedOut, "not within \(limit): \(what)")
    }
    pause(.milliseconds(5))
  }
}
