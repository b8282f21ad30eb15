import Base
import Glibc

/// Folders and moves below the state directory.
enum Folders {
  /// Makes a folder and those above it; one that is there already is fine.
  static func make(_ path: String) throws(KilnError) {
    // Sound, here and below: paths are terminated strings for the length of the call.
    if unsafe mkdir(path, 0o755) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
      throw systemFailure("make the folder", path)
    }
    try make(String(path[..<slash]))
    guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else {
      throw systemFailure("make the folder", path)
    }
  }

  static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  static func move(_ source: String, to target: String) throws(KilnError) {
    guard unsafe rename(source, target) == 0 else { throw systemFailure("move", source) }
  }

  static func remove(_ path: String) throws(KilnError) {
    guard unsafe unlink(path) == 0 else { throw systemFailure("remove", path) }
  }

  /// Makes the names in a folder outlive a loss of power.
  static func synchronize(_ path: String) throws(KilnError) {
    let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw systemFailure("open", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw systemFailure("synchronise", path) }
  }
}
