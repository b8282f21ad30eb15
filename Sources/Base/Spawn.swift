import CLinux
import Glibc

/// A program to start in a process group of its own, with nothing inherited but what is named here.
package struct Spawn {
  /// Program, searched in `PATH` unless it has a slash, and its arguments.
  package var arguments: [String]
  /// `NAME=value` each.
  package var environment: [String]
  /// Working folder; nil: that of this process.
  package var folder: String?
  package var input: Int32
  package var output: Int32
  package var error: Int32

  package init(
    arguments: [String], environment: [String], folder: String? = nil, input: Int32,
    output: Int32, error: Int32
  ) {
    self.arguments = arguments
    self.environment = environment
    self.folder = folder
    self.input = input
    self.output = output
    self.error = error
  }

  /// Starts the program: own process group, no blocked or ignored signals, no other descriptors.
  package func start() throws(KilnError) -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    // Sound: both are initialised before use and destroyed once, below.
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    unsafe direct(&actions)
    isolate(&attributes)
    var pid: pid_t = 0
    let status = unsafe withCStrings(arguments) { argv in
      unsafe withCStrings(environment) { envp in
        unsafe argv[0].map { unsafe posix_spawnp(&pid, $0, &actions, &attributes, argv, envp) }
          ?? EINVAL
      }
    }
    guard status == 0 else {
      throw systemError("cannot start `\(arguments.first ?? "")`", number: status)
    }
    return pid
  }

  private func direct(_ actions: inout posix_spawn_file_actions_t) {
    for (from, to) in [(input, Int32(0)), (output, 1), (error, 2)] {
      unsafe posix_spawn_file_actions_adddup2(&actions, from, to)
    }
    unsafe kiln_spawn_add_close_from(&actions, 3)
    if let folder { unsafe kiln_spawn_add_folder(&actions, folder) }
  }

  private func isolate(_ attributes: inout posix_spawnattr_t) {
    var none = sigset_t()
    var all = sigset_t()
    // Sound: signal sets and attributes are locals or initialised by the caller.
    unsafe sigemptyset(&none)
    unsafe sigfillset(&all)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
  }
}

/// Runs `body` with a null-terminated array of C strings.
private func withCStrings<Result>(
  _ strings: [String],
  _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  // Sound: every copy is freed after `body`, which does not keep them.
  var pointers = unsafe strings.map { unsafe strdup($0) } + [nil]
  defer { unsafe pointers.forEach { unsafe free($0) } }
  return unsafe pointers.withUnsafeMutableBufferPointer { buffer in
    guard let base = buffer.baseAddress else { preconditionFailure("an array without storage") }
    return unsafe body(base)
  }
}

/// How a process ended.
package enum ProcessEnd: Hashable, Sendable {
  case exited(Int)
  case signalled(Int)

  package init(status: Int32) {
    self =
      kiln_wait_signalled(status) != 0
      ? .signalled(Int(kiln_wait_signal(status))) : .exited(Int(kiln_wait_exit_status(status)))
  }
}

/// A handle on a process that no reuse of its number can redirect; readable once it has ended.
package final class ProcessHandle: Sendable {
  package let pid: pid_t
  private let descriptor: Descriptor

  /// Nil when there is no such process.
  package init?(_ pid: pid_t) {
    let number = kiln_pidfd_open(pid)
    guard number >= 0 else { return nil }
    self.pid = pid
    descriptor = Descriptor(owning: number)
  }

  package var watch: Watch { Watch(descriptor.number) }

  /// A process that has ended already needs no signal.
  package func send(_ signal: Int32) { _ = kiln_pidfd_send_signal(descriptor.number, signal) }

  package var hasEnded: Bool { wait(for: [watch], atMost: .zero)[0] }
}
