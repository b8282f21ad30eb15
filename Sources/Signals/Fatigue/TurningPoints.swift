import LinearAlgebra

/// Finds the turning points of a signal that arrives in blocks: the first sample, each local extreme
/// (of a plateau its value once), and at the end the last sample.
package struct TurningPoints: ~Copyable {
  /// The latest sample; it is a turning point only if the next different one lies on the side it came from.
  private var latest = Double.nan
  private var course = Course.unknown

  private enum Course {
    case unknown
    case level
    case rising
    case falling
  }

  package init() {}

  /// Writes the turning points that are certain after these samples, and returns their number.
  ///
  /// - Parameters:
  ///   - samples: finite numbers.
  ///   - points: room for `samples.count + 1` numbers.
  package mutating func find(_ samples: View<Double>, into points: MutableView<Double>) -> Int {
    precondition(points.count > samples.count, "too little room for turning points")
    var next = 0
    if course == .unknown, samples.count > 0 {
      latest = samples[0]
      course = .level
      next = 1
    }
    var found = 0
    while course == .level, next < samples.count {
      let sample = samples[next]
      if sample != latest {
        points[0] = latest
        found = 1
        course = sample > latest ? .rising : .falling
        latest = sample
      }
      next += 1
    }
    guard next < samples.count else { return found }
    return extremes(samples, from: next, into: points, after: found)
  }

  /// The sample before each change of direction. Every sample is stored, and the place moves on only
  /// behind an extreme, so that no branch depends on the signal.
  private mutating func extremes(
    _ samples: View<Double>, from start: Int, into points: MutableView<Double>, after count: Int
  ) -> Int {
    var found = count
    var before = latest
    var rising = course == .rising ? 1 : 0
    for index in start..<samples.count {
      let sample = samples[index]
      let up = sample > before ? 1 : 0
      let down = sample < before ? 1 : 0
      points[found] = before
      found &+= (rising & down) | (up & ~rising)
      rising = up | (rising & ~down)
      before = sample
    }
    latest = before
    course = rising == 1 ? .rising : .falling
    return found
  }

  /// The last sample, and readiness for another recording. Nil where nothing was read.
  package mutating func finish() -> Double? {
    defer {
      latest = .nan
      course = .unknown
    }
    return course == .unknown ? nil : latest
  }
}

/// Removes turning points that move less than a gate, as rounding and noise do.
///
/// An extreme passes once the signal has come back from it by the gate or more.
package struct HysteresisGate {
  package let gate: Double
  private var lowest = Double.infinity
  private var highest = -Double.infinity
  private var course = 0

  /// - Parameter gate: smallest range that counts, in the signal's unit; 0 lets all pass.
  package init(_ gate: Double) { self.gate = gate }

  /// Moves the points that pass to the front and returns their number.
  package mutating func filter(_ points: MutableView<Double>, count: Int) -> Int {
    guard gate > 0 else { return count }
    var passed = 0
    for index in 0..<count {
      let point = points[index]
      if let extreme = step(point) {
        points[passed] = extreme
        passed += 1
      }
    }
    return passed
  }

  /// The extreme that is certain now that the signal has reached `point`.
  private mutating func step(_ point: Double) -> Double? {
    lowest = min(lowest, point)
    highest = max(highest, point)
    if course >= 0, highest - point >= gate {
      defer { (course, lowest) = (-1, point) }
      return highest
    }
    if course <= 0, point - lowest >= gate {
      defer { (course, highest) = (1, point) }
      return lowest
    }
    return nil
  }

  /// The extreme that was waiting, and readiness for another recording.
  package mutating func finish() -> Double? {
    defer { self = HysteresisGate(gate) }
    switch course {
    case ..<0: return lowest
    case 1...: return highest
    default: return nil
    }
  }
}
