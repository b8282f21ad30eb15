import Base
import Glibc
import JobModel
import Results
import Scheduling
import Wire

/// The pool's thread and everything that only it touches; made and used on that thread.
final class PoolLoop {
  let options: LocalPool.Options
  let report: @Sendable (EngineEvent) -> Void
  private let mailbox: Mailbox
  private var listener: Descriptor?
  private var connections: [Connection] = []
  var workers: [String: PooledWorker] = [:]
  /// Deliveries found in spools of dead workers: epoch to worker and job.
  var orphanedDeliveries: [Epoch: (worker: String, job: JobID)] = [:]
  /// Leases of an earlier server that no worker has claimed so far.
  var unclaimed: [Epoch: (facts: LeaseFacts, deadline: Instant)] = [:]
  /// Living workers of an earlier server that have not reconnected yet.
  var expected: Set<String> = []
  /// How recent deliveries were answered, for workers that missed the answer.
  var answers = RecentAnswers()
  /// Leases whose tasks will have run in a moment, and whose room may have been granted to others.
  var ending: Set<Epoch> = []
  /// The first lease shows that all leases of an earlier server have been adopted.
  var hasStartedLeases = false
  /// Those to which leases are bound.
  let processors = Processors.usable
  private var stopDeadline: Instant?

  init(
    _ options: LocalPool.Options, mailbox: Mailbox, listener: Descriptor,
    report: @escaping @Sendable (EngineEvent) -> Void
  ) {
    self.options = options
    self.mailbox = mailbox
    self.listener = listener
    self.report = report
    for name in WorkerFiles.names(options.state) {
      let files = WorkerFiles(state: options.state, name: name)
      guard let process = files.process() else { continue }
      expected.insert(name)
      workers[name] = PooledWorker(
        name: name, threads: 0, process: process, isChild: false, purpose: .foreign)
    }
  }

  func run() {
    ensureSpares(threads: 1)
    while !hasStopped { turn() }
  }

  /// Idle workers get a moment to leave; busy ones wait for the next server.
  private var hasStopped: Bool {
    guard let stopDeadline else { return false }
    return Instant.now() > stopDeadline || !workers.values.contains(where: \.isLeaving)
  }

  private func turn() {
    let processes = Array(workers.values)
    let talkers = connections
    let watches =
      [mailbox.watch] + talkers.map(\.watch) + processes.map(\.process.watch)
      + (listener.map { [Watch($0.number)] } ?? [])
    let isPatient = stopDeadline == nil && unclaimed.isEmpty
    let ready = wait(for: watches, atMost: isPatient ? nil : .milliseconds(50))
    // What a worker said comes before the news of its death.
    for (index, connection) in talkers.enumerated() where ready[1 + index] { hear(connection) }
    for (index, worker) in processes.enumerated() where ready[1 + talkers.count + index] {
      bury(worker)
    }
    if let listener, ready.last == true { accept(from: listener) }
    if ready[0] { for command in mailbox.takeAll() { obey(command) } }
    resolveUnclaimed()
    connections.removeAll(where: \.isClosed)
  }

  private func obey(_ command: LocalPool.Command) {
    switch command {
    case .start(let grant, let project): start(grant, project)
    case .cancel(let epoch, let tasks): cancel(epoch, tasks)
    case .preempt(let epoch, let tasks):
      if let worker = holder(of: epoch) { send(.preempt(epoch, tasks), to: worker) }
    case .signal(let epoch, let tasks, let name):
      if let worker = holder(of: epoch) { send(.signal(epoch, tasks, name), to: worker) }
    case .kill(let slot, let epoch): kill(slot, epoch)
    case .settle(let epoch, let isAccepted): settle(epoch, isAccepted: isAccepted)
    case .adopt(let lease, let worker): adopt(lease, worker: worker)
    case .stop: stop()
    }
  }

  private func accept(from listener: Descriptor) {
    while let socket = UnixSocket.accept(listener) {
      guard let peer = UnixSocket.peer(socket), peer.user == getuid() else { continue }
      connections.append(Connection(socket))
    }
  }

  private func stop() {
    guard stopDeadline == nil else { return }
    stopDeadline = Instant.now() + Seconds(2)
    listener = nil
    for worker in workers.values where worker.lease == nil { dismiss(worker) }
  }

  func holder(of epoch: Epoch) -> PooledWorker? {
    workers.values.first { $0.lease?.epoch == epoch }
  }
}
