import Base
import CCurl
import Glibc

/// Takes the bytes of an answer as they arrive.
typealias BodyConsumer = ([UInt8]) throws(Problems) -> Void

/// The two bodies of a running request: libcurl's callbacks come here.
///
/// The body of an answer that is not a success is kept apart from what the consumer asked for.
@safe
final class BodyExchange {
  private(set) var received: [UInt8] = []
  /// What the consumer threw; it ended the transfer.
  private(set) var failure: Problems?
  private let consume: BodyConsumer?
  private let source: Int32?
  // Sound: the handle outlives the transfer, and with it every call of the callbacks.
  private let handle: UnsafeMutableRawPointer

  /// An answer of the API that is not streamed is never larger.
  static let bytesMax = 256 << 20

  init(_ handle: borrowing CurlHandle, source: Int32?, consume: BodyConsumer?) {
    unsafe self.handle = handle.pointer
    self.source = source
    self.consume = consume
  }

  deinit {
    if let source { close(source) }
  }

  /// Connects the callbacks; the caller keeps this object alive until the transfer has ended.
  func attach(to curl: borrowing CurlHandle) {
    // Sound: the caller holds a reference for as long as libcurl may call.
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe kiln_curl_set_receiver(
      curl.pointer,
      { bytes, size, count, context in
        guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
        let exchange = unsafe Unmanaged<BodyExchange>.fromOpaque(context).takeUnretainedValue()
        return unsafe exchange.receive(
          UnsafeRawBufferPointer(start: bytes, count: size * count))
      }, context)
    unsafe kiln_curl_set_sender(
      curl.pointer,
      { bytes, size, count, context in
        guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
        let exchange = unsafe Unmanaged<BodyExchange>.fromOpaque(context).takeUnretainedValue()
        return unsafe exchange.send(
          UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
      }, context)
  }

  /// Returns how much was taken; less than all ends the transfer.
  private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard let consume, (200..<300).contains(unsafe kiln_curl_status(handle)) else {
      guard received.count + bytes.count <= BodyExchange.bytesMax else { return 0 }
      unsafe received.append(contentsOf: bytes)
      return bytes.count
    }
    // Sound: the bytes are copied before libcurl takes them back.
    let copy = unsafe [UInt8](bytes)
    do {
      try consume(copy)
      return copy.count
    } catch {
      failure = error
      return 0
    }
  }

  private func send(_ room: UnsafeMutableRawBufferPointer) -> Int {
    guard let source else { return 0 }
    // Sound: libcurl lends `room` for the duration of the call.
    let count = unsafe read(source, room.baseAddress, room.count)
    return count >= 0 ? count : kiln_curl_abort()
  }
}
