import Base
import Glibc
import JobModel

/// Finds lines `KILN_METRIC name=value` in what a command prints, however the pipe cuts it up.
///
/// Lines that only look like one, and values that are no finite numbers, are passed over: what a
/// command prints is its own business.
struct MetricLines {
  /// The beginning of the current line, as long as it may become a metric.
  private var line: [UInt8] = []
  /// The current line is none, so the rest of it is passed over.
  private var isOther = false

  private static let mark = Array("KILN_METRIC ".utf8)
  private static let lineBytesMax = 512
  private static let nameBytesMax = 64
  private static let newline = UInt8(ascii: "\n")

  /// Takes the next bytes; calls `report` for each metric in them.
  mutating func take(_ bytes: ArraySlice<UInt8>, _ report: (String, Double) -> Void) {
    var start = bytes.startIndex
    while start < bytes.endIndex {
      let end = Self.lineEnd(in: bytes, from: start)
      // Most lines are somebody else's, and their first byte says so.
      if line.isEmpty, bytes[start] != Self.mark[0] { isOther = true }
      if !isOther { extend(bytes[start..<(end ?? bytes.endIndex)]) }
      guard let end else { return }
      if !isOther, let (name, value) = Self.metric(line) { report(name, value) }
      reset()
      start = end + 1
    }
  }

  /// The place of the next line end; nil where there is none.
  private static func lineEnd(in bytes: ArraySlice<UInt8>, from start: Int) -> Int? {
    unsafe bytes[start...].withUnsafeBytes { buffer in
      // Sound: the length passed along is the buffer's, and the result lies inside.
      guard let base = buffer.baseAddress,
        let found = unsafe memchr(base, Int32(newline), buffer.count)
      else { return nil }
      return unsafe start + (UnsafeRawPointer(found) - base)
    }
  }

  /// Forgets an unfinished line.
  mutating func reset() {
    line.removeAll(keepingCapacity: true)
    isOther = false
  }

  private mutating func extend(_ piece: ArraySlice<UInt8>) {
    let known = min(line.count, Self.mark.count)
    let expected = Self.mark[known...].prefix(piece.count)
    guard piece.starts(with: expected), line.count + piece.count <= Self.lineBytesMax else {
      isOther = true
      return
    }
    line += piece
  }

  private static func metric(_ line: [UInt8]) -> (String, Double)? {
    guard line.count > mark.count, line.starts(with: mark) else { return nil }
    var text = line[mark.count...]
    while let last = text.last, last == 13 || last == 32 || last == 9 { text = text.dropLast() }
    guard let equals = text.firstIndex(of: UInt8(ascii: "=")), equals > text.startIndex,
      equals - text.startIndex <= nameBytesMax,
      let name = String(validating: text[..<equals], as: UTF8.self),
      let word = String(validating: text[(equals + 1)...], as: UTF8.self),
      let value = Double(word.trimmed), value.isFinite
    else { return nil }
    let shown = name.trimmed
    return shown.isEmpty ? nil : (shown, value)
  }
}

extension String {
  /// Without blanks at both ends.
  fileprivate var trimmed: String {
    let scalars = unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(scalars[first...last])
  }
}

/// The metrics of one running command: they are shown, and may say that it has come far enough.
struct AttemptMetrics {
  private(set) var values: [String: Double] = [:]
  private let condition: StopCondition?

  /// A command that prints ever new names is not to fill the server's memory.
  private static let namesMax = 32

  init(_ condition: StopCondition?) { self.condition = condition }

  mutating func set(_ name: String, _ value: Double) {
    guard values[name] != nil || values.count < Self.namesMax else { return }
    values[name] = value
  }

  /// Whether the attempt has come as far as was asked for.
  var areEnough: Bool { condition?.holds(values) ?? false }
}
