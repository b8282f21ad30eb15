/// Cuts a stream of bytes into lines; an unfinished line waits for its end.
struct LineSplitter {
  private var rest: [UInt8] = []

  /// The lines that `bytes` completes, without the line feed; empty lines are left out.
  mutating func lines(_ bytes: [UInt8]) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var left = bytes[...]
    while let end = left.firstIndex(of: UInt8(ascii: "\n")) {
      rest.append(contentsOf: left[..<end])
      if !rest.isEmpty { lines.append(rest) }
      rest = []
      left = left[(end + 1)...]
    }
    rest.append(contentsOf: left)
    return lines
  }

  /// What stands after the last line feed.
  mutating func remainder() -> [UInt8]? {
    defer { rest = [] }
    return rest.isEmpty ? nil : rest
  }
}
