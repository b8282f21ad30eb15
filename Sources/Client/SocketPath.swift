import Base
import Glibc

/// The address of a Unix socket, made to fit: `sun_path` holds 107 bytes.
///
/// A longer path is reached through a descriptor of its folder: `/proc/self/fd/7/server.sock`.
package final class SocketPath {
  /// What `connect` is given.
  package let address: String
  private let folder: Int32?

  static let bytesMax = 107

  package init(_ path: String) throws(Problems) {
    guard path.utf8.count > SocketPath.bytesMax else {
      address = path
      folder = nil
      return
    }
    let slash = path.lastIndex(of: "/") ?? path.startIndex
    let parent = String(path[..<slash])
    // Sound: the text is lent to the call as a terminated string.
    let descriptor = unsafe open(parent, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
    guard descriptor >= 0 else {
      throw Problems([
        KilnError(
          .unreachable, "no server answers: \(systemMessage())", at: parent,
          fix: "start one with `kiln server up`")
      ])
    }
    address = "/proc/self/fd/\(descriptor)\(path[slash...])"
    folder = descriptor
  }

  deinit {
    if let folder { close(folder) }
  }

  /// True when something accepts connections at this address right now.
  package func accepts() -> Bool {
    do {
      _ = try UnixSocket.connect(address)
      return true
    } catch {
      return false
    }
  }
}

/// What the last failed system call says of itself.
package func systemMessage() -> String {
  // Sound: strerror gives a terminated text that stays valid until the next call of this thread.
  unsafe String(cString: strerror(errno))
}
