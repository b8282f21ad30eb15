import Base
import CMicroHTTPD
import Glibc

/// Owns libmicrohttpd's daemon: a thread for each connection, whose handlers may block.
///
/// A handler waits for the loop's commit or for the next event of a job. With a thread each they are
/// straight-line code. A thousand followers of jobs are at home; more than twice as many are refused.
@safe
final class HTTPDaemon: Sendable {
  // Sound: started in `init` and stopped in `stop`, once; libmicrohttpd locks it itself.
  private nonisolated(unsafe) let daemon: OpaquePointer
  private let traffic: HTTPTraffic

  /// A connection has room for the largest head and what is noted of its lines; libmicrohttpd wipes all of
  /// it after each request.
  private static let limits = kiln_http_limits(
    connections: 2048, idle_seconds: 120, connection_bytes: 80 << 10,
    stack_bytes: 1 << 20)

  /// Serves a socket that is listening already.
  init(_ listener: Descriptor, _ service: any HTTPService) throws(KilnError) {
    // The daemon closes what it is given, so it gets a descriptor of its own.
    let socket = fcntl(listener.number, F_DUPFD_CLOEXEC, 3)
    guard socket >= 0 else { throw systemError("cannot duplicate a descriptor") }
    let traffic = HTTPTraffic(service)
    // Sound: `traffic` is kept alive by this object, which outlives the daemon's threads.
    let callbacks = unsafe kiln_http_callbacks(
      context: Unmanaged.passUnretained(traffic).toOpaque(), begin: beginRequest,
      answer: answerRequest, end: endRequest)
    guard let daemon = unsafe kiln_http_start(socket, callbacks, HTTPDaemon.limits) else {
      close(socket)
      throw KilnError(.internalError, "the HTTP server cannot start")
    }
    unsafe self.daemon = daemon
    self.traffic = traffic
  }

  /// Requests under way, and when the last one ended.
  var activity: (requests: Int, since: Instant) { traffic.activity }

  /// Waits until no request is under way, but not for long.
  func settle(until deadline: Instant) { traffic.settle(until: deadline) }

  /// Ends all connections and waits for their threads; call it once.
  func stop() { unsafe MHD_stop_daemon(daemon) }
}

/// Counts what goes on, and leads requests to the service.
final class HTTPTraffic: Sendable {
  let service: any HTTPService
  private let state = Monitor((requests: 0, since: Instant.now()))

  init(_ service: any HTTPService) { self.service = service }

  var activity: (requests: Int, since: Instant) { state.withLock { $0 } }

  func begin() { state.withLock { $0.requests += 1 } }

  func end() {
    state.change {
      $0.requests -= 1
      $0.since = .now()
    }
  }

  func settle(until deadline: Instant) {
    _ = state.wait(until: deadline) { $0.requests == 0 ? true : nil }
  }
}
