import Base
import CCurl

/// A request under way whose answer is taken bit by bit, with other things done in between.
@safe
final class RunningTransfer {
  private let connection: Connection
  private let exchange: BodyExchange
  // Sound: `multi` is freed once, in `deinit`, after `handle` was taken out of it; `connection`
  // owns `handle` and is held by this object.
  private let multi: UnsafeMutableRawPointer
  private let handle: UnsafeMutableRawPointer
  private(set) var isEnded = false

  init(connection: Connection, exchange: BodyExchange, handle: borrowing CurlHandle) {
    guard let multi = unsafe curl_multi_init() else { preconditionFailure("out of memory") }
    unsafe self.multi = multi
    unsafe self.handle = handle.pointer
    self.connection = connection
    self.exchange = exchange
    unsafe curl_multi_add_handle(multi, handle.pointer)
  }

  deinit {
    unsafe curl_multi_remove_handle(multi, handle)
    unsafe curl_multi_cleanup(multi)
  }

  /// Waits until something has arrived or the time is over, and hands it to the consumer.
  ///
  /// - Throws: what the server's failure says, or `unreachable` when the connection broke.
  func advance(within limit: Seconds) throws(Problems) {
    guard !isEnded else { return }
    var running: Int32 = 0
    unsafe curl_multi_perform(multi, &running)
    if running > 0 {
      let milliseconds = Int32(max(0, min(limit.value * 1000, 60_000)))
      unsafe curl_multi_poll(multi, nil, 0, milliseconds, nil)
      unsafe curl_multi_perform(multi, &running)
    }
    let finished = unsafe kiln_curl_finished(multi)
    guard finished >= 0 else { return }
    isEnded = true
    _ = try connection.outcome(CURLcode(UInt32(finished)), exchange)
  }
}
