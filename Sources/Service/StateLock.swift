import Base
import Glibc
import Wire

/// The lock of a state directory: held by one server, given back by the kernel when it ends.
struct StateLock: Sendable {
  private let file: Descriptor

  /// Takes the lock and writes this process's number into it.
  init(_ state: StateDirectory) throws(KilnError) {
    file = try Descriptor.open(state.lock, O_RDWR | O_CREAT)
    guard file.lock(waiting: false) else {
      let holder = String(decoding: try file.read(at: 0, count: 16), as: UTF8.self)
        .prefix { $0.isNumber }
      throw KilnError(
        .conflict,
        holder.isEmpty
          ? "another server is using this state directory"
          : "another server, process \(holder), is using this state directory",
        at: state.root, fix: "use that one, or stop it with `kiln server down`")
    }
    guard ftruncate(file.number, 0) == 0 else { throw systemError("cannot write", at: state.lock) }
    try file.write(Array("\(getpid())\n".utf8), at: state.lock)
  }

  /// Whether the folder still is where it was: not removed, not replaced by another.
  func isInPlace(_ state: StateDirectory) -> Bool {
    var held = stat()
    var found = stat()
    // Sound: both are locals that outlive the calls.
    guard unsafe fstat(file.number, &held) == 0, unsafe stat(state.lock, &found) == 0 else {
      return false
    }
    return held.st_dev == found.st_dev && held.st_ino == found.st_ino
  }

  /// Gives the lock back; the next server may have the folder.
  func release() { flock(file.number, LOCK_UN) }
}
