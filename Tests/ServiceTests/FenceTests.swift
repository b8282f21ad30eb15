import Base
import Testing

@testable import Service

/// Bytes on the wire, as no well-behaved client sends them.
@Suite("HTTP fence")
struct FenceTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: String
    let status: Int
    var testDescription: String { name }

    init(_ name: String, _ bytes: String, _ status: Int = 400) {
      self.name = name
      self.bytes = bytes
      self.status = status
    }
  }

  private static let line = "GET /v1/server HTTP/1.1\r\n"
  private static let end = "Connection: close\r\n\r\n"
  private static let post = "POST /v1/jobs HTTP/1.1\r\nHost: a\r\n"

  static let refused: [Case] = [
    Case("no Host", line + end),
    Case("two Hosts", line + "Host: a\r\nHost: b\r\n" + end),
    Case("two lengths", post + "Content-Length: 4\r\nContent-Length: 5\r\n" + end + "abcde"),
    Case("equal lengths", post + "Content-Length: 4\r\nContent-Length: 4\r\n" + end + "abcd"),
    Case(
      "length and encoding",
      post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n" + end + "0\r\n\r\n"),
    Case("chunked", post + "Transfer-Encoding: chunked\r\n" + end + "0\r\n\r\n", 411),
    Case("another encoding", post + "Transfer-Encoding: xchunked\r\n" + end + "0\r\n\r\n", 411),
    Case("negative length", post + "Content-Length: -1\r\n" + end),
    Case("signed length", post + "Content-Length: +5\r\n" + end + "abcde"),
    Case("a body beyond 2 MiB", post + "Content-Length: 2097153\r\n" + end, 413),
    Case("a blank before the colon", line + "Host : a\r\n" + end),
    Case("folded line", line + "Host: a\r\nX: a\r\n b\r\n" + end),
    Case("folded last line", line + "Host: a\r\nConnection: close\r\nX: a\r\n b\r\n\r\n"),
    Case("bare line feeds", "GET /v1/server HTTP/1.1\nHost: a\nConnection: close\n\n"),
    Case("one bare line feed", line + "Host: a\nX: b\r\n" + end),
    Case("bare line feed behind the request line", "GET /v1/server HTTP/1.1\nHost: a\r\n" + end),
    Case("bare line feed in the last line", line + "Host: a\r\nConnection: close\n\r\n"),
    Case("bare line feed at the end", line + "Host: a\r\nConnection: close\r\n\n"),
    Case("zero byte in a value", line + "Host: a\r\nX: a\u{0}b\r\n" + end),
    Case("zero byte in the target", "GET /v1/ser\u{0}ver HTTP/1.1\r\nHost: a\r\n" + end),
    Case("encoded zero byte", "GET /v1/jobs/a%00b HTTP/1.1\r\nHost: a\r\n" + end),
    Case("up and away", "GET /v1/jobs/../server HTTP/1.1\r\nHost: a\r\n" + end),
    Case("encoded dots", "GET /v1/jobs/%2e%2e/server HTTP/1.1\r\nHost: a\r\n" + end),
    Case("absolute target", "GET http://a/v1/server HTTP/1.1\r\nHost: a\r\n" + end),
    Case(
      "large head", line + "Host: a\r\nX: " + String(repeating: "a", count: 70_000) + "\r\n" + end,
      431),
    Case(
      "huge head", line + "Host: a\r\nX: " + String(repeating: "a", count: 200_000) + "\r\n" + end,
      431),
    Case(
      "long target",
      "GET /v1/" + String(repeating: "a", count: 9000) + " HTTP/1.1\r\nHost: a\r\n" + end, 414),
    Case(
      "another method", "PUT /v1/server HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n" + end, 405),
    Case("another place", "GET /v2/server HTTP/1.1\r\nHost: a\r\n" + end, 404),
    Case("not JSON", post + "Content-Length: 2\r\n" + end + "{]"),
    Case("another shape of JSON", post + "Content-Length: 2\r\n" + end + "{}"),
  ]

  @Test("what can be read in two ways is refused, and the server goes on")
  func refusals() throws {
    let world = try ServerWorld()
    for given in FenceTests.refused {
      let response = try world.exchange(Array(given.bytes.utf8))
      #expect(response.status == given.status, "\(given.name): \(response.head)")
    }
    #expect(try world.get("/v1/server").status == 200)
  }

  static let accepted: [Case] = [
    Case("no blank behind the colon", line + "Host:a\r\n" + end, 200),
    Case("several blanks", line + "Host:   a\r\n" + end, 200),
    Case("any case", line + "hOST: a\r\n" + end, 200),
    Case("an empty value", line + "Host: a\r\nX:\r\n" + end, 200),
    Case("HTTP/1.0", "GET /v1/server HTTP/1.0\r\n\r\n", 200),
    Case(
      "50 KB of headers",
      line + "Host: a\r\nX: " + String(repeating: "a", count: 50_000) + "\r\n" + end, 200),
    Case("two requests", line + "Host: a\r\n\r\n" + line + "Host: a\r\n" + end, 200),
  ]

  @Test("what the grammar allows is accepted", arguments: accepted)
  func acceptance(_ given: Case) throws {
    let world = try ServerWorld()
    #expect(try world.exchange(Array(given.bytes.utf8)).status == given.status)
  }

  @Test("a file is kept only when its digest is right, and can then be asked for")
  func uploads() throws {
    let world = try ServerWorld()
    let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let digest = SHA256.of(content)
    let question = "{\"digests\":[\"\(digest)\"]}"
    #expect(try world.post("/v1/files/missing", question).text == question)
    #expect(try world.put("/v1/files/\(digest)", Array(content.dropLast())).status == 400)
    #expect(try world.post("/v1/files/missing", question).text == question)
    #expect(try world.put("/v1/files/\(digest)", content).status == 201)
    #expect(try world.post("/v1/files/missing", question).text == "{\"digests\":[]}")
    #expect(try world.put("/v1/files/\(digest)", content).status == 201)
    #expect(try world.put("/v1/files/abc", content).status == 400)
    let names = try FileTree.entries(world.state.files).map(\.name)
    #expect(names == [String(digest.hex.prefix(2))])
  }
}
