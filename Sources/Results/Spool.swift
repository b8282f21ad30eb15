import Base
import Glibc
import Wire

/// The delivery of a worker on disk, from before it is sent until it is acknowledged.
package enum Spool {
  /// Replaces the worker's spool file; durable when it returns.
  package static func write(
    _ delivery: Delivery, state: StateDirectory, worker: String
  ) throws(KilnError) {
    let path = state.spool(worker: worker)
    let draft = "\(path).new"
    try FileTree.remove(draft)
    let file = try Descriptor.open(draft, O_WRONLY | O_CREAT | O_EXCL)
    try file.write(try Frame.encode(delivery), at: draft)
    try file.synchronise(at: draft)
    // Sound: both paths are strings that live through the call.
    guard unsafe rename(draft, path) == 0 else {
      throw systemError("cannot put the spool in place", at: path, code: .storage)
    }
  }

  /// The delivery that a worker left; nil where there is none.
  package static func read(state: StateDirectory, worker: String) throws(KilnError) -> Delivery? {
    let path = state.spool(worker: worker)
    // Sound: the path is a string that lives through the call.
    guard unsafe access(path, F_OK) == 0 else { return nil }
    let file = try Descriptor.open(path, O_RDONLY | O_NOFOLLOW)
    let bytes = try file.read(at: 0, count: WorkerProtocol.frameBytesMax)
    return try Frame.decode(Delivery.self, bytes)
  }

  package static func remove(state: StateDirectory, worker: String) throws(KilnError) {
    try FileTree.remove(state.spool(worker: worker))
  }
}
