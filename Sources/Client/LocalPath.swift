import Base
import Glibc

/// A file on this machine that a transfer reads or writes.
package struct LocalPath: Hashable, Sendable {
  package let text: String

  package init(_ text: String) { self.text = text }

  /// Nil when there is nothing.
  package func size() throws(Problems) -> ByteCount? {
    var facts = stat()
    // Sound: `facts` is a local that outlives the call.
    guard unsafe stat(text, &facts) == 0 else {
      guard errno == ENOENT else { throw problem("cannot be read") }
      return nil
    }
    guard facts.st_mode & S_IFMT == S_IFREG else {
      throw Problems([KilnError(.transfer, "is there already and is not a file", at: text)])
    }
    return ByteCount(Int64(facts.st_size))
  }

  package func digest() throws(Problems) -> SHA256 {
    // Sound: the text is lent to the call as a terminated string.
    let descriptor = unsafe open(text, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw problem("cannot be read") }
    defer { close(descriptor) }
    var hasher = SHA256Hasher()
    var block = [UInt8](repeating: 0, count: 256 << 10)
    while true {
      // Sound: at most the block's size is read into it, and only what was read is hashed.
      let count = unsafe block.withUnsafeMutableBytes { room in
        let count = unsafe read(descriptor, room.baseAddress, room.count)
        if count > 0 { unsafe hasher.update(UnsafeRawBufferPointer(rebasing: room[..<count])) }
        return count
      }
      if count == 0 { return hasher.finish() }
      if count < 0, errno != EINTR { throw problem("cannot be read") }
    }
  }

  func rename(to path: String) throws(Problems) {
    // Sound: the texts are lent to the call as terminated strings.
    guard unsafe Glibc.rename(text, path) == 0 else {
      throw problem("cannot be renamed to \(path)")
    }
  }

  func remove() throws(Problems) {
    // Sound: the text is lent to the call as a terminated string.
    guard unsafe unlink(text) == 0 || errno == ENOENT else { throw problem("cannot be removed") }
  }

  func openForAppending() throws(Problems) -> AppendedFile {
    // Sound: the text is lent to the call as a terminated string.
    let descriptor = unsafe open(text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw problem("cannot be written") }
    return AppendedFile(descriptor: descriptor, path: self)
  }

  func problem(_ what: String) -> Problems {
    Problems([KilnError(.transfer, "\(what): \(systemMessage())", at: text)])
  }
}

/// A file that grows at its end; closed when the last reference goes.
final class AppendedFile {
  private let descriptor: Int32
  private let path: LocalPath

  init(descriptor: Int32, path: LocalPath) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  func append(_ bytes: [UInt8]) throws(Problems) {
    var written = 0
    while written < bytes.count {
      // Sound: the pointer is used only during the call, within the array's bounds.
      let count = unsafe bytes.withUnsafeBytes { all in
        unsafe write(descriptor, all.baseAddress?.advanced(by: written), all.count - written)
      }
      if count < 0, errno != EINTR { throw path.problem("cannot be written") }
      written += max(count, 0)
    }
  }
}
