import Glibc

/// Smallest and largest of the numbers that an axis can show.
struct DataSpan {
  let isLogarithmic: Bool
  private(set) var low = Double.infinity
  private(set) var high = -Double.infinity

  init(isLogarithmic: Bool) { self.isLogarithmic = isLogarithmic }

  mutating func add(_ value: Double) {
    guard value.isFinite, !isLogarithmic || value > 0 else { return }
    low = min(low, max(value, isLogarithmic ? Self.tiny : -1e250))
    high = max(high, min(value, 1e250))
  }

  mutating func add(_ values: [Double]) {
    for value in values { add(value) }
  }

  /// The span; something drawable where there is none or a single value.
  var range: ClosedRange<Double> {
    guard low <= high else { return isLogarithmic ? 1...10 : 0...1 }
    if isLogarithmic { return low == high ? low / 2...low * 2 : low...high }
    // Nothing but zero where numbers are so small that ticks between them would have no digits.
    let isTiny = max(abs(low), abs(high)) < Self.tiny
    guard low == high || isTiny else { return low...high }
    let pad = low == 0 || isTiny ? 1 : abs(low) * 0.1
    return low - pad...high + pad
  }

  private static let tiny = 1e-250
}

extension Panel {
  /// Numbers from which to which the horizontal axis runs.
  var xRange: ClosedRange<Double> {
    if let range = x.givenRange { return range }
    if let names = x.categories { return -0.5...max(Double(names.count) - 0.5, 0.5) }
    var span = DataSpan(isLogarithmic: x.isLogarithmic)
    var needsRoom = false
    for item in series {
      switch item {
      case .line(_, let x, _), .steps(_, let x, _), .band(_, let x, _, _): span.add(x)
      case .points(_, let x, _):
        span.add(x)
        needsRoom = true
      case .bars(_, let x, _):
        span.add(x)
        let half = barSpacing(x) / 2
        if let first = x.first, let last = x.last, !self.x.isLogarithmic {
          span.add(first - half)
          span.add(last + half)
        }
      case .heatmap(let map):
        span.add(map.x.lowerBound)
        span.add(map.x.upperBound)
      }
    }
    for case .instant(let place, _) in marks { span.add(place) }
    let range = span.range
    guard needsRoom else { return range }
    guard x.isLogarithmic else {
      let room = (range.upperBound - range.lowerBound) * 0.03
      return range.lowerBound - room...range.upperBound + room
    }
    let room = pow(range.upperBound, 0.03) / pow(range.lowerBound, 0.03)
    return range.lowerBound / room...range.upperBound * room
  }

  /// Numbers from which to which the vertical axis runs: the data's, widened to ticks.
  func yRange(tickCount: Int) -> ClosedRange<Double> {
    if let range = y.givenRange { return range }
    if let names = y.categories { return -0.5...max(Double(names.count) - 0.5, 0.5) }
    var span = DataSpan(isLogarithmic: y.isLogarithmic)
    var isExact = false
    for item in series {
      switch item {
      case .line(_, _, let y), .steps(_, _, let y), .points(_, _, let y): span.add(y)
      case .bars(_, _, let y):
        span.add(y)
        span.add(0)
      case .band(_, _, let low, let high):
        span.add(low)
        span.add(high)
      case .heatmap(let map):
        span.add(map.y.lowerBound)
        span.add(map.y.upperBound)
        isExact = true
      }
    }
    for mark in marks {
      switch mark {
      case .level(let value, _): span.add(value)
      case .note(_, let value, _): span.add(value)
      case .instant: break
      }
    }
    guard !isExact else { return span.range }
    return y.isLogarithmic ? decades(span.range) : rounded(span.range, tickCount)
  }

  private func rounded(_ range: ClosedRange<Double>, _ count: Int) -> ClosedRange<Double> {
    let room = (range.upperBound - range.lowerBound) * 0.02
    let low = range.lowerBound == 0 ? 0 : range.lowerBound - room
    let high = range.upperBound == 0 ? 0 : range.upperBound + room
    guard low.isFinite, high.isFinite, high - low < .infinity else { return range }
    return TickStep(span: high - low, count: count).rounded(low...high)
  }

  /// Widened to decades, or to 1, 2, 5 where less than two are spanned; at most fourteen decades.
  private func decades(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
    let high = log10(range.upperBound)
    let low = max(log10(range.lowerBound), high - 14)
    guard high - low < 2 else { return pow(10, low.rounded(.down))...pow(10, high.rounded(.up)) }
    return oneTwoFive(pow(10, low), up: false)...oneTwoFive(pow(10, high), up: true)
  }

  private func oneTwoFive(_ value: Double, up: Bool) -> Double {
    let decade = powerOfTen(Int(log10(value).rounded(.down)))
    let steps = [1, 2, 5, 10].map { $0 * decade }
    let found =
      up ? steps.first { $0 >= value * (1 - 1e-9) } : steps.last { $0 <= value * (1 + 1e-9) }
    return found ?? value
  }

  /// The smallest distance between neighbouring bars.
  func barSpacing(_ x: [Double]) -> Double {
    var spacing = Double.infinity
    for (before, after) in zip(x, x.dropFirst()) where after != before {
      spacing = min(spacing, abs(after - before))
    }
    return spacing.isFinite ? spacing : 1
  }
}

extension Axis {
  /// The range given by hand, if the axis can show it.
  fileprivate var givenRange: ClosedRange<Double>? {
    guard let range, range.lowerBound.isFinite, range.upperBound.isFinite,
      range.lowerBound < range.upperBound, !isLogarithmic || range.lowerBound > 0
    else { return nil }
    return range
  }
}
