import Base
import Client
import Glibc
import JobModel
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Service

@Suite("messages")
struct MessageTests {
  /// A server whose jobs are told to an address, and the job that tells it.
  private func world(_ folder: TemporaryFolder) throws -> ServerWorld {
    try ServerWorld(
      folder, outcome: { _ in (.failed(exit: 3), "no licence") },
      post: { address, headers, body throws(KilnError) in
        try Webhook.post(WebhookRequest(address: address, headers: headers, body: body))
      })
  }

  private func settings(_ folder: TemporaryFolder) throws {
    try FileTree.make("\(folder.path)/s")
    let file = try Descriptor.open("\(folder.path)/s/notify.yaml", O_WRONLY | O_CREAT)
    try file.write(Array("secret: s3cret\n".utf8))
  }

  @Test("an address that fails first gets the same message again, signed, until it takes it")
  func retries() throws {
    let folder = try TemporaryFolder()
    try settings(folder)
    let listener = try Listener(refusals: 1)
    let world = try world(folder)
    let client = try KilnClient(state: world.state)
    let source = """
      name: told
      kernel: test.sleep
      sweep: {duration: [0 s, 0 s, 0 s]}
      notify: {webhook: "http://127.0.0.1:\(listener.port)/hook"}
      """
    let receipt = try client.submit(JobSubmission(source: source, fileName: "j.yaml", files: []))
    let calls = listener.calls(3, within: Seconds(30))
    #expect(calls.count == 3)
    let ids = calls.map { $0.header("x-kiln-event-id") }
    #expect(Set(ids).count == 2, "one event was sent twice: \(ids)")
    #expect(Set(calls.map { $0.header("x-kiln-event") }) == ["first_failure", "job_ended"])
    for call in calls {
      let code = SHA256.authentication(of: call.body, key: Array("s3cret".utf8))
      #expect(call.header("x-kiln-signature") == "sha256=\(code)")
      #expect(call.line == "POST /hook HTTP/1.1")
    }
    let deadline = Instant.now() + Seconds(30)
    var notices: [NoticeStatus] = []
    while Instant.now() < deadline, notices.filter({ $0.delivery == .delivered }).count < 2 {
      notices = try client.job(.id(receipt.job)).notices
      pause(.milliseconds(10))
    }
    #expect(notices.map(\.delivery) == [.delivered, .delivered])
    #expect(notices.map(\.tries).reduce(0, +) == 3)
    #expect(
      notices.compactMap(\.error) == [], "what went wrong is forgotten once a message was taken")
  }

  @Test("what could not be sent is sent by the next server")
  func restart() throws {
    let folder = try TemporaryFolder()
    try settings(folder)
    let listener = try Listener(refusals: .max)
    let source = """
      name: told
      kernel: test.sleep
      notify: {webhook: "http://127.0.0.1:\(listener.port)/hook", on: [end]}
      """
    do {
      let world = try world(folder)
      let client = try KilnClient(state: world.state)
      _ = try client.submit(JobSubmission(source: source, fileName: "j.yaml", files: []))
      #expect(listener.calls(1, within: Seconds(30)).count == 1)
      world.stop()
    }
    listener.takeFromNowOn()
    let next = try world(folder)
    let calls = listener.calls(2, within: Seconds(60))
    #expect(Set(calls.map { $0.header("x-kiln-event-id") }).count == 1)
    #expect(calls.count >= 2)
    next.stop()
  }
}

/// An HTTP listener on this machine that refuses the first calls.
private final class Listener: Sendable {
  struct Call: Sendable {
    let line: String
    let headers: [String: String]
    let body: [UInt8]

    func header(_ name: String) -> String { headers[name] ?? "" }
  }

  let port: UInt16
  private let socket: Int32
  private let refusals: Mutex<Int>
  private let received = Monitor<[Call]>([])

  init(refusals: Int) throws {
    self.refusals = Mutex(refusals)
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let number = socket
    // Sound: the address is a local of the size that is passed along.
    let bound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        unsafe bind(number, generic, length) == 0 && getsockname(number, generic, &length) == 0
      }
    }
    precondition(bound && listen(number, 16) == 0, "no port on this machine")
    port = UInt16(bigEndian: address.sin_port)
    _ = Thread("listener") { [self] in serve() }
  }

  func takeFromNowOn() { refusals.withLock { $0 = 0 } }

  func calls(_ count: Int, within limit: Seconds) -> [Call] {
    received.wait(until: .now() + limit) { $0.count >= count ? $0 : nil }
      ?? received.withLock { $0 }
  }

  private func serve() {
    while true {
      let peer = accept(socket, nil, nil)
      guard peer >= 0 else { return }
      let connection = Descriptor(owning: peer)
      guard let call = read(connection) else { continue }
      let refuses = refusals.withLock { left in
        defer { left = max(0, left - 1) }
        return left > 0
      }
      let status = refuses ? "500 Internal Server Error" : "204 No Content"
      let answer = "HTTP/1.1 \(status)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
      do { try connection.write(Array(answer.utf8)) } catch { continue }
      received.change { $0.append(call) }
    }
  }

  private func read(_ connection: borrowing Descriptor) -> Call? {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65_536)
    while true {
      let number = connection.number
      // Sound: at most the block's size is read into it.
      let count = unsafe block.withUnsafeMutableBytes { room in
        unsafe Glibc.read(number, room.baseAddress, room.count)
      }
      guard count > 0 else { return nil }
      bytes += block[..<count]
      if let call = parse(bytes) { return call }
    }
  }

  /// Nil while something is missing.
  private func parse(_ bytes: [UInt8]) -> Call? {
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[line[..<colon].lowercased()] = String(
        line[line.index(after: colon)...].drop { $0 == " " })
    }
    let body = Array(bytes[end.upperBound...])
    guard let length = headers["content-length"].flatMap(Int.init), body.count >= length else {
      return nil
    }
    return Call(line: String(lines.first ?? ""), headers: headers, body: body)
  }
}
