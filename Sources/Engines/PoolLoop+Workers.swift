import Base
import CLinux
import Glibc
import JobModel
import Scheduling
import Wire

// What workers say, and what their deaths mean.

extension PoolLoop {
  func hear(_ connection: Connection) {
    connection.flush()
    for frame in connection.receive() {
      do {
        act(on: try Frame.decode(WorkerMessage.self, frame), from: connection)
      } catch {
        // A worker of another version: it is told to leave when it says hello or delivers.
        continue
      }
    }
    if connection.isClosed, let worker = connection.worker, worker.connection === connection {
      worker.connection = nil
    }
  }

  private func act(on message: WorkerMessage, from connection: Connection) {
    switch message {
    case .hello(let hello): greet(hello, connection)
    case .heartbeat(let epoch):
      guard let lease = connection.worker?.lease, lease.epoch == epoch else { return }
      report(.heartbeat(slot: lease.slot, epoch: lease.epoch))
    case .progress(let progress): report(.progress(progress))
    case .ending(let epoch):
      if let lease = connection.worker?.lease, lease.epoch == epoch { foresee(lease) }
    case .computed(let epoch):
      guard let worker = connection.worker, let lease = worker.lease, lease.epoch == epoch else {
        return
      }
      worker.lease?.grant?.processors = []
      stopped(epoch)
      report(.computed(slot: lease.slot, epoch: epoch))
    case .delivery(let delivery):
      if let worker = connection.worker { deliver(delivery, from: worker) }
    }
  }

  private func deliver(_ delivery: Delivery, from worker: PooledWorker) {
    if let isAccepted = answers[delivery.epoch] {
      return answer(worker, delivery.epoch, isAccepted: isAccepted)
    }
    if worker.lease?.epoch != delivery.epoch {
      worker.lease = HeldLease(slot: delivery.slot, epoch: delivery.epoch, facts: nil)
    }
    worker.lease?.isDelivered = true
    stopped(delivery.epoch)
    report(.delivered(delivery, worker: worker.name, program: worker.program))
  }

  // MARK: Hello

  private func greet(_ hello: WorkerMessage.Hello, _ connection: Connection) {
    guard let worker = workers[hello.worker] ?? foreigner(hello, connection) else { return }
    connection.worker = worker
    worker.connection = connection
    worker.hasStarted = true
    worker.program = hello.program
    expected.remove(worker.name)
    send(.welcome(version: WorkerProtocol.version), to: worker)
    if let epoch = hello.epoch { reclaim(epoch, hello.slot, worker) }
    report(.connected(worker: worker.name, slot: hello.slot, epoch: hello.epoch))
    if hello.epoch == nil { provide(worker) }
    if hello.version != WorkerProtocol.version || worker.isLeaving { dismiss(worker) }
  }

  /// A worker of an earlier server.
  private func foreigner(
    _ hello: WorkerMessage.Hello, _ connection: Connection
  ) -> PooledWorker? {
    guard let peer = UnixSocket.peer(connection.socket), let process = ProcessHandle(peer.pid)
    else { return nil }
    let worker = PooledWorker(
      name: hello.worker, threads: 0, process: process, isChild: false, purpose: .foreign)
    workers[worker.name] = worker
    return worker
  }

  private func reclaim(_ epoch: Epoch, _ slot: SlotID, _ worker: PooledWorker) {
    if worker.lease?.epoch != epoch {
      let facts = unclaimed.removeValue(forKey: epoch)?.facts
      worker.lease = HeldLease(slot: slot, epoch: epoch, facts: facts)
    }
    for tasks in worker.lease?.cancels ?? [] { send(.cancel(epoch, tasks), to: worker) }
  }

  /// Gives an idle worker what waits for it.
  private func provide(_ worker: PooledWorker) {
    if worker.lease?.grant != nil {
      worker.lease?.isHanded = false
      hand(to: worker)
    } else {
      // It has forgotten a delivery whose answer it got just before the connection broke.
      worker.lease = nil
      if worker.purpose == .foreign { dismiss(worker) }
    }
  }

  // MARK: Leases of an earlier server

  func adopt(_ lease: Lease, worker name: String?) {
    let facts = LeaseFacts(lease)
    if let worker = holder(of: lease.epoch) {
      worker.lease?.facts = facts
      return
    }
    guard orphanedDeliveries[lease.epoch] == nil, unclaimed[lease.epoch] == nil else { return }
    let dead = WorkerFiles.names(options.state).filter { workers[$0] == nil }
      .map { WorkerFiles(state: options.state, name: $0) }
      .first { $0.page()?.epoch == lease.epoch || $0.spool(for: lease.epoch) != nil }
    if let dead {
      settleDead(dead.name, facts, end: nil, processorTime: nil)
    } else {
      let deadline = Instant.now() + WorkerProtocol.leaseLife * 2
      unclaimed[lease.epoch] = (facts, deadline)
    }
  }

  /// A lease that none of the living workers of the earlier server turns out to hold was never taken.
  func resolveUnclaimed() {
    let now = Instant.now()
    for (epoch, entry) in unclaimed where expected.isEmpty || now > entry.deadline {
      unclaimed[epoch] = nil
      report(.died(slot: entry.facts.slot, epoch: epoch, outcomes: [], segment: nil))
    }
  }

  // MARK: Death

  /// The process has ended.
  func bury(_ worker: PooledWorker) {
    if let connection = worker.connection { hear(connection) }
    workers[worker.name] = nil
    expected.remove(worker.name)
    let (end, processorTime) = worker.isChild ? Self.reap(worker.process.pid) : (nil, nil)
    if !worker.hasStarted, !worker.isChild { worker.lease = claim(for: worker.name) }
    guard let lease = worker.lease else {
      return forget(worker)
    }
    stopped(lease.epoch)
    if lease.isDelivered {
      guard answers[lease.epoch] == nil, let job = lease.facts?.job else { return forget(worker) }
      // Not answered yet: the spool goes when it is.
      orphanedDeliveries[lease.epoch] = (worker.name, job)
    } else if let grant = lease.grant, !worker.hasStarted {
      let words = WorkerFiles(state: options.state, name: worker.name).lastWords()
      reportUnstarted(grant, because: words ?? Self.words(for: end))
      forget(worker)
    } else if end == .exited(0), let grant = lease.grant, let project = lease.project,
      WorkerFiles(state: options.state, name: worker.name).page()?.epoch != grant.epoch
    {
      // It was leaving when the grant came, and has not seen it.
      forget(worker)
      start(grant, project)
    } else if let facts = lease.facts {
      settleDead(worker.name, facts, end: end, processorTime: processorTime)
    } else {
      forget(worker)
    }
  }

  /// A worker of an earlier server may have left something for a lease that is adopted later.
  private func forget(_ worker: PooledWorker) {
    guard worker.isChild || hasStartedLeases else { return }
    WorkerFiles(state: options.state, name: worker.name).remove()
  }

  /// The lease that a worker of an earlier server held when it died without having come back.
  private func claim(for name: String) -> HeldLease? {
    guard let page = WorkerFiles(state: options.state, name: name).page(), let epoch = page.epoch,
      let facts = unclaimed.removeValue(forKey: epoch)?.facts
    else { return nil }
    return HeldLease(slot: facts.slot, epoch: epoch, facts: facts)
  }

  /// A worker is dead: what it had finished is delivered, what it was doing has ended somehow.
  private func settleDead(
    _ name: String, _ facts: LeaseFacts, end: ProcessEnd?, processorTime: Seconds?
  ) {
    let files = WorkerFiles(state: options.state, name: name)
    if let delivery = files.spool(for: facts.epoch) {
      orphanedDeliveries[facts.epoch] = (name, facts.job)
      return report(.delivered(delivery, worker: name))
    }
    let finding = Autopsy(
      state: options.state, worker: name, facts: facts, end: end, processorTime: processorTime
    ).perform()
    files.remove()
    // A death that comes too late is refused like a delivery, and its segment goes then.
    if finding.segment != nil { orphanedDeliveries[facts.epoch] = (name, facts.job) }
    report(
      .died(
        slot: facts.slot, epoch: facts.epoch, outcomes: finding.outcomes,
        segment: finding.segment))
  }

  private static func reap(_ pid: pid_t) -> (ProcessEnd?, Seconds?) {
    var status: Int32 = 0
    var usage = rusage()
    // Sound: both are locals that outlive the call.
    guard unsafe wait4(pid, &status, 0, &usage) == pid else { return (nil, nil) }
    let user = Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) * 1e-6
    let system = Double(usage.ru_stime.tv_sec) + Double(usage.ru_stime.tv_usec) * 1e-6
    return (ProcessEnd(status: status), Seconds(user + system))
  }

  private static func words(for end: ProcessEnd?) -> String {
    switch end {
    case .exited(let status): "it ended with status \(status)"
    case .signalled(let signal): "it was ended by signal \(signal)"
    case nil: "it ended"
    }
  }
}

/// How the last deliveries were answered.
struct RecentAnswers {
  private var answers: [Epoch: Bool] = [:]
  private var order: [Epoch] = []

  private static let most = 4096

  /// Whether the delivery was accepted; nil for one that was not answered lately.
  subscript(epoch: Epoch) -> Bool? {
    get { answers[epoch] }
    set {
      if answers.updateValue(newValue ?? false, forKey: epoch) == nil { order.append(epoch) }
      if order.count > Self.most { answers[order.removeFirst()] = nil }
    }
  }
}
