/// The head of a request as it was received, before anything in it is believed.
struct RequestHead: Sendable {
  var method: String
  /// Path and query, still percent-encoded.
  var target: String
  var version: String
  var headers: [Header]
  /// Size of the head in bytes; 0 where it is not known.
  var size: Int
  /// False where lines do not end in CR LF, are folded, or hold a zero byte.
  var hasRegularLines: Bool

  struct Header: Sendable {
    var name: String
    var value: String
  }

  /// Values of a header, whatever the case of its name.
  func values(_ name: String) -> [String] {
    headers.filter { $0.name.lowercased() == name }.map(\.value)
  }
}
