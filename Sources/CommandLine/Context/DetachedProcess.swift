import Base
import Client
import Glibc

/// A program that outlives us: own session, no terminal, output into a log.
enum DetachedProcess {
  /// POSIX_SPAWN_SETSID of glibc, which Swift does not see.
  private static let newSession: Int32 = 0x80

  static func spawn(_ program: String, _ words: [String], log: String) throws(KilnError) -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    var none = sigset_t()
    // Sound: all three are locals, initialised here, destroyed below, and used only in between.
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    unsafe sigemptyset(&none)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(
      &actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(newSession) | Int16(POSIX_SPAWN_SETSIGMASK))
    var pid: pid_t = 0
    let status = unsafe withTerminated(words) { list in
      // Sound: the list is null-terminated, as are its texts, and lives during the call.
      unsafe posix_spawn(&pid, program, &actions, &attributes, list, environ)
    }
    guard status == 0 else {
      // Sound: strerror gives a terminated text.
      let why = unsafe String(cString: strerror(status))
      throw KilnError(.internalError, "the server cannot be started: \(why)", at: program)
    }
    return pid
  }

  /// The exit code once the process has ended, 128 + signal where one ended it; nil before.
  static func exitCode(_ pid: pid_t) -> Int32? {
    var status: Int32 = 0
    // Sound: `status` is a local that outlives the call.
    guard unsafe waitpid(pid, &status, WNOHANG) == pid else { return nil }
    switch ProcessEnd(status: status) {
    case .exited(let code): return Int32(truncatingIfNeeded: code)
    case .signalled(let signal): return 128 + Int32(truncatingIfNeeded: signal)
    }
  }

  /// Lends the words as a null-terminated array of terminated texts.
  private static func withTerminated<Result>(
    _ words: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    // Sound: every copy is freed here, after the last use of the list.
    let copies = unsafe words.map { unsafe strdup($0) }
    defer { unsafe copies.forEach { unsafe free($0) } }
    return unsafe body(copies + [nil])
  }
}
