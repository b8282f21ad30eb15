import Base
import CMicroHTTPD
import Glibc

// The functions that libmicrohttpd calls. For each request it keeps one pointer, which owns an
// `HTTPExchange` from `beginRequest` to `endRequest`.

/// The request line has arrived.
let beginRequest: kiln_http_begin = { context, target, _ in
  guard let context = unsafe context, let target = unsafe target else { return nil }
  // Sound: the context is the traffic object, which outlives the daemon.
  let traffic = unsafe Unmanaged<HTTPTraffic>.fromOpaque(context).takeUnretainedValue()
  traffic.begin()
  let exchange = HTTPExchange(traffic.service, target: unsafe String(cString: target))
  return unsafe Unmanaged.passRetained(exchange).toOpaque()
}

/// Called with the head, then for each part of the body, then once more when it is complete.
let answerRequest: MHD_AccessHandlerCallback = {
  _, connection, _, method, version, upload, uploadSize, request in
  guard let connection = unsafe connection, let method = unsafe method,
    let version = unsafe version, let size = unsafe uploadSize,
    let request = unsafe request?.pointee
  else { return kiln_http_result(0) }
  // Sound: `beginRequest` has put the exchange there, and `endRequest` has not come yet.
  let exchange = unsafe Unmanaged<HTTPExchange>.fromOpaque(request).takeUnretainedValue()
  if exchange.isNew {
    let head = unsafe readHead(
      connection, target: exchange.target, method: method, version: version)
    guard let answer = exchange.begin(head) else { return kiln_http_result(1) }
    return unsafe send(answer, connection)
  }
  if unsafe size.pointee > 0 {
    // Sound: libmicrohttpd lends `size` bytes for the duration of the call.
    unsafe exchange.take(UnsafeRawBufferPointer(start: upload, count: size.pointee))
    unsafe size.pointee = 0
    return kiln_http_result(1)
  }
  return unsafe send(exchange.finish(), connection)
}

/// The answer is sent, or the connection is gone.
let endRequest: MHD_RequestCompletedCallback = { context, _, request, _ in
  guard let context = unsafe context, let owned = unsafe request?.pointee else { return }
  // Sound: the retain of `beginRequest` is given back here, once.
  unsafe Unmanaged<HTTPExchange>.fromOpaque(owned).release()
  unsafe request?.pointee = nil
  unsafe Unmanaged<HTTPTraffic>.fromOpaque(context).takeUnretainedValue().end()
}

/// One request and where it stands.
final class HTTPExchange {
  private enum State {
    case new
    case receiving(any PendingRequest)
    case answered
  }

  let target: String
  private let service: any HTTPService
  private var state = State.new

  init(_ service: any HTTPService, target: String) {
    self.service = service
    self.target = target
  }

  var isNew: Bool {
    switch state {
    case .new: true
    case .receiving, .answered: false
    }
  }

  /// Gives an answer where the request is refused by its head.
  func begin(_ head: RequestHead) -> HTTPAnswer? {
    state = .answered
    do {
      try HeadRules.check(head)
      switch service.receive(head, try RequestTarget(head.target)) {
      case .refused(let answer): return answer
      case .accepted(let request):
        state = .receiving(request)
        return nil
      }
    } catch {
      return service.answer(error)
    }
  }

  func take(_ bytes: UnsafeRawBufferPointer) {
    guard case .receiving(let request) = state else { return }
    unsafe request.take(bytes)
  }

  func finish() -> HTTPAnswer {
    guard case .receiving(let request) = state else {
      return service.answer(HTTPRefusal(400, "the request was answered already"))
    }
    state = .answered
    return request.answer()
  }
}

/// Hands an answer to libmicrohttpd.
private func send(_ answer: HTTPAnswer, _ connection: OpaquePointer) -> MHD_Result {
  guard let response = unsafe response(answer.body) else { return kiln_http_result(0) }
  // Sound: the response is ours until it is destroyed; the connection keeps a reference of its own.
  defer { unsafe MHD_destroy_response(response) }
  for header in answer.headers {
    unsafe MHD_add_response_header(response, header.name, header.value)
  }
  return unsafe MHD_queue_response(connection, UInt32(answer.status), response)
}

private func response(_ body: HTTPAnswer.Body) -> OpaquePointer? {
  switch body {
  case .bytes(let bytes):
    // Sound: libmicrohttpd copies the bytes before the call returns.
    return unsafe bytes.withUnsafeBytes {
      unsafe kiln_http_response($0.baseAddress, $0.count)
    }
  case .file(let file, let offset, let count):
    // libmicrohttpd closes what it is given.
    let copy = fcntl(file.number, F_DUPFD_CLOEXEC, 3)
    guard copy >= 0 else { return nil }
    guard
      let response = unsafe MHD_create_response_from_fd_at_offset64(
        UInt64(count), copy, UInt64(offset))
    else {
      close(copy)
      return nil
    }
    return unsafe response
  case .stream(let stream):
    // Sound: the retain is given back by the last function, which is called once.
    let writer = unsafe Unmanaged.passRetained(StreamWriter(stream)).toOpaque()
    return unsafe MHD_create_response_from_callback(
      kiln_http_unknown_size(), 64 << 10,
      { writer, _, room, count in
        guard let writer = unsafe writer, let room = unsafe room else {
          return kiln_http_broken_stream()
        }
        let owner = unsafe Unmanaged<StreamWriter>.fromOpaque(writer).takeUnretainedValue()
        return unsafe owner.write(into: UnsafeMutableRawBufferPointer(start: room, count: count))
      }, writer,
      { writer in
        guard let writer = unsafe writer else { return }
        unsafe Unmanaged<StreamWriter>.fromOpaque(writer).takeRetainedValue().stream.close()
      })
  }
}

/// Cuts what a stream gives into the pieces that libmicrohttpd has room for.
private final class StreamWriter {
  let stream: any ByteStream
  private var bytes: [UInt8] = []
  private var done = 0

  init(_ stream: any ByteStream) { self.stream = stream }

  func write(into room: UnsafeMutableRawBufferPointer) -> Int {
    while done == bytes.count {
      do {
        guard let next = try stream.next() else { return kiln_http_end_of_stream() }
        bytes = next
        done = 0
      } catch {
        // The status is sent already: only breaking off tells the client that something is missing.
        Log.write(.error, "an answer broke off", ["reason": "\(error)"])
        return kiln_http_broken_stream()
      }
    }
    let count = min(room.count, bytes.count - done)
    unsafe room.copyBytes(from: bytes[done..<(done + count)])
    done += count
    return count
  }
}
