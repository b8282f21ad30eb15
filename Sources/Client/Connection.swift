import Base
import CCurl
import Glibc

/// A connection to the server over its Unix socket: one request at a time, kept open in between.
final class Connection {
  private var curl = CurlHandle()
  private let socket: SocketPath

  init(socket: SocketPath) { self.socket = socket }

  /// Performs a request and waits for its end.
  ///
  /// - Parameter consume: takes the body of a success; nil: it is collected in the response.
  /// - Throws: what the server's failure says, `unreachable`, or what `consume` threw.
  func perform(_ request: HTTPRequest, consume: BodyConsumer? = nil) throws(Problems)
    -> HTTPResponse
  {
    let exchange = try prepare(request, consume: consume)
    // Sound: `exchange`, which the callbacks use, is alive until after the call.
    let code = withExtendedLifetime(exchange) { unsafe curl_easy_perform(curl.pointer) }
    return try outcome(code, exchange)
  }

  /// Starts a request whose answer arrives bit by bit.
  func start(_ request: HTTPRequest, consume: @escaping BodyConsumer) throws(Problems)
    -> RunningTransfer
  {
    let exchange = try prepare(request, consume: consume)
    return RunningTransfer(connection: self, exchange: exchange, handle: curl)
  }

  /// What a transfer came to, once libcurl says that it has ended.
  func outcome(_ code: CURLcode, _ exchange: BodyExchange) throws(Problems) -> HTTPResponse {
    if let failure = exchange.failure { throw failure }
    guard code == CURLE_OK else { throw Problems([Connection.failure(code)]) }
    let response = HTTPResponse(
      status: curl.status, body: exchange.received, entityTag: curl.header("ETag"))
    guard (200..<300).contains(response.status) else { throw serverFailure(response) }
    return response
  }

  private func prepare(_ request: HTTPRequest, consume: BodyConsumer?) throws(Problems)
    -> BodyExchange
  {
    curl.reset()
    curl.set(CURLOPT_NOSIGNAL, 1)
    curl.set(CURLOPT_UNIX_SOCKET_PATH, socket.address)
    curl.set(CURLOPT_PROXY, "")
    curl.set(CURLOPT_URL, "http://kiln/v1\(request.path)")
    curl.set(CURLOPT_BUFFERSIZE, 256 << 10)
    curl.set(CURLOPT_LOW_SPEED_LIMIT, 1)
    curl.set(CURLOPT_LOW_SPEED_TIME, request.silenceSeconds)
    if request.offset > 0 { curl.set(CURLOPT_RESUME_FROM_LARGE, offset: request.offset) }
    let exchange = BodyExchange(curl, source: try setBody(request), consume: consume)
    exchange.attach(to: curl)
    return exchange
  }

  /// Returns the descriptor to read the request's body from, where there is one.
  private func setBody(_ request: HTTPRequest) throws(Problems) -> Int32? {
    // libcurl would wait up to a second for "100 Continue" before it sends a large body.
    var headers = ["Expect:"]
    var source: Int32?
    switch request.body {
    case .none: break
    case .json(let bytes):
      headers.append("Content-Type: application/json")
      curl.setBody(bytes)
    case .file(let path, let size):
      // Sound: the text is lent to the call as a terminated string.
      let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else {
        throw Problems([KilnError(.invalidFile, "cannot be read: \(systemMessage())", at: path)])
      }
      headers.append("Content-Type: application/octet-stream")
      curl.set(CURLOPT_UPLOAD, 1)
      curl.set(CURLOPT_INFILESIZE_LARGE, offset: size.bytes)
      source = descriptor
    }
    if request.method != .get { curl.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue) }
    curl.setHeaders(headers)
    return source
  }

  /// Every way in which the conversation itself can break.
  private static func failure(_ code: CURLcode) -> KilnError {
    switch code {
    case CURLE_COULDNT_CONNECT:
      KilnError(
        .unreachable, "no server is running here", fix: "start one with `kiln server up`")
    case CURLE_PARTIAL_FILE, CURLE_WRITE_ERROR:
      KilnError(.transfer, "the answer of the server broke off", fix: "try again")
    case CURLE_OPERATION_TIMEDOUT:
      KilnError(
        .unreachable, "the server has stopped answering",
        fix: "see `kiln server status` and its log")
    default:
      KilnError(
        .unreachable, "the connection to the server broke: \(Curl.message(code))",
        fix: "see `kiln server status` and its log")
    }
  }
}
