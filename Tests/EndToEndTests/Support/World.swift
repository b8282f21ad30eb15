import Base
import Glibc

/// A world of its own for one test: a state directory, the real programs, and nothing left behind.
final class World {
  let folder: String
  /// A short path: a Unix socket lies in it.
  var state: String { "\(folder)/s" }
  private(set) var environment: [String]

  init(environment extra: [String: String] = [:]) {
    var template = Array("/tmp/kiln-e2e-XXXXXX".utf8CString)
    // Sound: mkdtemp writes into the null-terminated array, in place.
    folder = unsafe template.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress, let path = unsafe mkdtemp(base) else {
        preconditionFailure("no temporary folder")
      }
      return unsafe String(cString: path)
    }
    environment = []
    var values = [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder, "LANG": "C.UTF-8",
      "KILN_STATE": state, "SWIFT_BACKTRACE": "enable=no",
    ]
    values.merge(extra) { $1 }
    environment = values.map { "\($0.key)=\($0.value)" }
  }

  deinit {
    killServer()
    for worker in workerProcesses() { kill(worker, SIGKILL) }
    _ = start(
      ["/bin/rm", "-rf", folder], environment: [], folder: "/tmp", workingFolder: "/"
    ).waitAndForget()
  }

  /// Where the programs lie: beside the test bundle.
  static let programs: String = {
    var buffer = [CChar](repeating: 0, count: 4096)
    // Sound: readlink writes at most the count given, which leaves the last zero alone.
    let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count - 1)
    precondition(count > 0, "/proc/self/exe cannot be read")
    let path = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
  }()

  /// The root of the checkout.
  static let checkout: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(4)
    return parts.joined(separator: "/")
  }()

  func begin(_ arguments: [String], in workingFolder: String? = nil) -> Started {
    start(
      ["\(World.programs)/kiln"] + arguments, environment: environment, folder: folder,
      workingFolder: workingFolder ?? folder)
  }

  @discardableResult
  func kiln(_ arguments: String..., limit: Seconds = Seconds(120)) -> Finished {
    begin(arguments).wait(limit: limit)
  }

  /// Writes a file into the world's folder and returns its path.
  @discardableResult
  func file(_ name: String, _ text: String) -> String {
    writeText(text, to: "\(folder)/\(name)")
    return "\(folder)/\(name)"
  }

  /// The process that holds the state directory's lock, by the pid written into it.
  var serverProcess: pid_t? {
    let text = readText("\(state)/lock").prefix { $0.isNumber }
    guard let pid = pid_t(text), kill(pid, 0) == 0 else { return nil }
    return pid
  }

  func killServer() {
    guard let pid = serverProcess else { return }
    kill(pid, SIGKILL)
    // Not a child of this process: the kernel takes it away on its own time.
    _ = until(Seconds(5)) { kill(pid, 0) != 0 || isZombie(pid) }
  }

  /// Pids of the workers of this world.
  func workerProcesses() -> [pid_t] {
    processes { $0.contains("kiln-worker") && $0.contains(state) }
  }
}

extension Started {
  /// Waits and removes the output files.
  func waitAndForget() -> Int32 {
    let finished = wait(limit: Seconds(30))
    unsafe unlink(outputPath)
    unsafe unlink(errorsPath)
    return finished.status
  }
}

/// Waits for a condition; false when the limit passes first.
func until(_ limit: Seconds, _ condition: () -> Bool) -> Bool {
  let deadline = Instant.now() + limit
  while !condition() {
    if Instant.now() > deadline { return false }
    usleep(2000)
  }
  return true
}

/// Pids of the processes whose command line satisfies `matches`.
func processes(_ matches: (String) -> Bool) -> [pid_t] {
  guard let folder = unsafe opendir("/proc") else { return [] }
  defer { unsafe closedir(folder) }
  var found: [pid_t] = []
  // Sound: the entry is read before the next call replaces it.
  while let entry = unsafe readdir(folder) {
    let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
      unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
    }
    guard let pid = pid_t(name) else { continue }
    if matches(readText("/proc/\(pid)/cmdline")), !isZombie(pid) { found.append(pid) }
  }
  return found
}

func isZombie(_ pid: pid_t) -> Bool {
  guard let rest = readText("/proc/\(pid)/stat").split(separator: ")").last else { return true }
  return rest.hasPrefix(" Z") || rest.isEmpty
}
