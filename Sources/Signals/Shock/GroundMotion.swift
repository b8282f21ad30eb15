import LinearAlgebra

/// Measures of a strong motion that arrives in blocks: m/s² at a constant rate.
package struct GroundMotion: ~Copyable {
  package static let gravity = 9.80665

  private let step: Double
  private var before: Double?
  private var samples = 0
  /// Largest absolute acceleration, m/s², and when, s.
  package private(set) var peak = 0.0
  package private(set) var peakSeconds = 0.0
  /// Largest absolute velocity, m/s, from rest, by the trapezoidal rule without correction of a baseline.
  package private(set) var peakVelocity = 0.0
  private var velocity = CompensatedSum()
  private var squares = CompensatedSum()
  private var magnitudes = CompensatedSum()
  /// The sum of squares at every `stride`-th sample: for the significant duration.
  private var course: [Double] = []
  private var stride = 1

  private static let courseMax = 1 << 17

  package init(rateHz: Double) { step = 1 / rateHz }

  package mutating func add(_ base: View<Double>) {
    for index in 0..<base.count {
      let now = base[index]
      if abs(now) > peak {
        peak = abs(now)
        peakSeconds = Double(samples) * step
      }
      if let before {
        velocity.add(0.5 * (before + now) * step)
        squares.add(0.5 * (before * before + now * now) * step)
        magnitudes.add(0.5 * (abs(before) + abs(now)) * step)
        peakVelocity = max(peakVelocity, abs(velocity.value))
      }
      if samples % stride == 0 { keepCourse() }
      before = now
      samples += 1
    }
  }

  private mutating func keepCourse() {
    course.append(squares.value)
    guard course.count == Self.courseMax else { return }
    course = Swift.stride(from: 0, to: course.count, by: 2).map { course[$0] }
    stride *= 2
  }

  /// A. Arias (1970): π/(2g) ∫ a² dt, m/s.
  package var ariasIntensity: Double { .pi / (2 * Self.gravity) * squares.value }

  /// Cumulative absolute velocity ∫ |a| dt, m/s.
  package var cumulativeAbsoluteVelocity: Double { magnitudes.value }

  /// Root mean square of the acceleration, m/s².
  package var rms: Double {
    samples > 1 ? (squares.value / (Double(samples - 1) * step)).squareRoot() : 0
  }

  /// From 5 % to 95 % of the Arias intensity, s.
  package var significantDuration: Double {
    seconds(share: 0.95) - seconds(share: 0.05)
  }

  private func seconds(share: Double) -> Double {
    let wanted = share * squares.value
    guard let after = course.firstIndex(where: { $0 >= wanted }) else {
      return Double(samples - 1) * step
    }
    guard after > 0, course[after] > course[after - 1] else {
      return Double(after * stride) * step
    }
    let part = (wanted - course[after - 1]) / (course[after] - course[after - 1])
    return (Double(after - 1) + part) * Double(stride) * step
  }
}
