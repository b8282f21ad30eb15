/// The parts of a bar, as shares of its tasks.
struct BarShares: Hashable, Sendable {
  var succeeded: Double
  var failed: Double
  var running: Double
}

/// A bar of a width in columns: what is done, what failed, what runs, what is left.
func bar(_ shares: BarShares, width: Int, style: Style) -> String {
  let cells = Double(width)
  let failed = cellCount(shares.failed, cells)
  let done = min(Int((shares.succeeded * cells).rounded(.down)), width - failed)
  let running = min(cellCount(shares.running, cells), width - failed - done)
  let rest = width - failed - done - running
  return style(String(repeating: "█", count: done), .good)
    + style(String(repeating: "▓", count: failed), .bad)
    + style(String(repeating: "▒", count: running), .active)
    + style(String(repeating: "░", count: rest), .faint)
}

/// What is there at all is seen: at least one column.
private func cellCount(_ share: Double, _ cells: Double) -> Int {
  share > 0 ? max(1, Int((share * cells).rounded(.down))) : 0
}

/// A curve in one line: heights from the smallest to the largest value.
///
/// Values that span more than two decades, as residuals do, are drawn by their logarithms.
func sparkline(_ values: [Double], width: Int) -> String {
  let blocks = Array("▁▂▃▄▅▆▇█")
  let shown = values.suffix(width).filter(\.isFinite)
  guard shown.count > 1, let low = shown.min(), let high = shown.max(), high > low else {
    return ""
  }
  let logarithmic = low > 0 && high / low > 100
  func height(_ value: Double) -> Double { logarithmic ? binaryLogarithm(value) : value }
  let (bottom, top) = (height(low), height(high))
  return String(
    shown.map { value in
      let place = (height(value) - bottom) / (top - bottom) * 7
      return blocks[min(max(Int(place.rounded()), 0), 7)]
    })
}

/// Exact enough for eight heights, without a mathematics library.
private func binaryLogarithm(_ value: Double) -> Double {
  Double(value.exponent) + value.significand - 1
}
