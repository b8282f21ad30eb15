import Base
import CLinux
import Glibc
import JobModel
import Sandboxing
import Synchronization
import Wire

/// The sandbox of a worker, in which its commands get one each: set up when a command first needs it,
/// and kept from lease to lease.
final class SandboxSession: Sendable {
  /// Between the worker and the program inside.
  private struct Keeper: ~Copyable {
    var channel: FrameChannel
    /// Bubblewrap, this worker's child.
    let process: pid_t
    let pid: pid_t
    let isGrouped: Bool
  }

  /// One thread at a time starts commands.
  private let keeper = Mutex<Keeper?>(nil)
  private let ends = Mutex<CommandPipes.Ends?>(nil)
  private let state: StateDirectory
  private let worker: String

  init(_ state: StateDirectory, worker: String) {
    self.state = state
    self.worker = worker
  }

  /// Where all that runs inside prints.
  func pipeEnds() throws(KilnError) -> CommandPipes.Ends {
    try ends.withLock { (ends) throws(KilnError) in
      if let ends { return ends }
      let made = try CommandPipes.Ends()
      ends = made
      return made
    }
  }

  /// Puts what confines the calling thread on what runs inside as well.
  func enter(_ group: ControlGroup?) {
    let isStale = keeper.withLock { keeper in
      guard let pid = keeper?.pid, let isGrouped = keeper?.isGrouped else { return false }
      guard isGrouped == (group != nil), (try? Self.confine(pid, group)) != nil else { return true }
      return false
    }
    if isStale { close() }
  }

  private static func confine(_ pid: pid_t, _ group: ControlGroup?) throws(KilnError) {
    if let group, group.version == .v2 { try group.enter(pid) }
    try Processors.bind(pid, to: Processors.usable)
  }

  /// Runs one command to its end.
  /// - Parameter attach: gets the first process of the command; then nil, before its number is free again.
  func run(
    _ request: SandboxRequest, in sandbox: Sandbox, _ pipes: CommandPipes, _ group: ControlGroup?,
    attach: (pid_t?) -> Void
  ) throws(KilnError) -> CommandEnd {
    try keeper.withLock { (keeper) throws(KilnError) in
      if keeper == nil { keeper = try start(sandbox, pipes, group) }
      guard var inside = keeper.take() else { preconditionFailure("a keeper that was just made") }
      inside.channel.send(request.bytes)
      let reply = Self.follow(&inside, pipes, attach)
      attach(nil)
      switch reply {
      case .ended(let status, let nanoseconds, let peak):
        keeper = consume inside
        return CommandEnd(
          end: ProcessEnd(status: status), cpu: Seconds(Double(nanoseconds) * 1e-9),
          peak: .kibibytes(peak))
      case .failed(let why):
        keeper = consume inside
        throw KilnError(.taskFailed, why)
      case .ready, .started, nil:
        // Somebody has ended the keeper, and so the command.
        let ended = Self.end(consume inside, group)
        return CommandEnd(end: .signalled(Int(SIGKILL)), cpu: ended.cpu, peak: ended.peak)
      }
    }
  }

  /// Waits for the last word about a command; nil where there will be none.
  private static func follow(
    _ keeper: inout Keeper, _ pipes: CommandPipes, _ attach: (pid_t?) -> Void
  ) -> SandboxReply? {
    while !keeper.channel.isClosed {
      pipes.follow(until: keeper.channel.watch)
      keeper.channel.flush()
      for frame in keeper.channel.receive() {
        switch SandboxReply(bytes: frame) {
        case .started(let first): attach(first)
        case .ended, .failed: return SandboxReply(bytes: frame)
        case .ready, nil: return nil
        }
      }
    }
    return nil
  }

  private func start(
    _ sandbox: Sandbox, _ pipes: CommandPipes, _ group: ControlGroup?
  ) throws(KilnError) -> Keeper {
    let (channel, process) = try spawn(sandbox, pipes)
    return try Self.meet(channel, process, pipes, group)
  }

  /// The other end of the channel is closed here before anybody listens: that of the child is then the
  /// only one, and closes with it.
  private func spawn(
    _ sandbox: Sandbox, _ pipes: CommandPipes
  ) throws(KilnError) -> (channel: Descriptor, process: pid_t) {
    var numbers: [Int32] = [-1, -1]
    // Sound: the call fills an array of two.
    guard unsafe kiln_socket_pair(&numbers) == 0 else { throw systemError("cannot make a socket") }
    let (mine, theirs) = (Descriptor(owning: numbers[0]), Descriptor(owning: numbers[1]))
    let process = try Spawn(
      arguments: try sandbox.keeper(of: state.root),
      environment: ["\(WorkerProtocol.workerVariable)=\(worker)", "PATH=\(Sandbox.path)"],
      folder: "/", input: theirs.number, output: pipes.outputEnd.number,
      error: pipes.errorEnd.number
    ).start()
    withExtendedLifetime(theirs) {}
    return (mine, process)
  }

  private static func meet(
    _ socket: Descriptor, _ process: pid_t, _ pipes: CommandPipes, _ group: ControlGroup?
  ) throws(KilnError) -> Keeper {
    var channel = FrameChannel(socket, frameBytesMax: sandboxFrameBytesMax)
    while !channel.isClosed {
      pipes.follow(until: channel.watch)
      guard let frame = channel.receive().first else { continue }
      guard case .ready(let pid) = SandboxReply(bytes: frame) else { break }
      let keeper = Keeper(
        channel: channel, process: process, pid: pid, isGrouped: group != nil)
      do {
        try confine(pid, group)
      } catch {
        _ = end(keeper, group)
        throw error
      }
      return keeper
    }
    _ = Reaper.reap(process, group: group)
    throw Sandbox.refusal(pipes.take().error)
  }

  /// Ends what runs inside, if anything does.
  func close() {
    keeper.withLock { keeper in
      guard let inside = keeper.take() else { return }
      _ = Self.end(inside, nil)
    }
  }

  private static func end(_ keeper: consuming Keeper, _ group: ControlGroup?) -> CommandEnd {
    kill(keeper.pid, SIGKILL)
    return Reaper.reap(keeper.process, group: group)
  }
}
