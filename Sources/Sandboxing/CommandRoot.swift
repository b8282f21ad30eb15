import Base
import CLinux
import Glibc

/// The first process of a command's namespaces: it mounts what is the command's own, gives up all rights,
/// starts the command, and ends with it, upon which the system ends whatever else is left in there.
package struct CommandRoot {
  /// Where the keeper's sandbox shows the folder in which all that commands may write lies, under its own path;
  /// commands find an empty `/tmp` in its place.
  package static let outside = "/tmp/outside"

  static let namespaces = UInt(
    CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNET)

  private let request: SandboxRequest
  private let input: Int32
  private let report: Descriptor
  private let user: User

  /// Whose processes these are, asked before a new namespace has no numbers for them.
  struct User {
    let id = geteuid()
    let group = getegid()
  }

  init(_ request: SandboxRequest, of user: User, input: Int32, report: Descriptor) {
    self.request = request
    self.user = user
    self.input = input
    self.report = report
  }

  func run() -> Never {
    do throws(KilnError) {
      try prepare()
      say(.ended, try status(of: start()))
    } catch {
      say(.failed, Array(error.message.utf8))
    }
    _exit(0)
  }

  // MARK: What the keeper is told

  private enum Mark: UInt8 {
    case ended = 1
    case failed = 2
  }

  private func say(_ mark: Mark, _ bytes: [UInt8]) {
    // Without a keeper there is nobody to tell.
    try? report.write([mark.rawValue] + bytes)
  }

  /// What a command's first process said, for the worker.
  static func reply(_ said: [UInt8], _ usage: rusage) -> SandboxReply {
    switch said.first.flatMap(Mark.init(rawValue:)) {
    case .failed: return .failed(String(decoding: said.dropFirst(), as: UTF8.self))
    case .ended where said.count == 5:
      let status = said.dropFirst().reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      return ended(Int32(bitPattern: status), usage)
    // It was ended by force, and the command with it.
    case .ended, nil: return ended(SIGKILL, usage)
    }
  }

  private static func ended(_ status: Int32, _ usage: rusage) -> SandboxReply {
    let seconds = Int64(usage.ru_utime.tv_sec) + Int64(usage.ru_stime.tv_sec)
    let microseconds = Int64(usage.ru_utime.tv_usec) + Int64(usage.ru_stime.tv_usec)
    return .ended(
      status: status, nanoseconds: seconds * 1_000_000_000 + microseconds * 1000,
      peakKibibytes: Int64(usage.ru_maxrss))
  }

  /// Why a sandbox is not to be had, after a call that has failed.
  static func refusal(_ what: String) -> String {
    systemError("the sandbox cannot be set up: \(what)").message
  }

  // MARK: What it does

  private func prepare() throws(KilnError) {
    try check(kiln_prctl(PR_SET_PDEATHSIG, UInt(SIGKILL)), "the end with its keeper")
    try check(setsid(), "a session")
    // The same number inside as outside, and no other.
    try put("deny", "/proc/self/setgroups")
    try put("\(user.id) \(user.id) 1\n", "/proc/self/uid_map")
    try put("\(user.group) \(user.group) 1\n", "/proc/self/gid_map")
    try put("0", "/proc/sys/user/max_user_namespaces")
    try check(kiln_raise_loopback(), "the loopback network")
    try mountAll()
    let limit = request.dataLimit
    try check(kiln_prlimit(0, Int32(RLIMIT_DATA.rawValue), limit, limit), "the limit of data")
    try check(kiln_drop_capabilities(), "no rights")
    // Nobody inside is to look into this process.
    try check(kiln_prctl(PR_SET_DUMPABLE, 0), "privacy")
  }

  private func mountAll() throws(KilnError) {
    let folders = [request.folder] + request.writable
    // Opened first: what is mounted next covers the way to them.
    var sources: [Descriptor] = []
    for folder in folders {
      sources.append(try Descriptor.open("\(Self.outside)\(folder)", kiln_path_only))
    }
    for folder in Self.fresh { try mount("tmpfs", folder, "tmpfs", Self.plain, "mode=0755") }
    for (source, folder) in zip(sources, folders) {
      if Self.isFresh(folder) { try FileTree.make(folder) }
      try mount("/proc/self/fd/\(source.number)", folder, nil, UInt(MS_BIND))
    }
    for path in request.readOnly {
      try mount(path, path, nil, UInt(MS_BIND))
      try mount(
        nil, path, nil, UInt(MS_BIND | MS_REMOUNT | MS_RDONLY) | Self.plain | Self.flags(of: path))
    }
    // The settings of the system are root's to change, with rights or without.
    let readOnly = user.id == 0 ? UInt(MS_RDONLY) : 0
    try mount("proc", "/proc", "proc", Self.plain | UInt(MS_NOEXEC) | readOnly)
    try mount(nil, "/", nil, UInt(MS_BIND | MS_REMOUNT | MS_RDONLY) | Self.plain)
  }

  /// What every command has of its own, empty.
  private static let fresh = ["/tmp", "/dev/shm"]
  private static let plain = UInt(MS_NOSUID | MS_NODEV)

  /// Whether a path lies in a folder that only the command's own namespace has.
  static func isFresh(_ path: String) -> Bool { fresh.contains { path.hasPrefix("\($0)/") } }

  /// The flags of a mount that a change of another one has to repeat.
  private static func flags(of path: String) -> UInt {
    var facts = statvfs()
    // Sound: both outlive the call. What cannot be told is not repeated.
    guard unsafe statvfs(path, &facts) == 0 else { return 0 }
    // The numbers of these flags are those of the mounts'.
    return facts.f_flag & UInt(MS_NOSUID | MS_NODEV | MS_NOEXEC)
  }

  private func start() throws(KilnError) -> pid_t {
    try Spawn(
      arguments: request.arguments, environment: request.environment, folder: request.folder,
      input: input, output: 1, error: 2
    ).start()
  }

  /// Waits for the command, and reaps on the way what it left behind.
  private func status(of command: pid_t) -> [UInt8] {
    var status: Int32 = 0
    while true {
      // Sound: `status` is a local that outlives the call.
      if unsafe waitpid(-1, &status, 0) == command { break }
    }
    return (0..<4).map { UInt8(truncatingIfNeeded: status >> (8 * Int32($0))) }
  }

  // MARK: Calls that must succeed

  private func check(_ status: Int32, _ what: String) throws(KilnError) {
    guard status >= 0 else { throw KilnError(.taskFailed, Self.refusal(what)) }
  }

  private func put(_ text: String, _ path: String) throws(KilnError) {
    do {
      try Descriptor.open(path, O_WRONLY).write(Array(text.utf8), at: path)
    } catch {
      throw KilnError(.taskFailed, "the sandbox cannot be set up: \(path): \(error.message)")
    }
  }

  private func mount(
    _ source: String?, _ target: String, _ type: String?, _ flags: UInt, _ options: String? = nil
  ) throws(KilnError) {
    // Sound: all are strings that live through the call.
    try check(
      unsafe kiln_mount(source, target, type, flags, options), "\(target) cannot be mounted")
  }
}
