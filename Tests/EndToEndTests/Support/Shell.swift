import Base
import Glibc

/// What a finished program left behind.
struct Finished {
  /// Exit code, or 128 + signal.
  let status: Int32
  let output: String
  let errors: String

  /// Lines of standard output without the last, empty one.
  var lines: [String] { output.split(separator: "\n").map(String.init) }
}

/// A program that was started and not waited for.
struct Started {
  let pid: pid_t
  let outputPath: String
  let errorsPath: String

  /// Waits for the end of the program; kills it after `limit`.
  func wait(limit: Seconds = Seconds(120)) -> Finished {
    let deadline = Instant.now() + limit
    var status: Int32 = 0
    // Sound: `status` is a local that outlives each call.
    while unsafe waitpid(pid, &status, WNOHANG) == 0 {
      if Instant.now() > deadline { kill(pid, SIGKILL) }
      usleep(1000)
    }
    let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    return Finished(status: code, output: readText(outputPath), errors: readText(errorsPath))
  }
}

/// Starts a program in its own process group with its output in files of `folder`.
func start(
  _ arguments: [String], environment: [String], folder: String, workingFolder: String
) -> Started {
  let name = "\(folder)/run-\(UInt64.random(in: 0...UInt64.max))"
  let started = { pid in
    Started(pid: pid, outputPath: "\(name).out", errorsPath: "\(name).err")
  }
  var actions = unsafe posix_spawn_file_actions_t()
  var attributes = posix_spawnattr_t()
  var pid: pid_t = 0
  // Sound: all C objects are locals, initialised and destroyed here; the strings outlive the call.
  unsafe posix_spawn_file_actions_init(&actions)
  unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
  unsafe posix_spawn_file_actions_addopen(
    &actions, 1, "\(name).out", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  unsafe posix_spawn_file_actions_addopen(
    &actions, 2, "\(name).err", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  unsafe posix_spawnattr_init(&attributes)
  unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
  defer {
    unsafe posix_spawn_file_actions_destroy(&actions)
    unsafe posix_spawnattr_destroy(&attributes)
  }
  let argumentsThere = ["/usr/bin/env", "-C", workingFolder] + arguments
  let code = unsafe withStrings(argumentsThere) { argv in
    unsafe withStrings(environment) { envp in
      unsafe posix_spawn(&pid, argumentsThere[0], &actions, &attributes, argv, envp)
    }
  }
  precondition(code == 0, "cannot start \(arguments[0]): error \(code)")
  return started(pid)
}

/// Lends the strings as a null-terminated C array for the length of `body`.
private func withStrings<R>(
  _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R
) -> R {
  var pointers: [UnsafeMutablePointer<CChar>?] = unsafe strings.map { unsafe strdup($0) }
  unsafe pointers.append(nil)
  defer { unsafe pointers.forEach { unsafe free($0) } }
  // Sound: the array is never empty, so it has a base address; the copies live until `defer`.
  return unsafe pointers.withUnsafeBufferPointer { buffer in
    guard let base = buffer.baseAddress else { preconditionFailure("empty array") }
    return unsafe body(base)
  }
}

/// The text of a file, or nothing where it does not exist.
func readText(_ path: String) -> String {
  String(decoding: readBytes(path) ?? [], as: UTF8.self)
}

func readBytes(_ path: String) -> [UInt8]? {
  let descriptor = unsafe open(path, O_RDONLY)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    // Sound: `read` writes at most `count` bytes into the buffer.
    let count = unsafe buffer.withUnsafeMutableBytes {
      unsafe read(descriptor, $0.baseAddress, $0.count)
    }
    guard count > 0 else { return bytes }
    bytes.append(contentsOf: buffer[..<count])
  }
}

func writeText(_ text: String, to path: String) { writeBytes(Array(text.utf8), to: path) }

func writeBytes(_ bytes: [UInt8], to path: String) {
  let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  precondition(descriptor >= 0, "cannot write \(path)")
  defer { close(descriptor) }
  var rest = bytes[...]
  while !rest.isEmpty {
    // Sound: `write` reads at most `count` bytes of the slice.
    let count = unsafe rest.withUnsafeBytes {
      unsafe write(descriptor, $0.baseAddress, $0.count)
    }
    precondition(count > 0, "cannot write \(path)")
    rest = rest.dropFirst(count)
  }
}
