import Base
import Glibc

/// A file system of a few megabytes, so that a test can fill it; only root can make one.
package final class SmallDisk: Sendable {
  package let path: String
  private let folder: TemporaryFolder

  /// Whether this process may mount file systems.
  package static var isPossible: Bool { (try? SmallDisk(mebibytes: 1)) != nil }

  package init(mebibytes: Int) throws {
    folder = try TemporaryFolder()
    path = folder.path
    // Sound: all arguments are strings that live through the call.
    guard unsafe mount("tmpfs", path, "tmpfs", 0, "size=\(mebibytes)m") == 0 else {
      throw systemError("cannot mount", at: path)
    }
  }

  deinit { unsafe umount2(path, 2 /* MNT_DETACH */) }

  /// Fills the disk to the last byte.
  /// - Returns: the file to remove for room.
  package func fill() throws -> String {
    let ballast = "\(path)/ballast"
    let file = try Descriptor.open(ballast, O_WRONLY | O_CREAT)
    let block = [UInt8](repeating: 0, count: 4096)
    do {
      while true { try file.write(block) }
    } catch {
      guard error.isDiskFull else { throw error }
    }
    return ballast
  }
}
