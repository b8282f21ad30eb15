import Base
import Glibc

/// Lines for whoever runs the server: one event a line, on the standard error.
enum Log {
  enum Level: String {
    case info
    case warning
    case error
  }

  /// Writes `2026-02-03T04:05:06.789Z info the server is up cpus=2`; control characters are escaped.
  static func write(_ level: Level, _ event: String, _ facts: KeyValuePairs<String, String> = [:]) {
    var line = "\(stamp(.now())) \(level.rawValue) \(event)"
    for (name, value) in facts { line += " \(name)=\(quoted(value))" }
    let bytes = Array((line + "\n").utf8)
    // Sound: the bytes live through the call. A log that cannot be written cannot be reported either.
    _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(2, $0.baseAddress, $0.count) }
  }

  private static func stamp(_ time: Timestamp) -> String {
    var seconds = time_t(time.milliseconds / 1000)
    var parts = unsafe tm()
    // Sound: both are locals that outlive the call.
    unsafe gmtime_r(&seconds, &parts)
    func padded(_ number: some BinaryInteger, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let date = unsafe (parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday)
    let clock = unsafe (parts.tm_hour, parts.tm_min, parts.tm_sec)
    return "\(padded(date.0, 4))-\(padded(date.1, 2))-\(padded(date.2, 2))"
      + "T\(padded(clock.0, 2)):\(padded(clock.1, 2)):\(padded(clock.2, 2))"
      + ".\(padded(time.milliseconds % 1000, 3))Z"
  }

  private static func quoted(_ value: String) -> String {
    let isPlain = value.utf8.allSatisfy {
      $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=")
    }
    guard !isPlain || value.isEmpty else { return value }
    var writer = JSONWriter()
    writer.string(value)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
