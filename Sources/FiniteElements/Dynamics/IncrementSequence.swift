/// Cuts a step's time into increments, as CalculiX does for steps that converge at once.
///
/// With fixed increments only the last may be shorter. Otherwise an increment grows by half whenever
/// the one before it ended well, and ends early at a time point.
struct IncrementSequence {
  /// An increment, in time since the step's beginning.
  struct Increment: Equatable {
    let start: Double
    let end: Double
    /// Whether it ends at one of the time points.
    let isTimePoint: Bool

    var size: Double { end - start }
  }

  private static let growth = 1.5
  /// What is left of a step when it counts as done, as a share of its period.
  private static let rest = 1e-6

  private let request: TimeIncrements
  private let period: Double
  /// Times since the step's beginning, ascending.
  private let timePoints: [Double]
  private var time = 0.0
  private var size: Double
  private var count = 0
  private let evenCount: Int

  /// - Parameter evenCount: how many increments have the first one's size before they grow.
  init(
    _ request: TimeIncrements, period: Double, timePoints: [Double] = [], evenCount: Int = 2
  ) {
    self.evenCount = evenCount
    self.request = request
    self.period = period
    self.timePoints = request.isFixed ? [] : timePoints
    size = min(request.initial, period)
  }

  /// The next increment; nil when the step is done.
  mutating func next() -> Increment? {
    guard period - time > Self.rest * period else { return nil }
    if !request.isFixed, count >= evenCount {
      size = min(Self.growth * size, request.maximum ?? period)
    }
    count += 1
    let start = time
    size = min(size, period - start)
    // Rounding must not leave a sliver at the end.
    var end = period - (start + size) > Self.rest * period ? start + size : period
    let point = timePoints.first { $0 > start + Self.rest * period }
    let endsAtPoint = point.map { $0 <= end + Self.rest * period } ?? false
    if let point, endsAtPoint { end = point }
    time = end
    return Increment(start: start, end: end, isTimePoint: endsAtPoint)
  }

  /// Takes back the end of the last increment: it was too long by the inverse of `share`.
  mutating func shorten(_ increment: Increment, to share: Double) -> Increment {
    size = max(share * increment.size, request.minimum ?? 0)
    time = increment.start + size
    return Increment(start: increment.start, end: time, isTimePoint: false)
  }
}
