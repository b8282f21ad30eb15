import Base

/// A request target taken apart: segments of the path and parts of the query, decoded.
struct RequestTarget: Hashable, Sendable {
  let segments: [String]
  let query: [String: String]

  /// Splits first and decodes then, so that an encoded slash stays inside its segment.
  init(_ text: String) throws(HTTPRefusal) {
    guard text.utf8.first == UInt8(ascii: "/"),
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") })
    else { throw HTTPRefusal(400, "the request target is not an absolute path") }
    let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var segments: [String] = []
    for segment in parts[0].dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      let name = try RequestTarget.decoded(segment)
      guard name != "..", name != ".", !name.isEmpty else {
        throw HTTPRefusal(400, "the path has an empty segment, `.` or `..`")
      }
      segments.append(name)
    }
    var query: [String: String] = [:]
    for pair in parts.dropFirst().first?.split(separator: "&") ?? [] {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = try RequestTarget.decoded(sides[0])
      guard query[name] == nil else { throw HTTPRefusal(400, "the query names `\(name)` twice") }
      query[name] = sides.count == 2 ? try RequestTarget.decoded(sides[1]) : ""
    }
    self.segments = segments
    self.query = query
  }

  /// - Parameter text: printable ASCII, as the target was checked to be.
  private static func decoded(_ text: Substring) throws(HTTPRefusal) -> String {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
    var bytes: [UInt8] = []
    var rest = text.utf8.makeIterator()
    while let byte = rest.next() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit) else {
        throw HTTPRefusal(400, "the request target has a broken percent escape")
      }
      bytes.append(high << 4 | low)
    }
    guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw HTTPRefusal(400, "the request target has an encoded control character")
    }
    guard let decoded = String(validating: bytes, as: UTF8.self) else {
      throw HTTPRefusal(400, "the request target is not UTF-8")
    }
    return decoded
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
