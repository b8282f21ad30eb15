import Base
import JobModel
import Scheduling
import Store
import Wire

/// The one thread that decides: mailbox, scheduler, one transaction, actions, answers.
///
/// A turn takes everything that is queued, lets the scheduler decide on it, makes all of it durable
/// with one commit, and only then acts and answers. When the disk is full the turn is kept and tried
/// again every second; until then new work is refused, deliveries wait, and questions are answered.
final class ServerLoop {
  var state: LoopState
  let store: Store
  let engine: any TaskEngine
  let mailbox: Mailbox
  let followers: Followers
  /// Says whether nobody is connected and since when; nil in a server that stays.
  var idleness: (() -> Instant?)?
  /// Whether the state directory is still there; looked at when nothing else is to do.
  var hasHome: () -> Bool = { true }
  /// Sends what jobs and the server want to have told; nil where nobody does.
  var notices: NoticeSender?
  /// What commands have saved to go on from.
  let checkpoints: Checkpoints
  /// Holders of leases that are not written down yet; what they are good for is a restart.
  var unwrittenWorkers: [Epoch: String] = [:]
  private var stalled: StalledTurn?
  private var workersDue: Instant?
  private var stopping: StopReason?
  private var hasHadJobs: Bool

  /// A turn that found the disk full.
  private struct StalledTurn {
    var turn: Turn
    var retryAt: Instant
    /// Reports that came since then.
    var backlog: [LoopMessage] = []
  }

  /// How long nothing must happen before a server leaves that was started for one job.
  private static let idleSpan = Seconds(2)
  /// The same before its first job: its client may still be reading files.
  private static let firstIdleSpan = Seconds(20)
  private static let retryInterval = Seconds(1)
  private static let workersDelay = Seconds.milliseconds(100)

  init(_ state: LoopState, _ installation: Installation, _ engine: any TaskEngine) {
    self.state = state
    self.engine = engine
    store = installation.store
    mailbox = installation.mailbox
    followers = installation.followers
    checkpoints = Checkpoints(state: installation.state)
    checkpoints.removeAll(but: Set(state.jobs.keys))
    hasHadJobs = !state.jobs.isEmpty
  }

  /// Runs until it is told to stop, or has nothing left to do; returns why.
  func run() throws(KilnError) -> StopReason {
    Store.prepareWriterThread()
    // A restarted scheduler starts with the passing of time: it may find work to hand out.
    try handle([], ticking: true)
    while true {
      let messages = mailbox.take(until: nextWake)
      try handle(messages, ticking: false)
      if let stopping { return stopping }
      if isIdle { return .idle }
      if messages.isEmpty, !hasHome() { return .homeless }
    }
  }

  private var nextWake: Instant {
    let latest = Instant.now() + Seconds(idleness == nil ? 1 : 0.25)
    // While the disk is full, nothing else is done in time.
    if let stalled { return min(latest, stalled.retryAt) }
    return [workersDue, state.scheduler.nextWake].compactMap { $0 }.reduce(latest, min)
  }

  private var isIdle: Bool {
    guard let idleness, stalled == nil, state.scheduler.isIdle, state.leases.isEmpty,
      let since = idleness(), !(notices?.hasWork ?? false)
    else { return false }
    return Instant.now() - since
      > (hasHadJobs ? ServerLoop.idleSpan : ServerLoop.firstIdleSpan)
  }

  // MARK: Turns

  private func handle(_ messages: [LoopMessage], ticking: Bool) throws(KilnError) {
    var messages = messages
    if stalled != nil {
      try waitForRoom(&messages)
      guard stalled == nil else { return }
    }
    let now = Instant.now()
    var turn = Turn(at: .now())
    var questions: [any LoopQuestion] = []
    for message in messages {
      switch message {
      case .report(let report): apply(report, at: now, &turn)
      case .submit(let job, let reply): apply(job, reply, at: now, &turn)
      case .change(let change, let reply): apply(change, reply, at: now, &turn)
      case .changeRange(let verb, let range, let reply): apply(verb, range, reply, at: now, &turn)
      case .settle(let settlement, let reply):
        turn.batch.settlements.append(settlement)
        turn.promise(true, reply)
      case .signal(let job, let request, let reply): signal(job, request, reply)
      case .reserve(let change, let reply): apply(change, reply, at: now, &turn)
      case .ask(let question): questions.append(question)
      case .stop(let reason): stopping = reason
      }
    }
    // Heartbeats that waited behind a stalled server count before time passes.
    if ticking || state.scheduler.nextWake.map({ $0 <= now }) ?? false {
      decide(.tick, at: now, &turn)
    }
    writeWorkers(&turn)
    try finish(turn)
    for question in questions { question.answer(state) }
  }

  /// A lease of a few milliseconds is not worth a commit of its own: its holder is written with the
  /// next one, or when it lasts.
  private func writeWorkers(_ turn: inout Turn) {
    guard !unwrittenWorkers.isEmpty else { return }
    unwrittenWorkers = unwrittenWorkers.filter { state.leases[$0.key] != nil }
    let isDue = workersDue.map { $0 <= .now() } ?? false
    guard isDue || !turn.batch.isEmpty else {
      if workersDue == nil { workersDue = .now() + ServerLoop.workersDelay }
      return
    }
    turn.batch.workers = unwrittenWorkers.sorted { $0.key < $1.key }
      .map { WorkerRecord(epoch: $0.key, worker: $0.value) }
    unwrittenWorkers = [:]
    workersDue = nil
  }

  /// Makes a turn durable, then lets the world see it.
  private func finish(_ turn: Turn) throws(KilnError) {
    var hasNews = false
    if !turn.batch.isEmpty {
      do {
        hasNews = try store.commit(turn.batch)
      } catch {
        guard error.code == .storage else { throw error }
        return try stall(turn, error)
      }
    }
    if !turn.batch.submissions.isEmpty { hasHadJobs = true }
    note(turn.batch)
    for action in turn.actions { perform(action) }
    for promise in turn.promises { promise.keep() }
    followers.tell(turn.touched)
    if hasNews { notices?.nudge() }
    state.prune()
  }

  /// Times of jobs are those of the transaction that records them.
  private func note(_ batch: Batch) {
    for change in batch.changes {
      switch change {
      case .jobStarted(let job): state.jobs[job]?.startedAt = batch.at
      case .jobEnded(let job, let end):
        state.jobs[job]?.endedAt = batch.at
        Log.write(.info, "a job has ended", ["job": "\(job)", "state": end.rawValue])
      case .leaseGranted, .leaseEnded, .tasksEnded, .taskRetried, .cancelAsked, .tasksReopened,
        .demanded, .needSettled, .jobHeld, .jobReleased:
        break
      }
    }
    checkpoints.remove(after: batch.changes.filter(concernsCheckpoints))
  }

  private func concernsCheckpoints(_ change: Change) -> Bool {
    if case .jobEnded = change { return true }
    guard let job = change.job.flatMap({ state.jobs[$0] }) else { return false }
    return job.spec.steps.contains { $0.checkpoint != nil }
  }

  // MARK: A full disk

  /// Takes submissions back, so that a refused one cannot come into being later, and keeps the rest of
  /// the turn: what it decided becomes durable as soon as there is room. Nobody waits for its answers.
  private func stall(_ turn: Turn, _ error: KilnError) throws(KilnError) {
    Log.write(.error, "the queue cannot be written", ["reason": "\(error)"])
    var turn = turn
    for promise in turn.promises { promise.refuse(error) }
    turn.promises = []
    let refused = Set(turn.batch.submissions.map(\.id))
    if !refused.isEmpty {
      withdraw(refused, from: &turn)
      // What is left may be small enough, or nothing at all.
      return try finish(turn)
    }
    stalled = StalledTurn(turn: turn, retryAt: .now() + ServerLoop.retryInterval)
  }

  private func withdraw(_ jobs: Set<JobID>, from turn: inout Turn) {
    let now = Instant.now()
    for job in jobs.sorted() {
      decide(.cancel(job, step: nil, tasks: nil), at: now, &turn)
      for lease in state.leases.values.map(\.lease) where lease.step.job == job {
        decide(.leaseEnded(lease.slot, lease.epoch, []), at: now, &turn)
      }
      state.jobs[job] = nil
    }
    turn.withdraw(jobs)
  }

  /// While the disk is full: reports wait, new work is refused, questions are answered.
  ///
  /// Leaves the messages to handle now when there is room again.
  private func waitForRoom(_ messages: inout [LoopMessage]) throws(KilnError) {
    guard var waiting = stalled else { return }
    let full = KilnError(
      .storage, "the disk of the server is full", at: nil,
      fix: "free some space; what is running goes on then")
    for message in messages {
      switch message {
      case .report: waiting.backlog.append(message)
      case .submit(_, let reply): reply.give(.failure(full))
      case .change(_, let reply): reply.give(.failure(full))
      case .changeRange(_, _, let reply): reply.give(.failure(full))
      case .settle(_, let reply): reply.give(.failure(full))
      case .signal(let job, let request, let reply): signal(job, request, reply)
      case .reserve(_, let reply): reply.give(.failure(full))
      case .ask(let question): question.answer(state)
      case .stop(let reason): stopping = reason
      }
    }
    messages = []
    stalled = waiting
    guard Instant.now() >= waiting.retryAt else { return }
    stalled = nil
    try finish(waiting.turn)
    guard stalled == nil else {
      stalled?.backlog = waiting.backlog
      return
    }
    Log.write(.info, "the queue can be written again")
    messages = waiting.backlog
  }
}
