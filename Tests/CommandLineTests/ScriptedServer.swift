import Base
import Glibc
import Synchronization

/// A server that answers each request with what a test says, byte for byte, and then hangs up.
final class ScriptedServer: Sendable {
  struct Request: Sendable {
    let line: String
    let headers: [String]
    let body: [UInt8]

    /// `GET /v1/…` without the version.
    var target: String { line.split(separator: " ").prefix(2).joined(separator: " ") }

    /// Where a download goes on; 0 from the start.
    var offset: Int {
      let range = headers.first { $0.lowercased().hasPrefix("range: bytes=") }
      return range.flatMap { Int($0.dropFirst(13).prefix { $0.isNumber }) } ?? 0
    }
  }

  typealias Script = @Sendable (Request, _ number: Int) -> [UInt8]

  private let listener: Descriptor
  private let stopped = Mutex(false)
  private let seen = Mutex<[Request]>([])

  init(_ path: String, _ script: @escaping Script) throws {
    listener = try UnixSocket.listen(path)
    let thread = Thread("scripted") { [self] in
      while !stopped.withLock({ $0 }) { serveNext(script) }
    }
    _ = thread
  }

  func stop() { stopped.withLock { $0 = true } }

  var requests: [Request] { seen.withLock { $0 } }

  private func serveNext(_ script: Script) {
    guard wait(for: [Watch(listener.number)], atMost: .milliseconds(20))[0],
      let link = UnixSocket.accept(listener)
    else { return }
    guard let request = read(link) else { return }
    let number = seen.withLock { requests in
      requests.append(request)
      return requests.count
    }
    var rest = script(request, number)[...]
    while !rest.isEmpty {
      // Sound: the slice lives through the call.
      let count = unsafe rest.withUnsafeBytes {
        unsafe send(link.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EAGAIN {
        return
      } else {
        _ = wait(for: [Watch(link.number, forWriting: true)], atMost: Seconds(1))
      }
    }
  }

  private func read(_ link: Descriptor) -> Request? {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65_536)
    while true {
      guard wait(for: [Watch(link.number)], atMost: Seconds(2))[0] else { return nil }
      // Sound: at most the block's size is read into it.
      let count = unsafe block.withUnsafeMutableBytes {
        unsafe recv(link.number, $0.baseAddress, $0.count, 0)
      }
      guard count > 0 else { return nil }
      bytes += block[..<count]
      if let request = ScriptedServer.parsed(bytes) { return request }
    }
  }

  /// Nil until the head and the whole body are there.
  private static func parsed(_ bytes: [UInt8]) -> Request? {
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
      .split(separator: "\r\n").map(String.init)
    let length =
      head.first { $0.lowercased().hasPrefix("content-length:") }
      .flatMap { Int($0.split(separator: " ").last ?? "") } ?? 0
    let body = bytes[end.upperBound...]
    guard body.count >= length, let line = head.first else { return nil }
    return Request(line: line, headers: Array(head.dropFirst()), body: Array(body))
  }

  // MARK: answers

  static func answer(_ status: Int, _ body: [UInt8], headers: [String] = []) -> [UInt8] {
    let lines = ["HTTP/1.1 \(status) X", "Content-Length: \(body.count)", "Connection: close"]
    return Array(((lines + headers).joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
  }

  /// A stream without a length: it ends, or breaks, when the connection closes.
  static func chunked(_ parts: [String], isWhole: Bool) -> [UInt8] {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    let chunks = parts.map { "\(String($0.utf8.count, radix: 16))\r\n\($0)\r\n" }.joined()
    return Array((head + chunks + (isWhole ? "0\r\n\r\n" : "")).utf8)
  }

  /// A file from an offset on; cut off after `limit` bytes.
  static func file(_ content: [UInt8], from offset: Int, limit: Int = .max) -> [UInt8] {
    let rest = content[min(offset, content.count)...]
    let status = offset > 0 ? 206 : 200
    let range =
      offset > 0
      ? "Content-Range: bytes \(offset)-\(content.count - 1)/\(content.count)\r\n" : ""
    let head =
      "HTTP/1.1 \(status) X\r\nContent-Length: \(rest.count)\r\n\(range)Connection: close\r\n\r\n"
    return Array(head.utf8) + rest.prefix(limit)
  }
}
