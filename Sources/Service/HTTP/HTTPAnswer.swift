import Base

/// What goes back to a client.
struct HTTPAnswer: Sendable {
  enum Body: Sendable {
    case bytes([UInt8])
    /// A part of a file, sent by the kernel.
    case file(Descriptor, offset: Int64, count: Int64)
    /// Written bit by bit, on the connection's own thread.
    case stream(any ByteStream)
  }

  var status: Int
  var headers: [(name: String, value: String)] = []
  var body: Body
}

/// Bytes that come into being while they are sent.
protocol ByteStream: AnyObject, Sendable {
  /// The next bytes, waited for; nil at the end. Only the connection's thread calls it.
  func next() throws(KilnError) -> [UInt8]?
  /// Nobody will call `next` again.
  func close()
}

/// A request whose body is still arriving; only its connection's thread uses it.
protocol PendingRequest: AnyObject {
  func take(_ bytes: UnsafeRawBufferPointer)
  /// The body is complete: the time to act.
  func answer() -> HTTPAnswer
}

/// What stands behind the HTTP fence.
protocol HTTPService: Sendable {
  /// Judges a head that has passed the rules, before a byte of its body is read.
  func receive(_ head: RequestHead, _ target: RequestTarget) -> HTTPReception
  func answer(_ refusal: HTTPRefusal) -> HTTPAnswer
}

enum HTTPReception {
  case refused(HTTPAnswer)
  case accepted(any PendingRequest)
}
