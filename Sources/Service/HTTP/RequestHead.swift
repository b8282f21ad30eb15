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

  /// Values of a header.
  ///
  /// - Parameter name: in lower case.
  func values(_ name: String) -> [String] {
    headers.compactMap { $0.isNamed(name) ? $0.value : nil }
  }
}

extension RequestHead.Header {
  /// Whether it has this name, which is in lower case, itself in whatever case.
  func isNamed(_ lowercased: String) -> Bool {
    name.utf8.elementsEqual(lowercased.utf8) { byte, wanted in
      byte == wanted || byte | 0x20 == wanted && (0x41...0x5A).contains(byte)
    }
  }
}
