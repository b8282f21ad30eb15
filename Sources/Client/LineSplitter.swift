/// Cuts a stream of bytes into lines; an unfinished line waits for its end.
struct LineSplitter {
  private var rest: [UInt8] = []

  /// The lines that `bytes` completes, without the line feed; empty lines are left out.
  mutating func lines(_ bytes: [UInt8]) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var start = 0
    for place in 0..<bytes.count where bytes[place] == UInt8(ascii: "\n") {
      rest.append(contentsOf: bytes[start..<place])
      if !rest.isEmpty { lines.append(rest) }
      rest = []
      start = place + 1
    }
    rest.append(contentsOf: bytes[start...])
    return lines
  }

  /// What stands after the last line feed.
  mutating func remainder() -> [UInt8]? {
    defer { rest = [] }
    return rest.isEmpty ? nil : rest
  }
}
