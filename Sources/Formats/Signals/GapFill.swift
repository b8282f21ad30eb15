import Base

/// Rows that stand in for a gap, until they are handed on.
struct GapFill {
  private let channels: Int
  /// Row after row.
  private var values: [Double] = []
  private var next = 0

  /// The most numbers that are made up for one gap.
  private static let numbersMax = 1 << 22

  init(channels: Int) { self.channels = channels }

  var isEmpty: Bool { values.isEmpty }
  var rows: Int { values.count / channels - next }

  /// Whether this many more rows are too many.
  func refuses(_ rows: Int) -> Bool { rows > (Self.numbersMax - values.count) / channels }

  mutating func append(_ row: [Double]) { values += row }

  /// Adds rows of one value.
  mutating func append(_ value: Double, rows: Int) {
    values += [Double](repeating: value, count: rows * channels)
  }

  /// Draws straight lines through what is missing, from the row before to the row behind.
  mutating func interpolate(from before: [Double], to behind: [Double]) {
    let count = values.count / channels
    for channel in 0..<channels {
      var knot = -1
      var level = before[channel]
      for row in 0...count {
        let value = row < count ? values[row * channels + channel] : behind[channel]
        guard value.isFinite else { continue }
        let slope = (value - level) / Double(row - knot)
        for between in knot + 1..<max(row, knot + 1) {
          values[between * channels + channel] = level + slope * Double(between - knot)
        }
        knot = row
        level = value
      }
    }
  }

  /// Moves rows into a block behind those that it has.
  mutating func move(into block: inout TableBlock) {
    let count = min(rows, block.capacity - block.rows)
    let target = block.values
    for row in 0..<count {
      for channel in 0..<channels {
        target[channel * block.stride + block.rows + row] =
          values[(next + row) * channels + channel]
      }
    }
    block.rows += count
    next += count
    if rows == 0 { clear() }
  }

  mutating func clear() {
    values.removeAll()
    next = 0
  }
}
