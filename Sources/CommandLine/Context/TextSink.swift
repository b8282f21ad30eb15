import Base
import Glibc

/// Where text goes: a descriptor of this process, or memory in tests.
package protocol TextSink: AnyObject {
  func write(_ bytes: [UInt8])
  /// Nothing written before stays behind.
  func flush()
}

extension TextSink {
  func write(_ text: String) { write(Array(text.utf8)) }
  func line(_ text: String) { write(text + "\n") }
}

/// A descriptor, written in blocks.
package final class DescriptorSink: TextSink {
  private let descriptor: Int32
  private var waiting: [UInt8] = []

  private static let blockBytes = 64 << 10

  package init(descriptor: Int32) { self.descriptor = descriptor }

  package func write(_ bytes: [UInt8]) {
    waiting += bytes
    if waiting.count >= DescriptorSink.blockBytes { flush() }
  }

  /// A reader that has left (`kiln list | head`) ends the process by SIGPIPE, as it should.
  package func flush() {
    var written = 0
    while written < waiting.count {
      // Sound: the pointer is used only during the call, within the array's bounds.
      let count = unsafe waiting.withUnsafeBytes { all in
        unsafe Glibc.write(
          descriptor, all.baseAddress?.advanced(by: written), all.count - written)
      }
      if count < 0, errno != EINTR { break }
      written += max(count, 0)
    }
    waiting.removeAll(keepingCapacity: true)
  }
}

/// Keeps what is written.
package final class MemorySink: TextSink {
  private var bytes: [UInt8] = []

  package init() {}

  package var text: String { String(decoding: bytes, as: UTF8.self) }
  package func write(_ bytes: [UInt8]) { self.bytes += bytes }
  package func flush() {}
}
