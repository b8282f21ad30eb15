import Base
import Testing

@testable import Service

@Suite("request heads")
struct HeadRulesTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let head: RequestHead
    let status: Int
    var testDescription: String { name }
  }

  private static func head(
    _ headers: [(String, String)], version: String = "HTTP/1.1", target: String = "/v1/server",
    size: Int = 100, isRegular: Bool = true
  ) -> RequestHead {
    RequestHead(
      method: "GET", target: target, version: version,
      headers: headers.map { RequestHead.Header(name: $0.0, value: $0.1) }, size: size,
      hasRegularLines: isRegular)
  }

  static let refused: [Case] = [
    Case(name: "no Host", head: head([]), status: 400),
    Case(name: "two Hosts", head: head([("Host", "a"), ("host", "b")]), status: 400),
    Case(
      name: "two lengths",
      head: head([("Host", "a"), ("Content-Length", "4"), ("content-length", "5")]), status: 400),
    Case(
      name: "length and encoding",
      head: head([("Host", "a"), ("Content-Length", "4"), ("Transfer-Encoding", "chunked")]),
      status: 400),
    Case(
      name: "encoding alone", head: head([("Host", "a"), ("Transfer-Encoding", "chunked")]),
      status: 411),
    Case(
      name: "signed length", head: head([("Host", "a"), ("Content-Length", "+5")]), status: 400),
    Case(
      name: "a length beyond numbers",
      head: head([("Host", "a"), ("Content-Length", "9999999999999999999")]), status: 400),
    Case(name: "name with a blank", head: head([("Host", "a"), ("X ", "b")]), status: 400),
    Case(name: "control character", head: head([("Host", "a"), ("X", "b\u{1}")]), status: 400),
    Case(name: "irregular lines", head: head([("Host", "a")], isRegular: false), status: 400),
    Case(name: "large head", head: head([("Host", "a")], size: 65 << 10), status: 431),
    Case(
      name: "long target",
      head: head([("Host", "a")], target: "/" + String(repeating: "a", count: 9000)), status: 414),
    Case(name: "another version", head: head([("Host", "a")], version: "HTTP/2.0"), status: 505),
  ]

  @Test("a head that can be read in two ways is refused", arguments: refused)
  func refusals(_ given: Case) {
    let refusal = #expect(throws: HTTPRefusal.self) { try HeadRules.check(given.head) }
    #expect(refusal?.status == given.status)
  }

  @Test("a plain head passes, with any case of names and with a length")
  func plain() throws {
    try HeadRules.check(HeadRulesTests.head([("hOsT", "kiln"), ("Content-Length", "0")]))
    try HeadRules.check(HeadRulesTests.head([], version: "HTTP/1.0"))
  }

  @Test(
    "a target that is not a plain absolute path is refused",
    arguments: [
      "*", "server", "http://a/v1", "/v1/../server", "/v1/%2e%2e/server", "/v1/./server",
      "/v1//server", "/v1/a%00b", "/v1/a%0ab", "/v1/a%2", "/v1/a%zz", "/v1/%ff%fe", "/v1/a#b",
      "/v1/jobs?a=1&a=2", "/v1/ä",
    ])
  func targets(_ text: String) {
    let refusal = #expect(throws: HTTPRefusal.self) { try RequestTarget(text) }
    #expect(refusal?.status == 400)
  }

  @Test("segments are decoded after they are split, so an encoded slash stays inside")
  func segments() throws {
    let target = try RequestTarget("/v1/jobs/@%E6%94%AF%E6%9E%B6/files/a%2Fb.vtu?step=1&q=a%20b")
    #expect(target.segments == ["v1", "jobs", "@支架", "files", "a/b.vtu"])
    #expect(target.query == ["step": "1", "q": "a b"])
  }
}

@Suite("byte ranges")
struct ByteRangeTests {
  struct Case: Sendable {
    let header: String?
    let expected: ByteRange.Parsed
  }

  static let cases: [Case] = [
    Case(header: nil, expected: .whole),
    Case(header: "bytes=0-", expected: .part(ByteRange(offset: 0, count: 10))),
    Case(header: "bytes=4-", expected: .part(ByteRange(offset: 4, count: 6))),
    Case(header: "bytes=4-5", expected: .part(ByteRange(offset: 4, count: 2))),
    Case(header: "bytes=4-99", expected: .part(ByteRange(offset: 4, count: 6))),
    Case(header: "bytes=-3", expected: .part(ByteRange(offset: 7, count: 3))),
    Case(header: "bytes=-99", expected: .part(ByteRange(offset: 0, count: 10))),
    Case(header: "bytes=10-", expected: .outside),
    Case(header: "bytes=10-20", expected: .outside),
    Case(header: "bytes=-0", expected: .outside),
    Case(header: "bytes=5-4", expected: .whole),
    Case(header: "bytes=0-1,3-4", expected: .whole),
    Case(header: "lines=1-2", expected: .whole),
    Case(header: "bytes=a-b", expected: .whole),
    Case(header: "bytes=-", expected: .whole),
  ]

  @Test("a range of ten bytes is read as RFC 9110 says", arguments: cases)
  func parsing(_ given: Case) {
    #expect(ByteRange.parse(given.header, size: 10) == given.expected)
  }

  @Test("no range of an empty file can be satisfied")
  func empty() {
    #expect(ByteRange.parse("bytes=0-", size: 0) == .outside)
    #expect(ByteRange.parse("bytes=-1", size: 0) == .outside)
  }
}

@Suite("compact JSON")
struct CompactJSONTests {
  @Test(
    "blanks go, everything else stays",
    arguments: [
      (" { \"a\" : [ 1 , -2.5e+3 , true , null ] }\n", "{\"a\":[1,-2.5e+3,true,null]}"),
      ("\"a \\n \\u00e9 b\"", "\"a \\n \\u00e9 b\""), ("0", "0"), ("[]", "[]"), ("{}", "{}"),
      ("{\"é 支\":1}", "{\"é 支\":1}"), ("[ [ ] ,\n{ } ]", "[[],{}]"), ("  1\t", "1"),
    ])
  func compaction(_ text: String, _ expected: String) throws {
    let bytes = try #require(compactJSON(Array(text.utf8)))
    #expect(String(decoding: bytes, as: UTF8.self) == expected)
  }

  @Test(
    "what is not JSON gives nothing",
    arguments: [
      "", "{", "[1,]", "{\"a\":}", "{a:1}", "01", "1.", ".5", "+1", "\"a\nb\"", "\"\\x\"", "nul",
      "1 2", "NaN", "\"open",
    ])
  func refusal(_ text: String) { #expect(compactJSON(Array(text.utf8)) == nil) }

  @Test("neither bad UTF-8 nor endless nesting gets through")
  func hostile() {
    #expect(compactJSON([0x22, 0xFF, 0x22]) == nil)
    #expect(compactJSON(Array(repeating: UInt8(ascii: "["), count: 1_000_000)) == nil)
  }
}
