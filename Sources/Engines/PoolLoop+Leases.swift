import Base
import FoundationEssentials
import Glibc
import JobModel
import Wire

// Workers get leases, cancels and answers.

extension PoolLoop {
  func start(_ grant: Grant, _ project: ProjectName) {
    forgetEarlierWorkers()
    let epoch = grant.epoch
    guard holder(of: epoch) == nil, answers[epoch] == nil, orphanedDeliveries[epoch] == nil else {
      return
    }
    let threads = grant.isFresh ? grant.spec.resources.cpus : 1
    do {
      let worker = try worker(for: grant, project, threads: threads)
      worker.purpose = grant.isFresh ? .fresh : .shared(project, grant.slot)
      worker.lease = HeldLease(grant, project, awaits: ending)
      report(.assigned(worker: worker.name, slot: grant.slot, epoch: epoch))
      hand(to: worker)
    } catch {
      reportUnstarted(grant, because: "\(error)")
    }
    ensureSpares(threads: threads)
  }

  /// Gives a worker the lease that it is to have, if it is there, and says when what the lease takes is free.
  func hand(to worker: PooledWorker) {
    guard worker.connection != nil, let lease = worker.lease, var grant = lease.grant else {
      return
    }
    grant.waits = !lease.awaits.isEmpty
    if !grant.waits, grant.processors.isEmpty {
      grant.processors = freeProcessors(grant.spec.resources.cpus)
    }
    worker.lease?.grant = grant
    worker.lease?.isHanded = true
    if !lease.isHanded {
      send(.grant(grant), to: worker)
      for tasks in lease.cancels { send(.cancel(lease.epoch, tasks), to: worker) }
    } else if !grant.waits {
      send(.begin(grant.epoch, processors: grant.processors), to: worker)
    }
  }

  /// The tasks of a lease will have run in a moment: what it takes can be granted, and is handed out then.
  func foresee(_ lease: HeldLease) {
    guard lease.grant?.isFresh == false, !lease.isDelivered else { return }
    ending.insert(lease.epoch)
    report(.computed(slot: lease.slot, epoch: lease.epoch))
  }

  /// The tasks of a lease do not run any more.
  func stopped(_ epoch: Epoch) {
    guard ending.remove(epoch) != nil else { return }
    for worker in workers.values where worker.lease?.awaits.remove(epoch) != nil {
      hand(to: worker)
    }
  }

  /// So many processors as no lease is bound to; none where there are not enough.
  private func freeProcessors(_ count: Int) -> [Int] {
    let taken = Set(workers.values.flatMap { $0.lease?.grant?.processors ?? [] })
    let free = processors.filter { !taken.contains($0) }
    return free.count >= count ? Array(free.prefix(count)) : []
  }

  /// The first lease shows that all leases of an earlier server have been adopted: whatever else its
  /// dead workers left is of no use.
  private func forgetEarlierWorkers() {
    guard !hasStartedLeases else { return }
    hasStartedLeases = true
    let needed = Set(orphanedDeliveries.values.map(\.worker)).union(workers.keys)
    for name in WorkerFiles.names(options.state) where !needed.contains(name) {
      WorkerFiles(state: options.state, name: name).remove()
    }
  }

  private func worker(
    for grant: Grant, _ project: ProjectName, threads: Int
  ) throws(KilnError) -> PooledWorker {
    if !grant.isFresh, let worker = idleWorker(of: grant.slot) {
      if worker.purpose == .shared(project, grant.slot) { return worker }
      // A worker serves one project in its life.
      dismiss(worker)
    }
    let spare = workers.values.first {
      $0.purpose == .spare && $0.threads == threads && !$0.isLeaving
    }
    if let spare { return spare }
    return try spawn(slot: grant.slot, threads: threads, purpose: .fresh)
  }

  private func idleWorker(of slot: SlotID) -> PooledWorker? {
    workers.values.first { worker in
      guard case .shared(_, slot) = worker.purpose else { return false }
      return worker.lease == nil && !worker.isLeaving
    }
  }

  /// The attempt that could not begin counts as lost: otherwise a worker that never starts would be
  /// tried for ever.
  func reportUnstarted(_ grant: Grant, because reason: String) {
    let outcome = TaskOutcome(
      tasks: TaskRange(grant.tasks.first), reason: .lost,
      message: "its worker could not start: \(reason)", usage: Usage())
    report(.died(slot: grant.slot, epoch: grant.epoch, outcomes: [outcome], segment: nil))
  }

  func cancel(_ epoch: Epoch, _ tasks: TaskRange?) {
    guard let worker = holder(of: epoch) else { return }
    worker.lease?.cancels.append(tasks)
    send(.cancel(epoch, tasks), to: worker)
  }

  func kill(_ slot: SlotID, _ epoch: Epoch) {
    if let worker = holder(of: epoch) {
      worker.process.send(SIGKILL)
    } else if answers[epoch] == nil, orphanedDeliveries[epoch] == nil {
      unclaimed[epoch] = nil
      report(.died(slot: slot, epoch: epoch, outcomes: [], segment: nil))
    }
  }

  func settle(_ epoch: Epoch, isAccepted: Bool) {
    answers[epoch] = isAccepted
    if let orphan = orphanedDeliveries.removeValue(forKey: epoch) {
      if !isAccepted { removeResults(job: orphan.job, epoch) }
      WorkerFiles(state: options.state, name: orphan.worker).remove()
    } else if let worker = holder(of: epoch) {
      answer(worker, epoch, isAccepted: isAccepted)
    }
  }

  /// Tells a worker what became of its delivery; it forgets it, and may get the next lease.
  func answer(_ worker: PooledWorker, _ epoch: Epoch, isAccepted: Bool) {
    send(isAccepted ? .accepted(epoch) : .refused(epoch), to: worker)
    // Without a connection it asks again, and is answered then.
    guard worker.connection != nil else { return }
    worker.lease = nil
    switch worker.purpose {
    case .fresh: worker.isLeaving = true
    case .foreign: dismiss(worker)
    case .shared, .spare: break
    }
  }

  func removeResults(job: JobID, _ epoch: Epoch) {
    for path in StateDirectory.segmentFiles(job: job, epoch: epoch) {
      FileTree.discard("\(options.state.root)/\(path)")
    }
  }

  func dismiss(_ worker: PooledWorker) {
    worker.isLeaving = true
    if worker.connection != nil {
      send(.drain, to: worker)
    } else if worker.isChild, !worker.hasStarted {
      worker.process.send(SIGTERM)
    }
  }

  func send(_ message: ServerMessage, to worker: PooledWorker) {
    do {
      try worker.connection?.send(message)
    } catch {
      // Only a grant can be too large; its lease must not wait for an answer that never comes.
      guard let grant = worker.lease?.grant else { return }
      worker.lease = nil
      reportUnstarted(grant, because: "\(error)")
    }
  }
}

// MARK: Starting processes

extension PoolLoop {
  /// Keeps workers started for the next leases that need processes of this kind.
  ///
  /// Of one thread, for each processor that which runs and that which waits ([0038]): a new sweep then
  /// begins everywhere at once.
  func ensureSpares(threads: Int) {
    let spares = workers.values.filter { $0.purpose == .spare && !$0.isLeaving }
    for spare in spares where spare.threads != threads { dismiss(spare) }
    let wanted = min(options.spares, threads == 1 ? 2 * processors.count : 1)
    let missing = wanted - spares.count { $0.threads == threads }
    guard missing > 0 else { return }
    do {
      for _ in 0..<missing { _ = try spawn(slot: SlotID(0), threads: threads, purpose: .spare) }
    } catch {
      // The lease that needs the next process will meet the same error and tell it.
      return
    }
  }

  private func spawn(
    slot: SlotID, threads: Int, purpose: PooledWorker.Purpose
  ) throws(KilnError) -> PooledWorker {
    let name = "w\(String(UInt64.random(in: .min ... .max), radix: 36))"
    let state = options.state
    let nothing = try Descriptor.open("/dev/null", O_RDONLY)
    let log = try Descriptor.open(
      state.log(worker: name), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW)
    var arguments = [options.program, "--state", state.root, "--slot", "\(slot)", "--name", name]
    if purpose == .spare { arguments.append("--spare") }
    let pid = try Spawn(
      arguments: arguments, environment: Self.environment(threads: threads),
      input: nothing.number, output: log.number, error: log.number
    ).start()
    guard let process = ProcessHandle(pid) else {
      preconditionFailure("a child that was not reaped has no handle")
    }
    let worker = PooledWorker(
      name: name, threads: threads, process: process, isChild: true, purpose: purpose)
    workers[name] = worker
    return worker
  }

  /// BLAS reads its number of threads when it is loaded, before a worker's first line runs.
  private static func environment(threads: Int) -> [String] {
    var variables = ProcessInfo.processInfo.environment
    variables["SWIFT_BACKTRACE"] = "enable=no"
    variables["OPENBLAS_NUM_THREADS"] = "\(threads)"
    variables["OMP_NUM_THREADS"] = "\(threads)"
    return variables.map { "\($0.key)=\($0.value)" }
  }
}
