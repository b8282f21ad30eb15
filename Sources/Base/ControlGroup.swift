import Glibc

/// A control group below that of this process, for limiting and ending a set of processes.
///
/// Memory is limited by the hierarchy that has the memory controller: version 1, where a thread may
/// enter alone and what it starts is inside from its first moment, or version 2, where a process is
/// moved in after it has started. Hosts that mix both have the controllers in version 1.
package final class ControlGroup: Sendable {
  package enum Version: Sendable {
    case v1
    case v2
  }

  package let version: Version
  /// Of memory.
  private let folder: String
  /// Of the number of processes, where there is one to set: it keeps a dying group from growing.
  private let countFolder: String?
  /// Counts what the system had to end; stays open, as it is read for every command.
  private let events: Descriptor?

  private init(_ version: Version, folder: String, countFolder: String?) {
    self.version = version
    self.folder = folder
    self.countFolder = countFolder
    let file = version == .v1 ? "memory.oom_control" : "memory.events"
    // Without it nothing is counted, and memory that was refused looks like any other failure.
    events = try? Descriptor.open("\(folder)/\(file)", O_RDONLY)
  }

  /// Makes a group, or takes the one of this name.
  /// - Throws: where control groups cannot be written, in words that say which.
  package static func make(_ name: String) throws(KilnError) -> ControlGroup {
    let memory = Hierarchy.own("memory")
    if let memory, memory.version == .v1 {
      let folder = "\(memory.folder)/\(name)"
      try makeGroup(folder)
      let count = Hierarchy.own("pids").map { "\($0.folder)/\(name)" }
      let hasCount = count.map { (try? makeGroup($0)) != nil } ?? false
      return ControlGroup(.v1, folder: folder, countFolder: hasCount ? count : nil)
    }
    guard let memory else {
      throw KilnError(.notFound, "no control group of this process governs memory")
    }
    // Children get the controllers that their parent passes on; one that has processes of its own may
    // be refused.
    try? write("+memory +pids", to: "\(memory.folder)/cgroup.subtree_control")
    let folder = "\(memory.folder)/\(name)"
    try makeGroup(folder)
    guard (try? Descriptor.open("\(folder)/memory.max", O_WRONLY)) != nil else {
      // Sound: the path is a string that lives through the call.
      _ = unsafe rmdir(folder)
      throw KilnError(.notFound, "\(memory.folder) does not pass on the control of memory")
    }
    try? write("1", to: "\(folder)/memory.oom.group")
    return ControlGroup(.v2, folder: folder, countFolder: folder)
  }

  /// The group of this name that another process has made; nil where there is none.
  package static func existing(_ name: String) -> ControlGroup? {
    guard let memory = Hierarchy.own("memory"), FileTree.isFolder("\(memory.folder)/\(name)")
    else { return nil }
    let count = memory.version == .v2 ? memory : Hierarchy.own("pids")
    return ControlGroup(
      memory.version, folder: "\(memory.folder)/\(name)",
      countFolder: count.map { "\($0.folder)/\(name)" })
  }

  private static func makeGroup(_ folder: String) throws(KilnError) {
    // Sound: the path is a string that lives through the call.
    guard unsafe mkdir(folder, 0o755) == 0 || errno == EEXIST else {
      throw systemError("cannot make a control group", at: folder)
    }
  }

  /// Lets the group use so much memory, swap included.
  package func limit(memory: ByteCount) throws(KilnError) {
    let bytes = "\(memory.bytes)"
    switch version {
    case .v2:
      try Self.write(bytes, to: "\(folder)/memory.max")
      try? Self.write("0", to: "\(folder)/memory.swap.max")
    case .v1:
      let swap = "\(folder)/memory.memsw.limit_in_bytes"
      // The limit with swap is never below the one without, so the order depends on the direction.
      let isLowered = (try? Self.write(bytes, to: "\(folder)/memory.limit_in_bytes")) != nil
      // A kernel without accounts of swap has no such file, and then nothing to limit.
      try? Self.write(bytes, to: swap)
      if !isLowered { try Self.write(bytes, to: "\(folder)/memory.limit_in_bytes") }
    }
  }

  /// Moves the calling thread in; what it starts from now on is inside. Version 1 only.
  package func enterThread() throws(KilnError) {
    precondition(version == .v1, "threads enter groups of version 1")
    try Self.write("0", to: "\(folder)/tasks")
    // Without it a fork bomb is still ended, only not as surely.
    if let countFolder { try? Self.write("0", to: "\(countFolder)/tasks") }
  }

  /// Moves a process in. Version 2 only.
  package func enter(_ process: pid_t) throws(KilnError) {
    precondition(version == .v2, "processes enter groups of version 2")
    try Self.write("\(process)", to: "\(folder)/cgroup.procs")
  }

  /// How many processes the system has ended so far because the group wanted more than its limit.
  package var memoryKills: Int {
    guard let text = try? events?.readFacts(count: 4096) else { return 0 }
    for line in text.split(separator: UInt8(ascii: "\n")) where line.starts(with: Self.kills) {
      return Int(String(decoding: line.dropFirst(Self.kills.count), as: UTF8.self)) ?? 0
    }
    return 0
  }

  private static let kills = Array("oom_kill ".utf8)

  /// Ends every process of the group but this one, and returns how many there were.
  @discardableResult
  package func endAll() -> Int {
    let all = processes
    guard !all.isEmpty else { return 0 }
    if version == .v2, (try? Self.write("1", to: "\(folder)/cgroup.kill")) != nil {
      return all.count
    }
    setCount("0")
    defer { setCount("max") }
    for process in all { kill(process, SIGKILL) }
    return all.count
  }

  /// How many processes may be started; what cannot be set was not to be had.
  private func setCount(_ count: String) {
    if let countFolder { try? Self.write(count, to: "\(countFolder)/pids.max") }
  }

  /// The processes of the group, without this one.
  private var processes: [pid_t] {
    Self.text("\(folder)/cgroup.procs").split(separator: "\n").compactMap { pid_t($0) }
      .filter { $0 != getpid() && $0 > 0 }
  }

  /// Removes the group; one that still has processes stays.
  package func remove() {
    for path in Set([folder, countFolder ?? folder]) {
      // Sound: the path is a string that lives through the call.
      _ = unsafe rmdir(path)
    }
  }

  fileprivate static func write(_ text: String, to path: String) throws(KilnError) {
    let file = try Descriptor.open(path, O_WRONLY)
    try file.write(Array(text.utf8), at: path)
  }

  /// Empty where there is no such file.
  fileprivate static func text(_ path: String) -> String {
    guard let file = try? Descriptor.open(path, O_RDONLY),
      let bytes = try? file.read(at: 0, count: 64 << 10)
    else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Where this process stands in the hierarchy that has a controller.
  private struct Hierarchy {
    let version: Version
    let folder: String

    static func own(_ controller: String) -> Hierarchy? {
      var unified: Hierarchy?
      for line in text("/proc/self/cgroup").split(separator: "\n") {
        let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3 else { continue }
        let path = fields[2] == "/" ? "" : String(fields[2])
        if fields[1].split(separator: ",").contains(Substring(controller)) {
          return Hierarchy(version: .v1, folder: "/sys/fs/cgroup/\(controller)\(path)")
        }
        guard fields[1].isEmpty else { continue }
        let folder = "/sys/fs/cgroup\(path)"
        let controllers = text("\(folder)/cgroup.controllers").split { $0 == " " || $0 == "\n" }
        if controllers.contains(Substring(controller)) {
          unified = Hierarchy(version: .v2, folder: folder)
        }
      }
      return unified
    }
  }
}
