import Glibc

/// Frames (u32 length, little endian, then bytes) over a non-blocking stream socket.
///
/// One thread uses it: it polls the socket, calls ``receive()`` when it is readable and ``flush()``
/// when it is writable. Sending never blocks; what the socket does not take waits here.
package struct FrameChannel: ~Copyable {
  package let socket: Descriptor
  private let frameBytesMax: Int
  private var incoming: [UInt8] = []
  private var outgoing: [UInt8] = []
  /// The other end is gone, or broke the rules.
  package private(set) var isClosed = false

  package init(_ socket: Descriptor, frameBytesMax: Int) {
    self.socket = socket
    self.frameBytesMax = frameBytesMax
  }

  package var hasUnsentBytes: Bool { !outgoing.isEmpty }
  package var watch: Watch { Watch(socket.number, forWriting: hasUnsentBytes && !isClosed) }

  package mutating func send(_ frame: [UInt8]) {
    precondition(frame.count <= frameBytesMax, "a frame of \(frame.count) bytes")
    var length = UInt32(frame.count)
    for _ in 0..<4 {
      outgoing.append(UInt8(truncatingIfNeeded: length))
      length >>= 8
    }
    outgoing.append(contentsOf: frame)
    flush()
  }

  /// Hands the socket what it takes without blocking.
  package mutating func flush() {
    var done = 0
    while done < outgoing.count, !isClosed {
      // Sound: the offset stays inside the array, which lives through the call.
      let put = unsafe outgoing.withUnsafeBytes {
        unsafe Glibc.send(
          socket.number, $0.baseAddress.map { unsafe $0 + done }, $0.count - done,
          Int32(MSG_NOSIGNAL))
      }
      if put >= 0 {
        done += put
      } else if errno == EAGAIN {
        break
      } else if errno != EINTR {
        isClosed = true
      }
    }
    outgoing.removeFirst(done)
  }

  /// All frames that have arrived completely.
  package mutating func receive() -> [[UInt8]] {
    while !isClosed, readSome() {}
    var frames: [[UInt8]] = []
    var start = 0
    while incoming.count - start >= 4 {
      let length = (0..<4).reduce(0) { $0 | Int(incoming[start + $1]) << (8 * $1) }
      guard length <= frameBytesMax else {
        isClosed = true
        break
      }
      guard incoming.count - start >= 4 + length else { break }
      frames.append(Array(incoming[(start + 4)..<(start + 4 + length)]))
      start += 4 + length
    }
    incoming.removeFirst(start)
    return frames
  }

  /// Whether there may be more to read.
  private mutating func readSome() -> Bool {
    let size = 64 << 10
    var got = 0
    let chunk = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      // Sound: the buffer has room for `size` bytes, and only those received are counted.
      got = unsafe recv(socket.number, buffer.baseAddress, size, 0)
      filled = max(0, got)
    }
    if got == 0 { isClosed = true }
    if got < 0 {
      if errno != EAGAIN, errno != EINTR { isClosed = true }
      return errno == EINTR
    }
    incoming.append(contentsOf: chunk)
    // A peer that sends faster than it is understood must not grow this buffer without end.
    return got > 0 && incoming.count < frameBytesMax + (1 << 20)
  }
}
