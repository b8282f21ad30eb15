import Base

/// What is wrong with a request as such, and with which status it is refused.
struct HTTPRefusal: Error, Hashable, Sendable {
  let status: Int
  let problem: KilnError

  init(_ status: Int, _ message: String, fix: String? = nil) {
    self.status = status
    problem = KilnError(.usage, message, fix: fix)
  }
}

/// The checks that every request passes before it is routed.
///
/// Two readers of a message must not disagree about where it ends or whom it is meant for, so
/// everything that could be read in two ways is refused instead of repaired.
enum HeadRules {
  static let headBytesMax = 64 << 10
  static let targetBytesMax = 8 << 10

  static func check(_ head: RequestHead) throws(HTTPRefusal) {
    guard head.version == "HTTP/1.1" || head.version == "HTTP/1.0" else {
      throw HTTPRefusal(505, "only HTTP/1.1 is spoken here")
    }
    guard head.target.utf8.count <= targetBytesMax else {
      throw HTTPRefusal(414, "the request target is longer than 8 KiB")
    }
    guard head.size <= headBytesMax else {
      throw HTTPRefusal(431, "the request head is larger than 64 KiB")
    }
    guard head.hasRegularLines else {
      throw HTTPRefusal(400, "the request head has a folded line, a bare line feed or a zero byte")
    }
    try checkHeaders(head)
    try checkBody(head)
  }

  private static func checkHeaders(_ head: RequestHead) throws(HTTPRefusal) {
    for header in head.headers {
      guard !header.name.isEmpty, header.name.utf8.allSatisfy(isTokenByte) else {
        throw HTTPRefusal(400, "a header has a name with characters that names cannot have")
      }
      guard header.value.utf8.allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }) else {
        throw HTTPRefusal(400, "the header `\(header.name)` has a control character")
      }
    }
    let hosts = head.values("host").count
    guard hosts == 1 || (hosts == 0 && head.version == "HTTP/1.0") else {
      throw HTTPRefusal(400, "a request names exactly one `Host`")
    }
  }

  private static func checkBody(_ head: RequestHead) throws(HTTPRefusal) {
    let lengths = head.values("content-length")
    guard lengths.count <= 1 else {
      throw HTTPRefusal(400, "a request has at most one `Content-Length`")
    }
    if !head.values("transfer-encoding").isEmpty {
      guard lengths.isEmpty else {
        throw HTTPRefusal(400, "a request has `Content-Length` or `Transfer-Encoding`, not both")
      }
      throw HTTPRefusal(
        411, "a body of unknown length is not accepted", fix: "send `Content-Length`")
    }
    guard lengths.allSatisfy({ length(of: $0) != nil }) else {
      throw HTTPRefusal(400, "`Content-Length` is not a number of bytes")
    }
  }

  /// Digits only, and few enough of them not to overflow.
  static func length(of text: String) -> Int64? {
    guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return Int64(text)
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}
