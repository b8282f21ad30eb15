import Base
import JobModel
import Scheduling

/// A worker process: what dies with it.
struct SimulatedWorker {
  let pid: Int
  let slot: SlotID
  var isAlive = true
  var isStalled = false
  /// What arrives while it is stalled is read afterwards.
  var inbox: [MessageToWorker] = []
  /// What it executes; nil: idle.
  var work: Work?
  var lastEpoch = Epoch(0)

  struct Work {
    let lease: Lease
    var next: Int
    var cancelled: Set<Int> = []
  }

  /// The task that runs now.
  var runningTask: TaskID? {
    work.flatMap { work in
      guard work.lease.tasks.contains(work.next) else { return nil }
      return TaskID(step: work.lease.step, number: work.next)
    }
  }
}

/// The status page of a lease, a file that outlives the worker: what is done and what runs.
struct StatusPage {
  var done: [Settlement] = []
  var running: Int?
}

enum MessageToWorker {
  case grant(Lease)
  case accepted(Epoch)
  case refused(Epoch)
  case cancel(Epoch, TaskRange)
}

extension SimulatedWorld {
  // MARK: Messages

  func receive(_ message: MessageToWorker, by pid: Int) throws(Violation) {
    guard var worker = workers[pid], worker.isAlive else { return }
    if worker.isStalled {
      worker.inbox.append(message)
      workers[pid] = worker
      return
    }
    switch message {
    case .grant(let lease):
      guard worker.work == nil, lease.epoch > worker.lastEpoch else { return }
      worker.lastEpoch = lease.epoch
      worker.work = SimulatedWorker.Work(lease: lease, next: lease.tasks.first)
      workers[pid] = worker
      pages[lease.epoch] = StatusPage()
      try startTask(pid)
    case .accepted(let epoch): spool[epoch] = nil
    case .refused(let epoch):
      try require(
        !store.published.contains(epoch),
        "a worker is told to drop the published results of \(epoch)")
      spool[epoch] = nil
      if worker.work?.lease.epoch == epoch { workers[pid]?.work = nil }
    case .cancel(let epoch, let tasks):
      guard worker.work?.lease.epoch == epoch else { return }
      workers[pid]?.work?.cancelled.formUnion(tasks.numbers)
    }
  }

  // MARK: Work

  /// Starts the next task of the lease, or hands the lease in.
  func startTask(_ pid: Int) throws(Violation) {
    guard let work = workers[pid]?.work else { return }
    let lease = work.lease
    guard lease.tasks.contains(work.next) else { return finishLease(pid, lease) }
    if work.cancelled.contains(work.next) {
      pages[lease.epoch]?.done.append(
        Settlement(tasks: TaskRange(work.next), reason: .cancelled, wall: .zero))
      workers[pid]?.work?.next += 1
      return try startTask(pid)
    }
    let task = TaskID(step: lease.step, number: work.next)
    try audit.started(task, lease, by: pid, in: self)
    trace("worker \(pid) starts \(task.name) of lease \(lease.epoch)")
    pages[lease.epoch]?.running = work.next
    if work.next == lease.tasks.last, let worker = workers[pid] {
      if mutant == .computedTooEarly { sendToServer(.computed(worker.slot, lease.epoch)) }
      if Bool.random(using: &random) { sendToServer(.ending(worker.slot, lease.epoch)) }
    }
    let limit = store.jobs[task.step.job]?.plan.steps[task.step.index].time
    let wall = min(
      duration(of: task) * Double.random(in: 0.5..<1.5, using: &random), limit ?? Seconds(1e9))
    timeline.plan(.taskDone(pid, lease.epoch, work.next, wall), at: now + wall)
  }

  func finishTask(_ pid: Int, _ epoch: Epoch, _ number: Int, _ wall: Seconds) throws(Violation) {
    guard let worker = workers[pid], worker.isAlive, let work = worker.work,
      work.lease.epoch == epoch, work.next == number
    else { return }
    if worker.isStalled {
      timeline.plan(.taskDone(pid, epoch, number, wall), at: now + Seconds(1))
      return
    }
    let limit = store.jobs[work.lease.step.job]?.plan.steps[work.lease.step.index].time
    let reason: EndReason =
      wall == limit
      ? .time
      : work.cancelled.contains(number) && Bool.random(using: &random) ? .cancelled : outcome()
    switch reason {
    case .signalled, .memory:
      if Bool.random(using: &random) { return die(pid, as: reason) }
    case .succeeded, .failed, .time, .lost, .cancelled, .deadline, .preempted, .refused: break
    }
    pages[epoch]?.running = nil
    pages[epoch]?.done.append(Settlement(tasks: TaskRange(number), reason: reason, wall: wall))
    if reason == .succeeded { audit.succeeded(TaskID(step: work.lease.step, number: number)) }
    workers[pid]?.work?.next += 1
    try startTask(pid)
  }

  private func outcome() -> EndReason {
    switch Int.random(in: 0..<40, using: &random) {
    case 0, 1: .failed(exit: 3)
    case 2: .signalled(11)
    case 3: .memory
    case 4: .time
    default: .succeeded
    }
  }

  /// All tasks have run; what they left is made durable before it is handed in.
  private func finishLease(_ pid: Int, _ lease: Lease) {
    guard let worker = workers[pid] else { return }
    sendToServer(.computed(worker.slot, lease.epoch))
    let sealed = now + .milliseconds(Double.random(in: 0.1...40, using: &random))
    timeline.plan(.leaseSealed(pid, lease.epoch), at: sealed)
  }

  func deliver(_ pid: Int, _ epoch: Epoch) {
    guard let worker = workers[pid], worker.isAlive, worker.work?.lease.epoch == epoch,
      let page = pages[epoch]
    else { return }
    if worker.isStalled {
      timeline.plan(.leaseSealed(pid, epoch), at: now + Seconds(1))
      return
    }
    spool[epoch] = page.done
    workers[pid]?.work = nil
    redeliver(pid, epoch)
  }

  /// Hands in what the spool still has, until an answer comes.
  func redeliver(_ pid: Int, _ epoch: Epoch) {
    guard let worker = workers[pid], worker.isAlive, let settlements = spool[epoch] else { return }
    if !worker.isStalled { sendToServer(.delivery(worker.slot, epoch, settlements)) }
    timeline.plan(.redeliver(pid, epoch), at: now + Seconds(4))
  }

  func heartbeat(_ pid: Int) {
    guard let worker = workers[pid], worker.isAlive else { return }
    timeline.plan(.workerHeartbeat(pid), at: now + Seconds(5))
    guard !worker.isStalled else { return }
    if let epoch = worker.work?.lease.epoch ?? undelivered(worker) {
      sendToServer(.heartbeat(worker.slot, epoch))
    }
    if faults.fires(.workerDies, &random) {
      die(pid, as: .lost)
    } else if faults.fires(.workerStalls, &random) {
      workers[pid]?.isStalled = true
      timeline.plan(
        .workerResumes(pid), at: now + Seconds(Double.random(in: 1...90, using: &random)))
    }
  }

  func resume(_ pid: Int) throws(Violation) {
    guard let worker = workers[pid], worker.isAlive else { return }
    workers[pid]?.isStalled = false
    workers[pid]?.inbox = []
    for message in worker.inbox { try receive(message, by: pid) }
  }

  /// Tells a new server what it still holds.
  func reconnect(_ pid: Int) {
    guard let worker = workers[pid], worker.isAlive else { return }
    sendToServer(.hello(worker.slot, worker.work?.lease.epoch ?? undelivered(worker)))
  }

  private func undelivered(_ worker: SimulatedWorker) -> Epoch? {
    spool[worker.lastEpoch] == nil ? nil : worker.lastEpoch
  }

  // MARK: Life and death

  func spawn(on slot: SlotID) -> Int {
    lastPid += 1
    workers[lastPid] = SimulatedWorker(pid: lastPid, slot: slot)
    pidOfSlot[slot] = lastPid
    timeline.plan(.workerHeartbeat(lastPid), at: now + Seconds(5))
    return lastPid
  }

  /// Ends a worker; the operating system tells the server of now, unless that is down.
  func die(_ pid: Int, as reason: EndReason, isKilled: Bool = false) {
    guard let worker = workers[pid], worker.isAlive else { return }
    trace("worker \(pid) on slot \(worker.slot) dies as \(reason)")
    deaths[worker.lastEpoch] = reason
    workers[pid] = nil
    pidOfSlot[worker.slot] = nil
    guard !isKilled, !faults.fires(.deathUnnoticed, boost: 10, &random) else { return }
    timeline.plan(
      .toServer(.died(worker.slot, worker.lastEpoch), incarnation: incarnation),
      at: now + .milliseconds(Double.random(in: 1...50, using: &random)))
  }

  /// What a dead worker's lease came to: its spool, else its status page.
  func inheritance(_ epoch: Epoch) -> [Settlement] {
    if let settlements = spool[epoch] { return settlements }
    guard let page = pages[epoch] else { return [] }
    let running = page.running.map {
      Settlement(tasks: TaskRange($0), reason: deaths[epoch] ?? .lost, wall: .zero)
    }
    return page.done + (running.map { [$0] } ?? [])
  }
}
