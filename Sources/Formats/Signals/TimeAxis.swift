import Base
import LinearAlgebra

/// The even spacing of a column of instants, and what still counts as even.
///
/// Instants are written with few digits: a step of 1/51200 s comes as 19 and 20 µs. Deviations up to
/// what rounding explains are no unevenness, and the rate is the roundest one that the digits allow.
package struct TimeAxis: Sendable {
  /// Seconds between samples.
  let step: Double
  /// Largest deviation of one step, in seconds.
  let tolerance: Double
  /// Rounding of one instant, in seconds.
  let quantum: Double

  /// A longer step is a hole.
  static let holeSteps = 1.5
  /// Share of a step by which neighbours may differ without a reason.
  private static let jitter = 0.01
  /// Relative difference of the mean step of a stretch from the nominal one.
  private static let drift = 1e-3

  /// The spacing that the first instants of a recording show; nil for less than two, or for such that
  /// do not rise.
  ///
  /// - Parameters:
  ///   - instants: in the unit of the column.
  ///   - scale: seconds in that unit.
  init?(_ instants: [Double], scale: Double) {
    let steps = zip(instants.dropFirst(), instants).map { $0 - $1 }
    guard let median = Self.median(steps), median > 0, median.isFinite else { return nil }
    let quantum = Self.quantum(instants)
    var first = 0
    var best = 0..<1
    // The longest stretch without a hole.
    for (index, step) in steps.enumerated() where step > Self.holeSteps * median || step <= 0 {
      if index - first > best.count { best = first..<index }
      first = index + 1
    }
    if steps.count - first > best.count { best = first..<steps.count }
    let count = Double(best.count)
    let mean = (instants[best.upperBound] - instants[best.lowerBound]) / count
    guard mean > 0 else { return nil }
    let start = instants[best.lowerBound]
    let deviation = zip(best, instants[best]).map { index, instant in
      abs(instant - start - Double(index - best.lowerBound) * mean)
    }
    let largest = deviation.max() ?? 0
    let uncertainty = 2 * (largest + start.ulp + instants[best.upperBound].ulp) / (count * mean)
    // The roundest rate or step, whichever is rounder, within the uncertainty.
    let rate = Self.roundest(1 / (mean * scale), within: uncertainty)
    let round = Self.roundest(mean * scale, within: uncertainty)
    step = rate.digits <= round.digits ? 1 / rate.value : round.value
    self.quantum = quantum * scale
    tolerance = min(0.5 * step, max(Self.jitter * step, 1.02 * quantum * scale))
  }

  /// The spacing that somebody vouches for: instants are compared with it loosely.
  init(rateHz: Double, quantum: Double) {
    step = 1 / rateHz
    self.quantum = quantum
    tolerance = 0.5 * step
  }

  var rateHz: Double {
    let rate = 1 / step
    return abs(rate - rate.rounded()) < 4 * rate.ulp ? rate.rounded() : rate
  }

  /// Whether a step, in seconds, is an even one.
  func isEven(_ seconds: Double) -> Bool { abs(seconds - step) <= tolerance }

  /// Whether `count` steps that take so many seconds keep the rate.
  func keepsRate(_ seconds: Double, steps count: Int) -> Bool {
    let nominal = Double(count) * step
    return abs(seconds - nominal) <= Self.drift * nominal + 2 * quantum + 2 * seconds.ulp
      || count < 16
  }

  private static func median(_ values: [Double]) -> Double? {
    let sorted = values.filter(\.isFinite).sorted()
    return sorted.isEmpty ? nil : sorted[sorted.count / 2]
  }

  /// The power of ten of which all instants are multiples; zero for those with more than nine decimals.
  private static func quantum(_ instants: [Double]) -> Double {
    var power = 1.0
    for _ in 0...9 {
      let isMultiple = instants.allSatisfy {
        let scaled = $0 * power
        return abs(scaled - scaled.rounded()) <= max(1e-6, 4 * scaled.ulp)
      }
      if isMultiple { return 1 / power }
      power *= 10
    }
    return 0
  }

  /// The number of fewest digits within a relative distance of a value.
  private static func roundest(
    _ value: Double, within uncertainty: Double
  ) -> (value: Double, digits: Int) {
    let exponent = Int(log10Floor(value))
    for digits in 1...15 {
      let power = pow10(Double(abs(digits - 1 - exponent)))
      let rounded =
        digits - 1 - exponent >= 0
        ? (value * power).rounded() / power : (value / power).rounded() * power
      if abs(rounded - value) <= uncertainty * value { return (rounded, digits) }
    }
    return (value, 16)
  }

  private static func log10Floor(_ value: Double) -> Double {
    var exponent = 0.0
    var rest = value
    while rest >= 10 {
      rest /= 10
      exponent += 1
    }
    while rest < 1 {
      rest *= 10
      exponent -= 1
    }
    return exponent
  }

  private static func pow10(_ exponent: Double) -> Double {
    (0..<Int(exponent)).reduce(1) { value, _ in value * 10 }
  }
}

extension TimeAxis {
  /// Seconds in the unit of a column of instants; nil for what is no unit of time.
  static func seconds(in unit: String?) -> Double? {
    switch unit?.lowercased() {
    case nil, "s", "sec", "second", "seconds", "秒": 1
    case "ms", "msec", "毫秒": 1e-3
    case "us", "µs", "μs", "usec", "微秒": 1e-6
    case "ns": 1e-9
    case "min", "minutes", "分": 60
    case "h", "hr", "hour", "hours", "小时": 3600
    case "d", "day", "days", "天": 86400
    case _?: nil
    }
  }

  /// What columns of instants are called, in lower case.
  package static let names: Set<String> = [
    "t", "time", "time_s", "t_s", "times", "seconds", "sec", "zeit", "时间", "timestamp",
    "datetime",
  ]

  /// The column that holds instants, told by its name; nil where none does.
  package static func column(among columns: [Column]) -> Column? {
    columns.first {
      names.contains($0.name.lowercased()) && seconds(in: $0.unit) != nil
    }
  }
}
