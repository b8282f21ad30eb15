import Base
import JobModel
@testable import Scheduling

/// A server, its workers, its clients and its disk, on a virtual clock and from one seed.
///
/// First anything may fail; then the faults stop, and everything must come to its end.
final class SimulatedWorld {
  enum Happening {
    case clientSends(Int)
    case toServer(MessageToServer, incarnation: Int?)
    case toWorker(MessageToWorker, Int)
    case toClient(Int)
    case serverStarts
    case serverTurn(Int)
    case serverWakes(Int)
    case crash
    case clockLeaps
    case capacityChanges(Capacity)
    case taskDone(Int, Epoch, Int, Seconds)
    case leaseSealed(Int, Epoch)
    case redeliver(Int, Epoch)
    case workerHeartbeat(Int)
    case workerResumes(Int)
    case workerReconnects(Int)
    case faultsStop
  }

  /// How long faults go on, and how long recovery may take after that.
  static let faultyLife = Seconds(400)
  static let recoveryLife = Seconds.hours(6)
  /// Within so long after the faults, all that clients had asked has been answered.
  private static let lateRetries = Seconds(300)
  static let happeningsMax = 100_000

  let seed: UInt64
  let mutant: Mutant?
  var random: SplitMix64
  var faults: Faults
  var now = Instant(nanoseconds: 0)
  var timeline = Timeline<Happening>()
  var store = SimulatedStore()
  var audit = Audit()
  var capacity = RandomWorkload.capacity

  var server: SimulatedServer?
  var incarnation = 0
  var requests: [(after: Seconds, request: Request)]
  /// Requests that the server of now has taken, committed or not.
  var requestsOfTurn: Set<Int> = []
  var acknowledged: Set<Int> = []
  private let durations: [[Seconds]]

  var workers: [Int: SimulatedWorker] = [:]
  var pidOfSlot: [SlotID: Int] = [:]
  var lastPid = 0
  /// Files of the workers, which outlive them.
  var spool: [Epoch: [Settlement]] = [:]
  var pages: [Epoch: StatusPage] = [:]
  var deaths: [Epoch: EndReason] = [:]

  private(set) var happenings = 0
  var isTracing = false
  private(set) var traced: [String] = []

  /// Whether every placement is compared with that of the reference.
  let compares: Bool

  init(seed: UInt64, mutant: Mutant? = nil, compares: Bool = false) {
    self.seed = seed
    self.mutant = mutant
    self.compares = compares
    random = SplitMix64(seed: seed)
    faults = Faults(from: &random)
    let workload = RandomWorkload(from: &random)
    requests = workload.requests
    durations = workload.durations
  }

  // MARK: Running

  func run() throws(Violation) {
    for index in requests.indices {
      timeline.plan(.clientSends(index), at: now + requests[index].after)
    }
    timeline.plan(.serverStarts, at: now)
    timeline.plan(.faultsStop, at: now + SimulatedWorld.faultyLife)
    planRareFaults()
    while let next = timeline.next() {
      now = max(now, next.at)
      try happen(next.element)
      happenings += 1
      if isFinished { return try compareAll() }
      try require(
        happenings < SimulatedWorld.happeningsMax
          && now - Instant(nanoseconds: 0) < SimulatedWorld.recoveryLife,
        "it does not come to an end: \(unfinished)")
    }
    throw Violation("nothing happens any more: \(unfinished)")
  }

  private var isFinished: Bool {
    !faults.areOn && acknowledged.count == requests.count && server?.uncommitted == nil
      && store.leases.isEmpty && store.jobs.values.allSatisfy { $0.ended != nil }
  }

  private var unfinished: String {
    let jobs = store.jobs.values.filter { $0.ended == nil }.map(\.plan.id).sorted()
    return "jobs \(jobs), leases \(store.leases.keys.sorted()), "
      + "\(requests.count - acknowledged.count) requests without an answer"
  }

  private func planRareFaults() {
    for _ in 0..<4 {
      let at = now + Seconds(Double.random(in: 0..<150, using: &random))
      timeline.plan(.crash, at: at)
      timeline.plan(.clockLeaps, at: at + Seconds(Double.random(in: -5..<5, using: &random)))
    }
    let at = now + Seconds(Double.random(in: 0..<100, using: &random))
    var less = RandomWorkload.capacity
    less.cpus = 1
    less.memory = .gibibytes(3)
    less.gpus = 1
    less.pools = [:]
    timeline.plan(.capacityChanges(less), at: at)
    timeline.plan(
      .capacityChanges(RandomWorkload.capacity),
      at: at + Seconds(Double.random(in: 1..<40, using: &random)))
  }

  private func happen(_ happening: Happening) throws(Violation) {
    switch happening {
    case .clientSends(let request): send(request)
    case .toServer(let message, let number):
      if number == nil || number == incarnation { receive(message) }
    case .toWorker(let message, let pid): try receive(message, by: pid)
    case .toClient(let request): try learn(request)
    case .serverStarts:
      requestsOfTurn = []
      try startServer()
    case .serverTurn(let number): try takeTurn(number)
    case .serverWakes(let number): wake(number)
    case .crash: if faults.fires(.crashAnytime, boost: 20, &random) { crash() }
    case .clockLeaps:
      // A suspended machine: everything that was due happens late.
      if faults.fires(.clockLeapsForward, boost: 20, &random) {
        now = now + Seconds(Double.random(in: 1...120, using: &random))
      }
    case .capacityChanges(let capacity): try change(capacity)
    case .taskDone(let pid, let epoch, let task, let wall):
      try finishTask(pid, epoch, task, wall)
    case .leaseSealed(let pid, let epoch): deliver(pid, epoch)
    case .redeliver(let pid, let epoch): redeliver(pid, epoch)
    case .workerHeartbeat(let pid): heartbeat(pid)
    case .workerResumes(let pid): try resume(pid)
    case .workerReconnects(let pid): reconnect(pid)
    case .faultsStop: try stopFaults()
    }
  }

  private func stopFaults() throws(Violation) {
    faults.areOn = false
    trace("faults stop")
    try change(RandomWorkload.capacity)
    // Jobs that the server knows and has not made durable yet too.
    let jobs = Set(store.jobs.keys).union(server?.scheduler.jobs.keys.map { $0 } ?? [])
    for id in jobs.sorted() {
      // Once more later: one that ended while it was held is still held when a late retry reopens it.
      for moment in [now, now + SimulatedWorld.lateRetries] {
        requests.append((after: moment - Instant(nanoseconds: 0), .release(id)))
        timeline.plan(.clientSends(requests.count - 1), at: moment)
      }
    }
    // A job that is submitted only now, late, may be held too.
    for index in requests.indices {
      if case .submit(var plan) = requests[index].request {
        plan.isHeld = false
        requests[index].request = .submit(plan)
      }
      if case .hold(let id) = requests[index].request { requests[index].request = .release(id) }
    }
  }

  private func change(_ capacity: Capacity) throws(Violation) {
    let isLess = capacity.cpus < RandomWorkload.capacity.cpus
    if isLess, !faults.fires(.capacityShrinks, boost: 20, &random) { return }
    self.capacity = capacity
    server?.capacityChange = capacity
    planTurn()
  }

  // MARK: Network

  func sendToServer(_ message: MessageToServer) {
    transmit { self.timeline.plan(.toServer(message, incarnation: nil), at: $0) }
  }

  /// To the process that is on the slot, or a new one where there is none.
  func send(_ message: MessageToWorker, to slot: SlotID) {
    let pid = pidOfSlot[slot] ?? spawn(on: slot)
    transmit { self.timeline.plan(.toWorker(message, pid), at: $0) }
  }

  private func send(_ request: Int) {
    guard !acknowledged.contains(request) else { return }
    transmit { self.timeline.plan(.toServer(.request(request), incarnation: nil), at: $0) }
    timeline.plan(.clientSends(request), at: now + Seconds(7))
  }

  func sendToClient(_ request: Int) {
    transmit { self.timeline.plan(.toClient(request), at: $0) }
  }

  private func transmit(_ arrive: (Instant) -> Void) {
    if faults.fires(.messageLost, &random) { return }
    var delay = Seconds.milliseconds(0.3)
    if faults.fires(.messageReordered, boost: 3, &random) {
      delay = delay + Seconds(Double.random(in: 0...0.05, using: &random))
    }
    if faults.fires(.messageDelayed, &random) {
      delay = delay + Seconds(Double.random(in: 1...70, using: &random))
    }
    arrive(now + delay)
    if faults.fires(.messageDuplicated, &random) {
      arrive(now + delay + Seconds(Double.random(in: 0...40, using: &random)))
    }
  }

  /// An acknowledged request is durable, whatever happens afterwards.
  private func learn(_ request: Int) throws(Violation) {
    try require(store.requests.contains(request), "request \(request) is acknowledged, but lost")
    acknowledged.insert(request)
  }

  func duration(of task: TaskID) -> Seconds {
    let job = store.keys.first { $0.value == task.step.job }?.key ?? 0
    return durations[job][task.step.index]
  }

  func trace(_ line: @autoclosure () -> String) {
    guard isTracing else { return }
    traced.append("\(now - Instant(nanoseconds: 0))  \(line())")
  }
}
