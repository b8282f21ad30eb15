import Base
import Glibc

/// A result file that a kernel writes piece by piece.
package final class OutputFile {
  package let path: String
  private let descriptor: Descriptor
  private var pending: [UInt8] = []

  private static let chunkBytes = 1 << 20
  /// Pieces of this size are written as they come: collecting them would copy them once more.
  private static let directBytes = 1 << 16

  /// Creates the file; one that an earlier piece of the same attempt left is replaced.
  package init(_ path: String) throws(KilnError) {
    self.path = path
    // The folder holds links to inputs; a result must never write through one.
    if unsafe unlink(path) != 0, errno != ENOENT {
      throw systemError("cannot replace the file", at: path)
    }
    descriptor = try Descriptor.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o644)
  }

  /// Adds bytes at the end; small pieces are collected.
  package func append(_ bytes: [UInt8]) throws(KilnError) {
    if pending.isEmpty, bytes.count >= Self.directBytes {
      return try descriptor.write(bytes, at: path)
    }
    pending.append(contentsOf: bytes)
    if pending.count >= Self.chunkBytes { try finish() }
  }

  package func append(_ text: String) throws(KilnError) { try append(Array(text.utf8)) }

  /// Hands all bytes so far to the operating system; the runtime does it when the kernel is done.
  package func finish() throws(KilnError) {
    try descriptor.write(pending, at: path)
    pending.removeAll(keepingCapacity: true)
  }

  /// Replaces as many bytes at the beginning of the file.
  package func replaceStart(_ bytes: [UInt8]) throws(KilnError) {
    try finish()
    try descriptor.write(bytes, replacingFrom: 0, at: path)
  }
}
