import Base
import CLinux
import Glibc

/// What `/proc` says about processes.
enum ProcessFacts {
  private static let pageBytes = Int64(sysconf(Int32(_SC_PAGESIZE)))

  /// Resident memory of a process; zero when it is gone.
  static func resident(_ pid: pid_t) -> ByteCount {
    ByteCount((numbers("/proc/\(pid)/statm").dropFirst().first ?? 0) * pageBytes)
  }

  /// What RLIMIT_DATA counts: private writable memory of this process.
  static func writable() -> ByteCount {
    ByteCount((numbers("/proc/self/statm").dropFirst(5).first ?? 0) * pageBytes)
  }

  /// All processes below this one, those that were left by their parents included.
  static func descendants(of pid: pid_t) -> [pid_t] {
    var found: [pid_t] = []
    var queue = [pid]
    while let parent = queue.popLast() {
      for thread in names("/proc/\(parent)/task") {
        let children = numbers("/proc/\(parent)/task/\(thread)/children").map { pid_t($0) }
        found += children
        queue += children
      }
    }
    return found
  }

  /// The threads of this process.
  static func threads() -> [pid_t] { names("/proc/self/task").compactMap { pid_t($0) } }

  private static func names(_ folder: String) -> [String] {
    // A process may be gone by now, and has then no threads.
    (try? FileTree.entries(folder))?.map(\.name) ?? []
  }

  private static func numbers(_ path: String) -> [Int64] {
    text(path).split { $0 == 32 || $0 == 10 }.compactMap {
      Int64(String(decoding: $0, as: UTF8.self))
    }
  }

  /// The first page of a file of `/proc`; empty when the process is gone.
  static func text(_ path: String) -> ArraySlice<UInt8> {
    guard let file = try? Descriptor.open(path, O_RDONLY),
      let bytes = try? file.readFacts(count: 4096)
    else { return [] }
    return bytes[...]
  }
}

/// The largest resident memory of this process since it was last asked to forget.
struct PeakMemory {
  private let reset: Descriptor?
  /// Stays open: opening it costs as much as reading it.
  private let status: Descriptor?
  private var isStale = true
  private(set) var last: ByteCount
  /// What attempts have taken since the last reading.
  private var unread = Seconds.zero

  /// Attempts that take no longer than this together share one reading, which costs 0.03 ms.
  private static let worthReading = Seconds.milliseconds(50)
  private static let name = Array("VmHWM:".utf8)
  private static let forget = [UInt8(ascii: "5")]

  init() {
    // Without the right to reset, the peak is that of the process so far: too large, never too small.
    reset = try? Descriptor.open("/proc/self/clear_refs", O_WRONLY)
    status = try? Descriptor.open("/proc/self/status", O_RDONLY)
    last = ProcessFacts.resident(getpid())
  }

  /// Before an attempt: forgets an earlier peak.
  mutating func begin() {
    guard isStale else { return }
    isStale = false
    do { try reset?.write(Self.forget) } catch { return }
  }

  /// After an attempt that took so long.
  ///
  /// - Returns: its peak, or that of it and some short attempts before it; of one that was too short to be read,
  ///   what was read last.
  mutating func end(after wall: Seconds) -> ByteCount {
    unread = unread + wall
    guard unread > Self.worthReading else { return last }
    unread = .zero
    isStale = true
    last = highWaterMark() ?? last
    return last
  }

  private func highWaterMark() -> ByteCount? {
    guard let text = try? status?.readFacts(count: 4096) else { return nil }
    var rest = text[...]
    while let start = rest.firstIndex(of: UInt8(ascii: "V")) {
      rest = rest[start...]
      guard rest.starts(with: Self.name) else {
        rest = rest.dropFirst()
        continue
      }
      let digits = rest.dropFirst(Self.name.count).drop { $0 == 32 || $0 == 9 }.prefix { $0 != 32 }
      return Int64(String(decoding: digits, as: UTF8.self)).map(ByteCount.kibibytes)
    }
    return nil
  }
}
