import Base
import Glibc
import JobModel
import Results
import Wire

/// The files of one worker in the state directory, seen from the server.
struct WorkerFiles {
  let state: StateDirectory
  let name: String

  /// The worker's status page; nil where there is none of this format.
  func page() -> StatusPage? {
    // Without a page there is nothing to learn, whatever the cause.
    guard let file = try? Descriptor.open(state.page(worker: name), O_RDONLY),
      let bytes = try? file.read(at: 0, count: StatusPage.size)
    else { return nil }
    return StatusPage(bytes: bytes)
  }

  /// Whether the worker, or a child that has not become a program of its own yet, is alive: it holds
  /// the lock of the page until then.
  var isLocked: Bool {
    guard let file = try? Descriptor.open(state.page(worker: name), O_RDWR) else { return false }
    return !file.lock(waiting: false)
  }

  /// A handle on the living worker; nil when it is dead.
  func process() -> ProcessHandle? {
    guard isLocked, let pid = page()?.pid, let process = ProcessHandle(pid) else { return nil }
    // The lock is still held, so the number was the worker's when the handle was made.
    return isLocked ? process : nil
  }

  /// The delivery that the worker left for this lease.
  func spool(for epoch: Epoch) -> Delivery? {
    guard let delivery = try? Spool.read(state: state, worker: name), delivery.epoch == epoch
    else { return nil }
    return delivery
  }

  /// What the running kernel printed.
  func logs() -> [NewFile] {
    var logs: [NewFile] = []
    for (stream, path) in [
      ("stdout", state.standardOutput(worker: name)), ("stderr", state.standardError(worker: name)),
    ] {
      guard let file = try? Descriptor.open(path, O_RDONLY), let size = file.size, size > 0,
        let bytes = try? HeadAndTail.read(file, size: size)
      else { continue }
      logs.append(.bytes(name: stream, bytes, isLog: true))
    }
    return logs
  }

  /// The last line of the worker's own log.
  func lastWords() -> String? {
    guard let file = try? Descriptor.open(state.log(worker: name), O_RDONLY), let size = file.size,
      let bytes = try? HeadAndTail.read(file, size: size)
    else { return nil }
    return LastLine.of(bytes)
  }

  /// Removes all of them; the log stays where it has something to say.
  func remove() {
    for path in [
      state.page(worker: name), state.spool(worker: name), state.standardOutput(worker: name),
      state.standardError(worker: name),
    ] { FileTree.discard(path) }
    ControlGroup.existing(WorkerProtocol.group(worker: name))?.remove()
    if let log = try? Descriptor.open(state.log(worker: name), O_RDONLY), log.size == 0 {
      FileTree.discard(state.log(worker: name))
    }
  }

  /// Names of all workers that have a page or a spool.
  static func names(_ state: StateDirectory) -> [String] {
    let entries = (try? FileTree.entries(state.workers)) ?? []
    let names = entries.compactMap { entry -> String? in
      for ending in [".page", ".spool"] where entry.name.hasSuffix(ending) {
        return String(entry.name.dropLast(ending.count))
      }
      return nil
    }
    return Set(names).sorted()
  }
}
