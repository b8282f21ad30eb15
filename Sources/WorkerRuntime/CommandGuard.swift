import Base
import Glibc
import JobModel
import Wire

/// Keeps the commands of one lease within what it grants: memory by a control group where there is
/// one to be had.
///
/// The group is a property of the thread that starts the commands, and so costs a command nothing; so are the
/// processors to which the lease binds it.
final class CommandGuard: Sendable {
  /// Nil where memory is looked at by the watchdog.
  let group: ControlGroup?
  let enforcement: Enforcement

  /// Applies what it can to the calling thread, which then starts the commands.
  init(_ grant: Grant, worker: String) {
    var enforcement = Enforcement(
      memory: .polled, memoryLimit: grant.memory, processors: [],
      threads: grant.spec.resources.cpus)
    if grant.spec.isolation == .sandbox {
      enforcement.isolation = .sandbox
      enforcement.missing += Sandbox.missing
    }
    var group: ControlGroup?
    do {
      group = try Self.enterGroup(of: worker, memory: grant.memory)
    } catch {
      enforcement.missing.append(
        "memory is polled, because no control group can be used: \(error.message)")
    }
    switch group?.version {
    case .v1: enforcement.memory = .cgroup1
    case .v2: enforcement.memory = .cgroup2
    case nil: break
    }
    self.group = group
    self.enforcement = enforcement
  }

  private static func enterGroup(
    of worker: String, memory: ByteCount
  ) throws(KilnError) -> ControlGroup {
    let group = try ControlGroup.make(WorkerProtocol.group(worker: worker))
    try group.limit(memory: memory)
    if group.version == .v1 { try group.enterThread() }
    return group
  }
}

extension Enforcement {
  /// Binds threads of this process to processors and notes what came of it.
  /// - Parameters:
  ///   - processors: those of the lease; none where it has none of its own.
  ///   - threads: their numbers; 0: the calling thread.
  mutating func bind(to processors: [Int], threads: [pid_t]) {
    guard !processors.isEmpty else {
      missing.append("not bound to processors: more is running than there are processors")
      return
    }
    do {
      for thread in threads { try Processors.bind(thread, to: processors) }
      self.processors = processors
    } catch {
      missing.append("not bound to processors: \(error.message)")
    }
  }
}
