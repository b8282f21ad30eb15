import Base
import CLinux
import Glibc
import JobModel
import Wire

/// The state of the link's thread.
struct LinkLoop: ~Copyable {
  private let link: ServerLink
  private let options: WorkerOptions
  private let control: AttemptControl
  private let board: ProgressBoard
  private let wakeUp: WakeUp
  private let signals: Descriptor?
  private var channel: FrameChannel?
  private var backoff = LinkLoop.firstBackoff
  private var lostAt = Instant.now()
  private var wasConnected = false
  private var heartbeatAt = Instant.now()
  private var progressAt = Instant.now()
  private var isOrphaned = false

  private static let firstBackoff = Seconds.milliseconds(20)
  private static let lastBackoff = Seconds.milliseconds(500)
  /// How long a worker that holds nothing looks for a server that it has never met.
  private static let patience = Seconds(10)

  init(
    link: ServerLink, options: WorkerOptions, control: AttemptControl, board: ProgressBoard,
    wakeUp: WakeUp
  ) {
    self.link = link
    self.options = options
    self.control = control
    self.board = board
    self.wakeUp = wakeUp
    signals = Self.terminationSignals()
  }

  /// SIGTERM as a descriptor; it is blocked in every thread.
  private static func terminationSignals() -> Descriptor? {
    var set = sigset_t()
    // Sound: the set is a local that outlives the calls.
    unsafe sigemptyset(&set)
    unsafe sigaddset(&set, SIGTERM)
    let number = unsafe kiln_signalfd(&set)
    return number >= 0 ? Descriptor(owning: number) : nil
  }

  mutating func turn() {
    if channel == nil { connect() }
    sendWhatIsDue()
    waitForSomething()
    receive()
    dropIfClosed()
  }

  // MARK: Connecting

  private mutating func connect() {
    guard let socket = try? UnixSocket.connect(options.state.workerSocket) else {
      giveUpIfAlone()
      pause(backoff)
      backoff = min(backoff * 2, Self.lastBackoff)
      return
    }
    backoff = Self.firstBackoff
    isOrphaned = false
    wasConnected = true
    var channel = FrameChannel(socket, frameBytesMax: WorkerProtocol.frameBytesMax)
    let (epoch, slot) = link.desk.withLock { desk in
      desk.isDeliveryDue = desk.delivery != nil
      return (desk.epoch, desk.slot)
    }
    let hello = WorkerMessage.Hello(
      version: WorkerProtocol.version, worker: options.name, pid: getpid(),
      slot: slot ?? options.slot,
      epoch: epoch, program: ProgramIdentity.text)
    Self.send(.hello(hello), on: &channel)
    self.channel = consume channel
    heartbeatAt = Instant.now() + WorkerProtocol.heartbeatInterval
  }

  /// A worker that holds nothing has nothing to wait for; one that holds results waits for long, unless the
  /// state directory is gone, to which no server can come back.
  private mutating func giveUpIfAlone() {
    guard !isOrphaned else { return }
    let holdsLease = link.desk.withLock { $0.epoch != nil }
    let life =
      holdsLease ? WorkerProtocol.orphanLife : wasConnected ? Seconds.zero : Self.patience
    let isHomeless = !FileTree.isFolder(options.state.root)
    guard isHomeless || Instant.now() - lostAt > life else { return }
    isOrphaned = true
    link.push(.orphaned)
  }

  private mutating func dropIfClosed() {
    guard channel?.isClosed == true else { return }
    channel = nil
    lostAt = Instant.now()
    let waiting = link.desk.withLock { desk in
      defer { desk.waiting = nil }
      return desk.waiting
    }
    if let waiting {
      control.endLease(waiting)
      link.push(.withdrawn(waiting))
    }
  }

  // MARK: Sending

  private mutating func sendWhatIsDue() {
    guard channel != nil else { return }
    let now = Instant.now()
    let (ending, computed, delivery, epoch) = link.desk.withLock { desk in
      defer { (desk.ending, desk.computed, desk.isDeliveryDue) = (nil, nil, false) }
      return (
        desk.ending, desk.computed, desk.isDeliveryDue ? desk.delivery : nil, desk.epoch
      )
    }
    // What has been computed meanwhile is not ending any more.
    if let ending, computed == nil { send(.ending(ending)) }
    if let computed { send(.computed(computed)) }
    if now >= progressAt, let progress = board.take() {
      send(.progress(progress))
      progressAt = now + WorkerProtocol.progressInterval
    }
    if let delivery { channel?.send(delivery) }
    if now >= heartbeatAt {
      send(.heartbeat(epoch: epoch))
      heartbeatAt = now + WorkerProtocol.heartbeatInterval
    }
    channel?.flush()
  }

  private mutating func send(_ message: WorkerMessage) {
    guard let frame = try? Frame.encode(message) else {
      preconditionFailure("a message of ours that cannot be encoded")
    }
    channel?.send(frame)
  }

  private static func send(_ message: WorkerMessage, on channel: inout FrameChannel) {
    guard let frame = try? Frame.encode(message) else {
      preconditionFailure("a message of ours that cannot be encoded")
    }
    channel.send(frame)
  }

  // MARK: Receiving

  private mutating func waitForSomething() {
    var watches = [Watch(wakeUp.number)]
    if let signals { watches.append(Watch(signals.number)) }
    if let watch = channel?.watch { watches.append(watch) }
    let holdsLease = link.desk.withLock { $0.epoch != nil }
    let now = Instant.now()
    let limit =
      channel == nil
      ? Seconds.zero : holdsLease ? WorkerProtocol.progressInterval : heartbeatAt - now
    let ready = wait(for: watches, atMost: limit)
    if ready[0] { wakeUp.clear() }
    if signals != nil, ready[1] { takeSignal() }
  }

  private func takeSignal() {
    guard let signals, (try? Self.readSignal(signals)) != nil else { return }
    link.push(.drain)
  }

  private static func readSignal(_ signals: Descriptor) throws(KilnError) {
    var bytes = [UInt8](repeating: 0, count: 128)
    // Sound: the length passed along is that of the array.
    guard unsafe Glibc.read(signals.number, &bytes, bytes.count) > 0 else {
      throw systemError("cannot read a signal")
    }
  }

  private mutating func receive() {
    let frames = channel?.receive() ?? []
    for frame in frames {
      guard let message = try? Frame.decode(ServerMessage.self, frame) else {
        // A server of another version: hand in what there is, then leave.
        link.push(.drain)
        continue
      }
      act(on: message)
    }
  }

  private func act(on message: ServerMessage) {
    switch message {
    case .welcome(let version): if version != WorkerProtocol.version { link.push(.drain) }
    case .grant(let grant):
      link.desk.withLock { desk in
        desk.slot = grant.slot
        if grant.waits { desk.waiting = grant.epoch } else { desk.epoch = grant.epoch }
      }
      control.beginLease(grant.epoch)
      link.push(.grant(grant))
    case .begin(let epoch, let processors):
      let isAwaited = link.desk.withLock { desk in
        guard desk.waiting == epoch else { return false }
        (desk.epoch, desk.waiting) = (epoch, nil)
        return true
      }
      if isAwaited { link.push(.begin(epoch, processors: processors)) }
    case .accepted(let epoch): link.push(.accepted(epoch))
    case .refused(let epoch): link.push(.refused(epoch))
    case .preempt(let epoch, let tasks): control.preempt(epoch, tasks, at: .now())
    case .signal(let epoch, let tasks, let signal): control.signal(epoch, tasks, signal)
    case .cancel(let epoch, let tasks): control.cancel(epoch, tasks, at: .now())
    case .drain: link.push(.drain)
    }
  }
}
