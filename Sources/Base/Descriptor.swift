import CLinux
import Glibc

/// An open file descriptor, closed when the last reference goes.
package final class Descriptor: Sendable {
  package let number: Int32

  package init(owning number: Int32) { self.number = number }

  deinit { close(number) }

  /// Opens a file close-on-exec.
  package static func open(
    _ path: String, _ flags: Int32, mode: UInt32 = 0o600
  ) throws(KilnError) -> Descriptor {
    // Sound: the path is a string that lives through the call.
    let number = unsafe kiln_open(path, flags | O_CLOEXEC, mode)
    guard number >= 0 else { throw systemError("cannot open the file", at: path) }
    return Descriptor(owning: number)
  }

  /// Takes the lock of the open file: one holder among all processes, until it closes or dies.
  package func lock(waiting: Bool) -> Bool {
    flock(number, waiting ? LOCK_EX : LOCK_EX | LOCK_NB) == 0
  }

  /// Size of the file; nil where it has none to tell.
  package var size: Int64? {
    var facts = stat()
    // Sound: `facts` is a local that outlives the call.
    return unsafe fstat(number, &facts) == 0 ? Int64(facts.st_size) : nil
  }

  /// Reads at most `count` bytes at an offset; fewer at the end of the file.
  package func read(at offset: Int64, count: Int) throws(KilnError) -> [UInt8] {
    var failure: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      // Sound: pread writes at most `count - filled` bytes behind those already there.
      while filled < count {
        let got = unsafe pread(
          number, buffer.baseAddress.map { unsafe $0 + filled }, count - filled,
          off_t(offset) + off_t(filled))
        if got < 0, errno == EINTR { continue }
        if got < 0 { failure = errno }
        if got <= 0 { break }
        filled += got
      }
    }
    if failure != 0 { throw systemError("cannot read", number: failure) }
    return bytes
  }

  /// Reads a file of `/proc` from its beginning with a single call: one gives all of it where `count` is enough.
  package func readFacts(count: Int) throws(KilnError) -> [UInt8] {
    var failure: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      // Sound: pread writes at most `count` bytes into as many places.
      let got = unsafe pread(number, buffer.baseAddress, count, 0)
      if got < 0 { failure = errno }
      filled = max(0, got)
    }
    if failure != 0 { throw systemError("cannot read", number: failure) }
    return bytes
  }

  /// Reads at most `count` bytes at an offset into an array's places from `start` on; fewer at the end
  /// of the file.
  /// - Returns: how many places were filled.
  package func read(
    at offset: Int64, into bytes: inout [UInt8], from start: Int, count: Int
  ) throws(KilnError) -> Int {
    precondition(start >= 0 && count >= 0 && start + count <= bytes.count, "outside the array")
    var failure: Int32 = 0
    // Sound: pread writes at most the bytes that are left of `count`, inside the array.
    let filled = unsafe bytes.withUnsafeMutableBytes { buffer in
      var filled = 0
      while filled < count {
        let got = unsafe pread(
          number, buffer.baseAddress.map { unsafe $0 + start + filled }, count - filled,
          off_t(offset) + off_t(filled))
        if got < 0, errno == EINTR { continue }
        if got < 0 { failure = errno }
        if got <= 0 { break }
        filled += got
      }
      return filled
    }
    if failure != 0 { throw systemError("cannot read", number: failure) }
    return filled
  }

  /// Writes all bytes at the current position.
  package func write(_ bytes: [UInt8], at place: String? = nil) throws(KilnError) {
    var done = 0
    while done < bytes.count {
      // Sound: the offset stays inside the array, which lives through the call.
      let put = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(number, $0.baseAddress.map { unsafe $0 + done }, $0.count - done)
      }
      if put < 0, errno == EINTR { continue }
      guard put >= 0 else { throw systemError("cannot write", at: place) }
      done += put
    }
  }

  /// Writes all bytes over those at an offset; the position of ``write(_:at:)`` stays.
  package func write(
    _ bytes: [UInt8], replacingFrom offset: Int64, at place: String? = nil
  ) throws(KilnError) {
    var done = 0
    while done < bytes.count {
      // Sound: the offset stays inside the array, which lives through the call.
      let put = unsafe bytes.withUnsafeBytes {
        unsafe pwrite(
          number, $0.baseAddress.map { unsafe $0 + done }, $0.count - done,
          off_t(offset) + off_t(done))
      }
      if put < 0, errno == EINTR { continue }
      guard put >= 0 else { throw systemError("cannot write", at: place) }
      done += put
    }
  }

  package func synchronise(at place: String? = nil) throws(KilnError) {
    guard fsync(number) == 0 else {
      throw systemError("cannot make the file durable", at: place, code: .storage)
    }
  }
}

/// A counter of the kernel that wakes a thread which polls its descriptor.
package final class WakeUp: Sendable {
  private let descriptor: Descriptor

  package init() throws(KilnError) {
    let number = kiln_eventfd()
    guard number >= 0 else { throw systemError("cannot create an event descriptor") }
    descriptor = Descriptor(owning: number)
  }

  package var number: Int32 { descriptor.number }

  /// Wakes the thread that polls, now or when it next does; never blocks.
  package func signal() {
    var one: UInt64 = 1
    // Sound: eight bytes of a local. A full counter is as good as a signal, so the result is moot.
    _ = unsafe Glibc.write(number, &one, 8)
  }

  /// Takes back all signals so far.
  package func clear() {
    var count: UInt64 = 0
    // Sound: eight bytes into a local. Nothing to read means nothing to clear.
    _ = unsafe Glibc.read(number, &count, 8)
  }
}

/// What a thread waits for on a descriptor.
package struct Watch: Sendable {
  package let descriptor: Int32
  package let forWriting: Bool

  package init(_ descriptor: Int32, forWriting: Bool = false) {
    self.descriptor = descriptor
    self.forWriting = forWriting
  }
}

/// Waits until one of the descriptors is readable, closed, or (where asked) writable.
///
/// - Returns: for each watch whether something happened; all false when the time was up.
package func wait(for watches: [Watch], atMost limit: Seconds?) -> [Bool] {
  var entries = watches.map {
    pollfd(
      fd: $0.descriptor, events: Int16(POLLIN) | ($0.forWriting ? Int16(POLLOUT) : 0), revents: 0)
  }
  let milliseconds = limit.map { Int32(max(0, min($0.value * 1000, 1e9)).rounded(.up)) } ?? -1
  // Sound: the array lives through the call and its length is passed along.
  let ready = unsafe poll(&entries, nfds_t(entries.count), milliseconds)
  return ready > 0 ? entries.map { $0.revents != 0 } : watches.map { _ in false }
}
