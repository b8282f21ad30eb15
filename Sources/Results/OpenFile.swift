import Base
import Glibc

/// An open file: closed when its last user lets go. Errors name the file and what to do.
final class OpenFile: Sendable {
  let path: String
  private let descriptor: Int32

  /// Opens an ordinary file; links, pipes and devices are refused, they may lead anywhere or block.
  init(reading path: String) throws(KilnError) {
    self.path = path
    descriptor = try OpenFile.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard try status().st_mode & S_IFMT == S_IFREG else {
      throw KilnError(.storage, "not an ordinary file", at: path)
    }
  }

  /// Creates a file that was not there.
  init(creating path: String) throws(KilnError) {
    self.path = path
    descriptor = try OpenFile.open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC)
  }

  /// Opens a file that was cut short, to complete it.
  init(completing path: String) throws(KilnError) {
    self.path = path
    descriptor = try OpenFile.open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC)
  }

  deinit { close(descriptor) }

  private static func open(_ path: String, _ flags: Int32) throws(KilnError) -> Int32 {
    while true {
      // Sound: the path is a terminated string for the length of the call.
      let descriptor = unsafe Glibc.open(path, flags, 0o644)
      if descriptor >= 0 { return descriptor }
      guard errno == EINTR else { throw systemFailure("open", path) }
    }
  }

  private func status() throws(KilnError) -> stat {
    var status = stat()
    // Sound: `status` is a local that outlives the call.
    guard unsafe fstat(descriptor, &status) == 0 else { throw systemFailure("inspect", path) }
    return status
  }

  func size() throws(KilnError) -> Int64 { Int64(try status().st_size) }

  /// Up to `count` bytes from `offset`; fewer only at the end of the file.
  func read(from offset: Int64, count: Int) throws(KilnError) -> [UInt8] {
    var filled = 0
    var failure: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      while filled < count {
        // Sound: the target is the free part of the buffer, whose length is passed along.
        let got = unsafe pread(
          descriptor, buffer.baseAddress.map { unsafe $0 + filled }, count - filled,
          off_t(offset) + off_t(filled))
        if got > 0 { filled += got }
        if got == 0 { break }
        if got < 0, errno != EINTR {
          failure = errno
          break
        }
      }
      initialized = filled
    }
    guard failure == 0 else { throw systemFailure("read", path, failure) }
    return bytes
  }

  func write(_ bytes: [UInt8], at offset: Int64) throws(KilnError) {
    var written = 0
    while written < bytes.count {
      // Sound: the source is the rest of the array, whose length is passed along.
      let put = unsafe bytes.withUnsafeBytes { buffer in
        unsafe pwrite(
          descriptor, buffer.baseAddress.map { unsafe $0 + written }, bytes.count - written,
          off_t(offset) + off_t(written))
      }
      if put >= 0 { written += put }
      if put < 0, errno != EINTR { throw systemFailure("write", path) }
    }
  }

  func truncate(to size: Int64) throws(KilnError) {
    guard ftruncate(descriptor, off_t(size)) == 0 else { throw systemFailure("cut", path) }
  }

  /// After it returns, the bytes outlive a loss of power.
  func synchronize() throws(KilnError) {
    guard fdatasync(descriptor) == 0 else { throw systemFailure("synchronise", path) }
  }

  /// The digest of the whole file, read in pieces.
  func digest() throws(KilnError) -> SHA256 {
    var hasher = SHA256Hasher()
    var offset: Int64 = 0
    while true {
      let piece = try read(from: offset, count: 1 << 20)
      if piece.isEmpty { return hasher.finish() }
      hasher.update(piece)
      offset += Int64(piece.count)
    }
  }
}

/// What the system said about the last call, as an error for people.
func systemFailure(_ verb: String, _ path: String, _ code: Int32 = errno) -> KilnError {
  if code == ENOSPC || code == EDQUOT {
    return KilnError(
      .storage, "the disk that holds the results is full", at: path, fix: KilnError.diskFullFix)
  }
  // Sound: strerror returns a terminated string that lives until the next call; it is copied here.
  let words = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
  return KilnError(.storage, "cannot \(verb) it: \(words)", at: path)
}
