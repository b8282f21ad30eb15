import CLinux
import Glibc

/// Stream sockets of the file system, close-on-exec and non-blocking.
package enum UnixSocket {
  /// The longest path that an address holds, without the final zero.
  private static let pathBytesMax = 107

  /// Listens on a path that only this user may use; a stale socket there is replaced.
  package static func listen(_ path: String) throws(KilnError) -> Descriptor {
    let socket = try open()
    // Before `bind`, so that the file never exists with wider rights.
    guard fchmod(socket.number, 0o600) == 0 else { throw systemError("cannot restrict a socket") }
    if unsafe unlink(path) != 0, errno != ENOENT {
      throw systemError("cannot replace the socket", at: path)
    }
    let bound = try unsafe withAddress(of: path) { unsafe Glibc.bind(socket.number, $0, $1) }
    guard bound == 0 else { throw systemError("cannot listen", at: path) }
    guard Glibc.listen(socket.number, 128) == 0 else {
      throw systemError("cannot listen", at: path)
    }
    return socket
  }

  package static func connect(_ path: String) throws(KilnError) -> Descriptor {
    let socket = try open()
    let connected = try unsafe withAddress(of: path) { unsafe Glibc.connect(socket.number, $0, $1) }
    guard connected == 0 else { throw systemError("cannot connect", at: path, code: .unreachable) }
    return socket
  }

  /// Nil when nobody waits.
  package static func accept(_ listener: Descriptor) -> Descriptor? {
    let number = kiln_accept(listener.number)
    return number >= 0 ? Descriptor(owning: number) : nil
  }

  /// Process and user at the other end.
  package static func peer(_ socket: Descriptor) -> (pid: Int32, user: UInt32)? {
    var peer = kiln_peer()
    // Sound: `peer` is a local that outlives the call.
    guard unsafe kiln_socket_peer(socket.number, &peer) == 0 else { return nil }
    return (peer.pid, peer.user)
  }

  private static func open() throws(KilnError) -> Descriptor {
    let number = kiln_unix_socket()
    guard number >= 0 else { throw systemError("cannot create a socket") }
    return Descriptor(owning: number)
  }

  /// Addresses hold 107 bytes; a longer path goes through a descriptor of its folder.
  private static func withAddress(
    of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) throws(KilnError) -> Int32 {
    guard path.utf8.count > pathBytesMax else { return try unsafe withShortAddress(of: path, body) }
    let slash = path.lastIndex(of: "/") ?? path.startIndex
    let number = unsafe kiln_open_path(String(path[..<slash]))
    guard number >= 0 else { throw systemError("cannot open the folder of the socket", at: path) }
    let folder = Descriptor(owning: number)
    return try withExtendedLifetime(folder) { () throws(KilnError) in
      try unsafe withShortAddress(of: "/proc/self/fd/\(number)/\(path[slash...].dropFirst())", body)
    }
  }

  private static func withShortAddress(
    of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) throws(KilnError) -> Int32 {
    let bytes = Array(path.utf8)
    guard bytes.count <= pathBytesMax else {
      throw KilnError(.internalError, "the name of the socket is too long", at: path)
    }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // Sound: the bytes fit (checked above) and the rest of the address is zero.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
