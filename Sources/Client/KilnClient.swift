import Base
import FoundationEssentials
import JobModel
import Wire

/// Which job a request means, in the words of the API.
package enum JobReference: Hashable, Sendable {
  case id(JobID)
  /// The newest of all.
  case last
  /// The newest of that name.
  case named(String)

  /// As a path segment.
  var path: String {
    switch self {
    case .id(let id): "\(id)"
    case .last: "last"
    case .named(let name): "@\(percentEncoded(name))"
    }
  }
}

/// The server's API as typed calls; one at a time, on one connection that stays open.
package final class KilnClient {
  let socket: SocketPath
  let connection: Connection

  package init(state: StateDirectory) throws(Problems) {
    socket = try SocketPath(state.serverSocket)
    connection = Connection(socket: socket)
  }

  /// True when a server accepts connections; costs no request.
  package var serverAnswers: Bool { socket.accepts() }

  package func server() throws(Problems) -> ServerInfo { try get("/server") }

  package func stopServer() throws(Problems) {
    _ = try connection.perform(
      HTTPRequest(method: .post, path: "/server/stop", body: .json(Array("{}".utf8))))
  }

  // MARK: calls in general

  func get<Answer: Decodable>(_ path: String) throws(Problems) -> Answer {
    try decoded(try connection.perform(HTTPRequest(method: .get, path: path)).body)
  }

  func post<Answer: Decodable>(_ path: String, _ body: some Encodable) throws(Problems) -> Answer {
    let request = HTTPRequest(method: .post, path: path, body: .json(try encoded(body)))
    return try decoded(try connection.perform(request).body)
  }

  /// Hands over every line of a newline-delimited answer as it arrives.
  func lines(_ path: String, _ handle: (([UInt8]) throws(Problems) -> Void)) throws(Problems) {
    var splitter = LineSplitter()
    try withoutActuallyEscaping(handle) { handle throws(Problems) in
      _ = try connection.perform(HTTPRequest(method: .get, path: path)) {
        bytes throws(Problems) in
        for line in splitter.lines(bytes) { try handle(line) }
      }
    }
    if let line = splitter.remainder() { try handle(line) }
  }
}

/// Reads a value that the server wrote.
func decoded<Value: Decodable>(_ bytes: [UInt8]) throws(Problems) -> Value {
  do {
    return try JSONValue.decoding(Value.self, bytes, path: "answer")
  } catch {
    throw Problems([
      KilnError(
        .internalError, "the server's answer cannot be read: \(error)",
        fix: "are client and server of the same version? see `kiln server status`")
    ])
  }
}

func encoded(_ value: some Encodable) throws(Problems) -> [UInt8] {
  do {
    return try JSONWriter.encoding(value)
  } catch {
    throw Problems([KilnError(.internalError, "a request cannot be written: \(error)")])
  }
}
