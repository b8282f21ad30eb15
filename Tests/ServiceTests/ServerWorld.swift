import Base
import Client
import Glibc
import JobModel
import Synchronization
import TestSupport
import Wire

@testable import Service

/// A running server in this process with a state directory of its own and an engine of the test's.
final class ServerWorld: Sendable {
  let state: StateDirectory
  let server: Server
  let engine: ScriptedEngine
  private let folder: TemporaryFolder
  private let thread: Thread
  private let hasStopped = Atomic<Bool>(false)
  private let outcome: Monitor<Result<StopReason, KilnError>?>

  convenience init(
    isHolding: Bool = false, leavesWhenIdle: Bool = false,
    outcome: @escaping ScriptedEngine.Outcome = { _ in (.succeeded, nil) }
  ) throws {
    try self.init(
      TemporaryFolder(), isHolding: isHolding, leavesWhenIdle: leavesWhenIdle, outcome: outcome)
  }

  /// A server on what an earlier one has left.
  init(
    _ folder: TemporaryFolder, isHolding: Bool = false, leavesWhenIdle: Bool = false,
    outcome: @escaping ScriptedEngine.Outcome = { _ in (.succeeded, nil) },
    post: @escaping WebhookPost = NoticeSender.unavailable
  ) throws {
    let state = StateDirectory(root: "\(folder.path)/s")
    let made = Mutex<ScriptedEngine?>(nil)
    let options = ServerOptions(
      state: state, leavesWhenIdle: leavesWhenIdle, workerProgram: "/bin/false",
      resources: ServerResources(cpus: 2, memory: .gibibytes(4)), post: post)
    let server = try Server(options) { report throws(KilnError) in
      let engine = ScriptedEngine(state, isHolding: isHolding, outcome: outcome, report: report)
      made.withLock { $0 = engine }
      return engine
    }
    guard let engine = made.withLock({ $0 }) else { preconditionFailure("no engine was made") }
    self.folder = folder
    self.state = state
    self.server = server
    self.engine = engine
    let outcome = Monitor<Result<StopReason, KilnError>?>(nil)
    self.outcome = outcome
    thread = Thread("test-server") {
      let result = server.run()
      outcome.change { $0 = result }
    }
  }

  deinit { stop() }

  /// Stops the server; its folder stays for the next one.
  func stop() {
    guard !hasStopped.exchange(true, ordering: .relaxed) else { return }
    server.stop(.signal)
    thread.join()
  }

  /// Why the server has stopped by itself; nil while it runs.
  var stopReason: StopReason? { outcome.withLock { try? $0?.get() } }

  /// Stops this server and starts the next one on the same folder.
  func restarted(isHolding: Bool = false) throws -> ServerWorld {
    stop()
    return try ServerWorld(folder, isHolding: isHolding)
  }

  func client() throws -> KilnClient { try KilnClient(state: state) }

  @discardableResult
  func submit(
    _ source: String, key: String? = nil, isHeld: Bool = false
  ) throws -> SubmissionReceipt {
    try client().submit(
      JobSubmission(source: source, fileName: "job.yaml", files: [], key: key, isHeld: isHeld))
  }

  /// Waits until the job has ended and returns its state; nil when that takes too long.
  func end(of job: JobID) throws -> JobState? {
    let client = try client()
    var state: JobState?
    _ = try until(Seconds(60)) {
      state = try client.job(.id(job)).summary.state
      return state?.isEnded ?? false
    }
    return state
  }
}

/// Waits for a condition; false when the limit passes first.
func until(_ limit: Seconds, _ condition: () throws -> Bool) rethrows -> Bool {
  let deadline = Instant.now() + limit
  while try !condition() {
    if Instant.now() > deadline { return false }
    Base.pause(.milliseconds(2))
  }
  return true
}

/// What came back over a raw connection.
struct RawResponse {
  let status: Int
  let head: String
  let body: [UInt8]

  var text: String { String(decoding: body, as: UTF8.self) }

  func header(_ name: String) -> String? {
    for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix("\(name):") {
      return String(line.dropFirst(name.utf8.count + 1).drop { $0 == " " })
    }
    return nil
  }
}

extension ServerWorld {
  /// Sends bytes as they are and reads until the server closes the connection.
  func exchange(_ bytes: [UInt8]) throws -> RawResponse {
    let socket = try UnixSocket.connect(state.serverSocket)
    var received: [UInt8] = []
    var sent = 0
    let deadline = Instant.now() + Seconds(10)
    while Instant.now() < deadline {
      let ready = wait(
        for: [Watch(socket.number, forWriting: sent < bytes.count)], atMost: Seconds(1))
      guard ready[0] else { continue }
      if sent < bytes.count {
        // Sound: the offset stays inside the array, which lives through the call.
        let count = unsafe bytes.withUnsafeBytes {
          unsafe send(
            socket.number, $0.baseAddress?.advanced(by: sent), $0.count - sent, Int32(MSG_NOSIGNAL))
        }
        if count > 0 { sent += count }
        // A server that has refused the head closes before it has read the rest.
        if count < 0, errno == EPIPE { sent = bytes.count }
      }
      var block = [UInt8](repeating: 0, count: 65_536)
      // Sound: at most the block's size is read into it.
      let count = unsafe block.withUnsafeMutableBytes {
        unsafe recv(socket.number, $0.baseAddress, $0.count, 0)
      }
      if count == 0 || (count < 0 && errno != EAGAIN) { break }
      if count > 0 { received += block[..<count] }
    }
    return RawResponse(received)
  }

  func get(_ path: String, headers: String = "") throws -> RawResponse {
    try exchange(
      Array("GET \(path) HTTP/1.1\r\nHost: kiln\r\n\(headers)Connection: close\r\n\r\n".utf8))
  }

  func post(_ path: String, _ body: String) throws -> RawResponse {
    try exchange(
      Array(
        """
        POST \(path) HTTP/1.1\r\nHost: kiln\r\nContent-Length: \(body.utf8.count)\r\n\
        Connection: close\r\n\r\n\(body)
        """.utf8))
  }

  func put(_ path: String, _ body: [UInt8]) throws -> RawResponse {
    let head = """
      PUT \(path) HTTP/1.1\r\nHost: kiln\r\nContent-Length: \(body.count)\r\n\
      Connection: close\r\n\r\n
      """
    return try exchange(Array(head.utf8) + body)
  }
}

extension RawResponse {
  init(_ bytes: [UInt8]) {
    let end = bytes.indices.first { bytes[$0...].starts(with: [13, 10, 13, 10]) } ?? bytes.count
    let head = String(decoding: bytes[..<end], as: UTF8.self)
    self.head = head
    status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    let rest = Array(bytes[min(end + 4, bytes.count)...])
    body =
      head.lowercased().contains("transfer-encoding: chunked") ? RawResponse.joined(rest) : rest
  }

  /// The content of a chunked body.
  private static func joined(_ bytes: [UInt8]) -> [UInt8] {
    var rest = bytes[...]
    var content: [UInt8] = []
    while let end = rest.firstIndex(of: 13),
      let size = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16), size > 0
    {
      content += rest[(end + 2)..<(end + 2 + size)]
      rest = rest[(end + 4 + size)...]
    }
    return content
  }
}
