import Base

/// A request to the server, as a value.
struct HTTPRequest: Sendable {
  enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
  }

  enum Body: Sendable {
    case none
    case json([UInt8])
    /// The content of a file, streamed.
    case file(path: String, size: ByteCount)
  }

  let method: Method
  /// Below `/v1`, with its query, percent-encoded.
  let path: String
  var body = Body.none
  /// Where to start in the answer's content, for a download that goes on.
  var offset: Int64 = 0
  /// The server closes silence: a line at least every so often, else the connection counts as lost.
  var silenceSeconds = 60
}

/// What came back: the body is empty where a consumer took it.
struct HTTPResponse: Sendable {
  let status: Int
  let body: [UInt8]
  /// The digest that the server names for the content.
  let entityTag: String?
}

/// Spells a path segment or a query value: everything but unreserved characters as `%XX`.
func percentEncoded(_ text: String) -> String {
  var encoded = ""
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: "."), UInt8(ascii: "~"):
      encoded.unicodeScalars.append(Unicode.Scalar(byte))
    default: encoded += "%" + hexadecimal([byte]).uppercased()
    }
  }
  return encoded
}

/// `?a=1&b=2` from the parts that have a value; empty when none has.
func query(_ parts: [(name: String, value: String?)]) -> String {
  let given = parts.compactMap { part in
    part.value.map { "\(part.name)=\(percentEncoded($0))" }
  }
  return given.isEmpty ? "" : "?" + given.joined(separator: "&")
}
