import Base
import Glibc
import JobModel
import Synchronization
import Wire

/// What the threads of a worker agree on about the running attempt: the main thread begins and ends
/// it, the link cancels it, the watchdog enforces its limits.
///
/// Whoever signals or ends the process holds the lock, so that it never hits the next attempt.
final class AttemptControl: Sendable {
  private struct State {
    var epoch: Epoch?
    var isAllCancelled = false
    var cancelled: [TaskRange] = []
    var running: Running?
    /// The watchdog looks again by itself.
    var isWatched = true

    func isCancelled(_ task: Int) -> Bool {
      isAllCancelled || cancelled.contains { $0.contains(task) }
    }
  }

  private struct Running {
    let start: AttemptStart
    /// The process group of a command that runs.
    var command: pid_t?
    /// When it was told to save where it stands.
    var warned: Instant?
    /// It makes way for others, and is stopped if it has not ended by then.
    var leavesBy: Instant?
    var isSandboxed: Bool { start.isSandboxed }
    var stopped: Instant?
    var isKilled = false

    var limits: AttemptLimits { start.limits }
  }

  private let state = Mutex(State())
  private let stopFlag = Atomic<Bool>(false)
  private let page: SharedPage
  private let begun: WakeUp

  /// Time between the request to stop and the end by force.
  static let grace = Seconds(2)

  init(page: SharedPage) throws(KilnError) {
    self.page = page
    begun = try WakeUp()
  }

  /// Whether the running kernel is to stop.
  var isStopping: Bool { stopFlag.load(ordering: .relaxed) }
}

/// What one attempt may use.
struct AttemptLimits {
  /// Monotonic wall time; nil: unlimited.
  var time: Seconds?
  /// Resident memory at which it is stopped.
  var memory: ByteCount
  /// Of a command: what to do before the time is over.
  var checkpoint: CheckpointPolicy?
}

/// Why an attempt had been told to stop, if it had.
struct AttemptVerdict {
  var reason: StatusPage.Verdict
  /// It was asked to save where it stands and to make way for others.
  var madeWay: Bool
}

/// An attempt that begins.
struct AttemptStart {
  var task: Int
  var attempt: Int
  var at: Instant
  /// Processor time of this process so far, in nanoseconds.
  var processorTime: Int64
  var limits: AttemptLimits
  var isCommand: Bool
  /// Where the system itself limits the memory of the commands; and how often it had to so far.
  var group: ControlGroup?
  var memoryKills = 0
  /// The command's process is the first of a sandbox, which no signal should reach but the last.
  var isSandboxed = false
}

// MARK: The main thread

extension AttemptControl {
  /// Forgets a lease, unless the next one has arrived already.
  func endLease(_ epoch: Epoch) {
    state.withLock { state in
      guard state.epoch == epoch else { return }
      state = State(isWatched: state.isWatched)
      page[.epoch] = 0
    }
  }

  func isCancelled(_ task: Int) -> Bool { state.withLock { $0.isCancelled(task) } }

  func begin(_ start: AttemptStart) {
    page[.verdict] = 0
    page[.memory] = 0
    page[.memoryLimit] = start.limits.memory.bytes
    page[.attempt] = Int64(start.attempt)
    page[.started] = start.at.nanoseconds
    page[.processorTime] = start.processorTime
    page[.task] = Int64(start.task)
    stopFlag.store(false, ordering: .relaxed)
    state.withLock { state in
      state.running = Running(start: start)
      if !state.isWatched { begun.signal() }
      state.isWatched = true
      // The request may have come between the look at the list and now.
      if state.isCancelled(start.task) { stop(&state, .cancelled, at: start.at) }
    }
  }

  /// The metrics of the running command have come as far as was asked for.
  func finishEarly(at now: Instant) { state.withLock { stop(&$0, .stopped, at: now) } }

  /// The command of the running attempt has been started as this process group.
  func attach(command: pid_t) {
    state.withLock { state in
      state.running?.command = command
      if state.running?.stopped != nil { send(SIGTERM, state.running) }
    }
  }

  /// The command has ended and is about to be reaped: its number may soon be another's.
  func detachCommand() {
    state.withLock { $0.running?.command = nil }
  }

  /// The attempt's code has returned.
  /// - Returns: why it had been told to stop, if it had.
  func end() -> AttemptVerdict {
    state.withLock { state in
      defer { state.running = nil }
      return AttemptVerdict(
        reason: page.verdict, madeWay: state.running?.leavesBy != nil)
    }
  }

  /// The attempt is recorded, or about to be: a death from now on does not concern it.
  func recorded() {
    page[.finished] += 1
    page[.task] = 0
  }
}

// MARK: The link

extension AttemptControl {
  /// A lease has arrived; requests to cancel it may follow before its first task begins.
  func beginLease(_ epoch: Epoch) {
    state.withLock { state in
      state = State(epoch: epoch, isWatched: state.isWatched)
      page[.task] = 0
      page[.finished] = 0
      page[.epoch] = epoch.number
    }
  }

  /// Stops these tasks of a lease, or all of it; nothing happens when it is not held any more.
  func cancel(_ epoch: Epoch, _ tasks: TaskRange?, at now: Instant) {
    state.withLock { state in
      guard state.epoch == epoch else { return }
      if let tasks { state.cancelled.append(tasks) } else { state.isAllCancelled = true }
      if let running = state.running, state.isCancelled(running.start.task) {
        stop(&state, .cancelled, at: now)
      }
    }
  }
}

extension AttemptControl {
  /// Sends a signal to the command of a lease that is running, if it is one of these tasks'.
  func signal(_ epoch: Epoch, _ tasks: TaskRange?, _ signal: SignalName) {
    state.withLock { state in
      guard state.epoch == epoch, let running = state.running, running.command != nil,
        tasks?.contains(running.start.task) ?? true
      else { return }
      send(signal.number, running)
    }
  }

  /// Stops these tasks like ``cancel(_:_:at:)``, but gives a command that can save where it stands as
  /// long for it as it has before its time limit.
  func preempt(_ epoch: Epoch, _ tasks: TaskRange, at now: Instant) {
    let isSaving = state.withLock { state in
      guard state.epoch == epoch, let running = state.running, running.command != nil,
        tasks.contains(running.start.task), running.stopped == nil,
        let checkpoint = running.limits.checkpoint
      else { return false }
      state.cancelled.append(tasks)
      guard running.leavesBy == nil else { return true }
      state.running?.leavesBy = now + checkpoint.before
      if running.warned == nil { send(checkpoint.signal.number, running) }
      state.running?.warned = now
      return true
    }
    if !isSaving { cancel(epoch, tasks, at: now) }
  }
}

// MARK: The watchdog

extension AttemptControl {
  /// Enforces the limits of the running attempt.
  /// - Parameter looksAtMemory: memory is looked at less often than the clock.
  /// - Returns: whether an attempt is running; if not, call ``waitForAttempt()``.
  func enforce(at now: Instant, looksAtMemory: Bool) -> Bool {
    state.withLock { state in
      guard let running = state.running else {
        state.isWatched = false
        return false
      }
      if let time = running.limits.time {
        let elapsed = now - running.start.at
        if elapsed > time { stop(&state, .time, at: now) }
        warn(&state, after: elapsed, limit: time, at: now)
      }
      if let last = running.leavesBy, now > last { stop(&state, .cancelled, at: now) }
      if looksAtMemory, exceedsMemory(running) {
        stop(&state, .memory, at: now)
        end(&state)
      } else if let stopped = state.running?.stopped, now - stopped > Self.grace {
        end(&state)
      }
      return true
    }
  }

  /// Blocks until an attempt has begun since ``enforce(at:looksAtMemory:)`` saw none.
  func waitForAttempt() {
    _ = wait(for: [Watch(begun.number)], atMost: nil)
    begun.clear()
  }

  /// Tells a command, once and in time, to save where it stands.
  private func warn(
    _ state: inout State, after elapsed: Seconds, limit: Seconds, at now: Instant
  ) {
    guard let running = state.running, running.command != nil, running.warned == nil,
      let checkpoint = running.limits.checkpoint, elapsed >= checkpoint.signalTime(limit: limit)
    else { return }
    state.running?.warned = now
    send(checkpoint.signal.number, running)
  }

  /// Sends a signal to the process group of the command; in a sandbox to what runs inside.
  private func send(_ signal: Int32, _ running: Running?) {
    guard let running, let command = running.command else { return }
    guard running.isSandboxed else {
      kill(-command, signal)
      return
    }
    for process in ProcessFacts.descendants(of: command) { kill(process, signal) }
  }

  private func exceedsMemory(_ running: Running) -> Bool {
    let sum = memory(of: running)
    guard let group = running.start.group else { return sum > running.limits.memory }
    // Pages that processes share are in the sum several times; the system counts them once.
    return group.memoryKills > running.start.memoryKills
  }

  private func memory(of running: Running) -> ByteCount {
    let processes =
      running.start.isCommand ? ProcessFacts.descendants(of: getpid()) : [getpid()]
    let sum = processes.reduce(ByteCount.zero) { $0 + ProcessFacts.resident($1) }
    page[.memory] = max(page[.memory], sum.bytes)
    return sum
  }

  /// Asks the running attempt to stop; the first reason stays.
  private func stop(_ state: inout State, _ verdict: StatusPage.Verdict, at now: Instant) {
    guard state.running?.stopped == nil else { return }
    state.running?.stopped = now
    page.verdict = verdict
    stopFlag.store(true, ordering: .relaxed)
    send(SIGTERM, state.running)
  }

  /// Ends the running attempt by force: a command with its group, a kernel with this process.
  private func end(_ state: inout State) {
    guard let running = state.running, !running.isKilled else { return }
    guard running.start.isCommand else { _exit(WorkerExit.endedByWatchdog) }
    // Not started or reaped already: there is nothing left to end.
    guard let command = running.command else { return }
    state.running?.isKilled = true
    kill(-command, SIGKILL)
    // The end of a sandbox's first process is that of all in it.
    if !running.isSandboxed { running.start.group?.endAll() }
  }
}

/// Statuses with which a worker leaves.
enum WorkerExit {
  static let done: Int32 = 0
  static let usage: Int32 = 2
  static let endedByWatchdog: Int32 = 75
  static let cannotStart: Int32 = 78
}
