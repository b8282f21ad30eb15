import Base
import Glibc
import Wire

/// Processes that commands of a dead worker left running.
enum Strays {
  private static let patience = Seconds(2)

  /// Ends every process in the control group of this worker, and every one that has the worker in its
  /// environment, until none is left.
  /// - Returns: whether all are gone.
  static func end(of worker: String) -> Bool {
    let mark = Array("\(WorkerProtocol.workerVariable)=\(worker)".utf8)
    let start = Instant.now()
    let group = ControlGroup.existing(WorkerProtocol.group(worker: worker))
    defer { group?.remove() }
    while true {
      let members = group?.endAll() ?? 0
      let strays = processes().filter {
        environment(of: $0).split(separator: 0).contains(mark[...])
      }
      if strays.isEmpty, members == 0 { return true }
      for stray in strays { kill(stray, SIGKILL) }
      if Instant.now() - start > patience { return false }
      pause(.milliseconds(2))
    }
  }

  private static func processes() -> [pid_t] {
    let entries = (try? FileTree.entries("/proc")) ?? []
    return entries.compactMap { pid_t($0.name) }.filter { $0 != getpid() }
  }

  /// Empty for a process of another user, and for one that has ended.
  private static func environment(of pid: pid_t) -> [UInt8] {
    guard let file = try? Descriptor.open("/proc/\(pid)/environ", O_RDONLY) else { return [] }
    return (try? file.read(at: 0, count: 1 << 20)) ?? []
  }
}
