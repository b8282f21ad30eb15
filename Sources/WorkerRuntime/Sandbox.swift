import Base
import FoundationEssentials
import Glibc
import Results
import Sandboxing
import Wire

/// What sandboxed commands have in common, as bubblewrap is told: namespaces of their own, no network, a
/// system that cannot be written. What each has of its own is ``CommandRoot``'s.
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

  /// The words that start what starts commands: in a sandbox with all that they have in common.
  /// - Parameter root: the folder in which lies all that a command may write.
  func keeper(of root: String) throws(KilnError) -> [String] {
    let inside = "/tmp/kiln-sandbox"
    // Both lie where every command has an empty folder of its own.
    return [program] + view
      + ["--ro-bind", try Self.keeperProgram(), inside, "--bind", root, CommandRoot.outside + root]
      + ["--", inside]
  }

  /// `kiln-sandbox`, beside this program.
  private static func keeperProgram() throws(KilnError) -> String {
    let own = link("/proc/self/exe") ?? ""
    let path = "\(own.prefix(upTo: own.lastIndex(of: "/") ?? own.startIndex))/kiln-sandbox"
    // Sound: the path is a string that lives through the call.
    guard unsafe access(path, X_OK) == 0 else {
      throw KilnError(
        .taskFailed, "`isolation: sandbox` needs the program \(path), which is not there",
        fix: "install kiln-sandbox beside kiln-worker")
    }
    return path
  }

  /// What a command may know of its surroundings.
  static func environment(_ variables: [String: String]) -> [String: String] {
    var kept = variables.filter { name, _ in
      name.hasPrefix("KILN_") || name.hasPrefix("LC_") || passed.contains(name)
        || name.hasSuffix("_NUM_THREADS")
    }
    // Where the server's things lie is nobody's business.
    kept["KILN_STATE"] = nil
    kept["PATH"] = path
    kept["TMPDIR"] = "/tmp"
    return kept
  }

  static let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/bin"

  private static let passed: Set<String> = [
    "LANG", "LANGUAGE", "TZ", "TERM", "CUDA_VISIBLE_DEVICES",
  ]

  /// Why there is no sandbox, from what was printed instead.
  static func refusal(_ words: [UInt8]) -> KilnError {
    let line = LastLine.of(words) ?? "bubblewrap ended without a word"
    let mark = "bwrap: "
    return KilnError(
      .taskFailed,
      "the sandbox cannot be set up: \(line.hasPrefix(mark) ? String(line.dropFirst(mark.count)) : line)",
      fix: "allow user namespaces on this machine, or run the job with `isolation: none`")
  }

  // MARK: What it sees

  /// Each command gets others of its own besides, the one of processes among them.
  private static let namespaces =
    [
      "--unshare-user", "--unshare-ipc", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try",
      "--hostname", "kiln", "--cap-drop", "ALL",
    ]
    // The system lets nobody else hand the number of root on to a namespace further inside.
    + (geteuid() == 0 ? ["--cap-add", "CAP_SETFCAP"] : [])

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
    // Commands see a `/proc` of their own; the system lets them have it where the whole one is in view.
    return words + ["--bind", "/proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]
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
