import Base
import JobModel
import Wire

/// What happens to a job, as it happens; goes on after a lost connection where it stopped.
package final class EventStream {
  package enum Condition: Hashable, Sendable {
    case following
    /// The connection was lost at this instant; it is tried again.
    case reconnecting(since: Instant)
    /// The job has ended and all its events were delivered.
    case ended
  }

  package private(set) var condition = Condition.following
  /// The last event that was delivered; the next connection starts behind it.
  package private(set) var cursor: Int64?

  private let client: KilnClient
  private let job: JobReference
  private let withSnapshots: Bool
  private let patience: Seconds
  private var transfer: RunningTransfer?
  private var lines = LineBuffer()
  private var retryAt: Instant?
  /// The last event that was delivered says that the job has ended.
  private var lastIsEnd = false

  /// - Parameter patience: how long a server may be away before it counts as gone.
  package init(
    client: KilnClient, job: JobReference, after cursor: Int64? = nil, withSnapshots: Bool,
    patience: Seconds = Seconds(30)
  ) {
    self.client = client
    self.job = job
    self.cursor = cursor
    self.withSnapshots = withSnapshots
    self.patience = patience
  }

  /// Waits for events until the limit is over; returns what has arrived, possibly nothing.
  ///
  /// - Throws: the server's refusal, or `unreachable` when it stayed away for too long.
  package func next(within limit: Seconds) throws(Problems) -> [JobEvent] {
    guard condition != .ended else { return [] }
    do {
      try advance(within: limit)
    } catch {
      try lose(error)
    }
    let events = try take()
    if let transfer, transfer.isEnded { try close() }
    return events
  }

  private func advance(within limit: Seconds) throws(Problems) {
    guard let transfer = try connected(within: limit) else { return }
    try transfer.advance(within: limit)
  }

  /// The server has closed the stream in good order: the job has ended, or the server was stopped.
  private func close() throws(Problems) {
    transfer = nil
    if lastIsEnd {
      condition = .ended
    } else {
      try lose(Problems([KilnError(.unreachable, "the server has closed the stream")]))
    }
  }

  /// The transfer under way; a new one once it is time to try again.
  private func connected(within limit: Seconds) throws(Problems) -> RunningTransfer? {
    if let transfer { return transfer }
    if let retryAt, Instant.now() < retryAt {
      pause(min(limit, retryAt - Instant.now()))
      return nil
    }
    let path =
      "/jobs/\(job.path)/events"
      + query([
        ("after", cursor.map { "\($0)" }), ("follow", "1"),
        ("snapshots", withSnapshots ? "1" : "0"),
      ])
    let lines = lines
    lines.clear()
    let request = HTTPRequest(method: .get, path: path, silenceSeconds: 20)
    let started = try Connection(socket: client.socket).start(request) {
      bytes throws(Problems) in lines.append(bytes)
    }
    transfer = started
    return started
  }

  private func lose(_ problems: Problems) throws(Problems) {
    transfer = nil
    let code = problems.all.first?.code
    guard code == .unreachable || code == .transfer else { throw problems }
    let now = Instant.now()
    guard case .reconnecting(let since) = condition else {
      // The first connection must succeed at once: nobody waits for a server that never was.
      guard lines.hasReceived else { throw problems }
      condition = .reconnecting(since: now)
      retryAt = now + .milliseconds(50)
      return
    }
    guard now - since < patience else { throw problems }
    retryAt = now + .milliseconds(200)
  }

  private func take() throws(Problems) -> [JobEvent] {
    var events: [JobEvent] = []
    for line in lines.take() {
      let event: JobEvent = try decoded(line)
      if let number = event.cursor { cursor = number }
      events.append(event)
      switch event.kind {
      // An end is not the end when the job was retried after it: further events follow.
      case .jobEnded: lastIsEnd = true
      case .submitted, .held, .released, .started, .ended, .retried: lastIsEnd = false
      case .snapshot: break
      }
    }
    if !events.isEmpty { condition = .following }
    return events
  }
}

/// The lines that have arrived and nobody has taken yet.
private final class LineBuffer {
  private var splitter = LineSplitter()
  private var lines: [[UInt8]] = []
  private(set) var hasReceived = false

  func append(_ bytes: [UInt8]) {
    hasReceived = true
    lines.append(contentsOf: splitter.lines(bytes))
  }

  func take() -> [[UInt8]] {
    defer { lines = [] }
    return lines
  }

  /// A new connection starts a new line; what was whole before it stays.
  func clear() { splitter = LineSplitter() }
}
