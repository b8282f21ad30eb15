import Base
import CLinux
import Glibc
import Scheduling

/// What this machine offers to tasks.
package enum Machine {
  /// Processors that this process may use, and memory up to the lowest limit of its control groups.
  package static func capacity() throws(KilnError) -> Capacity {
    let cpus = Int(kiln_processor_count())
    guard cpus > 0, let memory = memory() else {
      throw KilnError(.internalError, "cannot find out what this machine has")
    }
    return Capacity(cpus: cpus, memory: memory, gpus: gpuCount())
  }

  /// As the driver lists them; none without one.
  private static func gpuCount() -> Int {
    let entries = try? FileTree.entries("/proc/driver/nvidia/gpus")
    return entries?.count { $0.kind == .folder } ?? 0
  }

  private static func memory() -> ByteCount? {
    let line = text("/proc/meminfo").split(separator: "\n").first { $0.hasPrefix("MemTotal:") }
    guard let kibibytes = line?.split(separator: " ").dropFirst().first.flatMap({ Int64($0) })
    else { return nil }
    return groupLimits().reduce(ByteCount.kibibytes(kibibytes), min)
  }

  /// Limits of the process's control groups and of those above them, in both hierarchies.
  private static func groupLimits() -> [ByteCount] {
    text("/proc/self/cgroup").split(separator: "\n").flatMap { line -> [ByteCount] in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return [] }
      let path = String(fields[2])
      if fields[1].isEmpty {
        return ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].flatMap {
          limits(below: $0, path: path, file: "memory.max")
        }
      }
      guard fields[1].split(separator: ",").contains("memory") else { return [] }
      return limits(below: "/sys/fs/cgroup/memory", path: path, file: "memory.limit_in_bytes")
    }
  }

  private static func limits(below root: String, path: String, file: String) -> [ByteCount] {
    var parts = path.split(separator: "/")[...]
    var limits: [ByteCount] = []
    while true {
      let folder = ([root] + parts.map(String.init)).joined(separator: "/")
      // "max", and a file that is not there, are no limits.
      if let limit = Int64(text("\(folder)/\(file)").filter { !$0.isWhitespace }) {
        limits.append(ByteCount(limit))
      }
      if parts.popLast() == nil { return limits }
    }
  }

  /// Empty where there is no such file.
  private static func text(_ path: String) -> String {
    guard let file = try? Descriptor.open(path, O_RDONLY),
      let bytes = try? file.read(at: 0, count: 64 << 10)
    else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }
}
