import Base
import FoundationEssentials
import Glibc
import JobModel
import Results
import Wire

/// Runs commands in bubblewrap: namespaces of their own, no network, a system that cannot be written,
/// and of the user's files only the task's folder.
struct Sandbox {
  /// Path of `bwrap`.
  private let program: String
  /// What is the same for every task of a lease.
  private let view: [String]

  /// What `doctor` and the attempt's record say is not done.
  static let missing = ["system calls are not filtered"]

  /// - Throws: where bubblewrap is missing.
  init() throws(KilnError) {
    guard let program = Self.find("bwrap") else {
      throw KilnError(
        .taskFailed, "`isolation: sandbox` needs bubblewrap, which is not installed here",
        fix: "install the package `bubblewrap`")
    }
    self.program = program
    view = Self.namespaces + Self.system()
  }

  /// The words that run a command in its folder.
  /// - Parameters:
  ///   - writable: folders besides the task's that it may write.
  ///   - readOnly: paths in the folder that it may only read.
  func arguments(
    _ command: [String], in folder: String, writable: [String], readOnly: [String]
  ) -> [String] {
    var words = [program] + view + ["--bind", folder, folder]
    for path in writable { words += ["--bind", path, path] }
    // An input is a link to what the server keeps: not even its mode may be changed.
    for path in readOnly { words += ["--ro-bind", path, path] }
    // What bubblewrap made to hold the mounts is not for writing either.
    return words + ["--remount-ro", "/", "--chdir", folder, "--"] + command
  }

  /// What a command may know of its surroundings.
  static func environment(_ variables: [String: String]) -> [String: String] {
    var kept = variables.filter { name, _ in
      name.hasPrefix("KILN_") || name.hasPrefix("LC_") || passed.contains(name)
        || name.hasSuffix("_NUM_THREADS")
    }
    // Where the server's things lie is nobody's business.
    kept["KILN_STATE"] = nil
    kept["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/bin"
    kept["TMPDIR"] = "/tmp"
    return kept
  }

  private static let passed: Set<String> = [
    "LANG", "LANGUAGE", "TZ", "TERM", "CUDA_VISIBLE_DEVICES",
  ]

  /// How an attempt ended, seen through bubblewrap, which passes a signal on as 128 and its number.
  static func end(_ end: ProcessEnd) -> ProcessEnd {
    guard case .exited(let code) = end, (129...192).contains(code) else { return end }
    return .signalled(code - 128)
  }

  /// Why bubblewrap could not start the command, in words for people; nil where it could.
  static func failure(_ end: ProcessEnd, _ words: [UInt8]) -> String? {
    let mark = "bwrap: "
    guard end == .exited(1), let line = LastLine.of(words), line.hasPrefix(mark) else { return nil }
    let reason = line.dropFirst(mark.count)
    if reason.hasPrefix("execvp ") {
      return "cannot start the command in its sandbox: \(reason.dropFirst("execvp ".count))"
    }
    return "the sandbox cannot be set up: \(reason); allow user namespaces on this machine, or run "
      + "the job with `isolation: none`"
  }

  // MARK: What it sees

  private static let namespaces = [
    "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session",
    "--cap-drop", "ALL", "--hostname", "kiln",
  ]

  /// Programs, libraries and the little of `/etc` that they need; no home, no secrets.
  private static func system() -> [String] {
    var words: [String] = []
    for path in ["/usr", "/opt"] { words += ["--ro-bind-try", path, path] }
    for path in ["/bin", "/sbin", "/lib", "/lib32", "/lib64"] {
      if let target = link(path) {
        words += ["--symlink", target, path]
      } else {
        words += ["--ro-bind-try", path, path]
      }
    }
    for name in [
      "passwd", "group", "nsswitch.conf", "localtime", "timezone", "ld.so.cache", "ld.so.conf",
      "ld.so.conf.d", "alternatives", "fonts", "ssl/certs", "mime.types", "OpenCL",
    ] { words += ["--ro-bind-try", "/etc/\(name)", "/etc/\(name)"] }
    return words + ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
  }

  /// Where a link leads; nil for what is none.
  private static func link(_ path: String) -> String? {
    var bytes = [CChar](repeating: 0, count: 4096)
    // Sound: the length passed along is below the array's.
    let count = unsafe readlink(path, &bytes, bytes.count - 1)
    guard count > 0 else { return nil }
    return String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func find(_ name: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    return path.split(separator: ":").map { "\($0)/\(name)" }.first {
      // Sound: the path is a string that lives through the call.
      unsafe access($0, X_OK) == 0
    }
  }
}
