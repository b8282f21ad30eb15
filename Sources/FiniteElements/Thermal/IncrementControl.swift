/// Divides a step's time into increments by CalculiX's rules [CalculiX manual, *CONTROLS]: a
/// converged increment is repeated once, then each is 1.5 times as long as the one before, as long
/// as few iterations are needed; one that fails is cut.
struct IncrementControl {
  private let increments: TimeIncrements
  private let period: Double
  /// The time that is done, and the next increment, as fractions of the period.
  private(set) var done = 0.0
  private(set) var next: Double
  private var reference: Double
  private var isStable = false
  private var cuts = 0
  /// Numbers of iterations up to which an increment may grow, and from which on it shrinks.
  private static let (few, many) = (4, 10)
  private static let (growth, shrinkage, cut) = (1.5, 0.75, 0.25)
  private static let mostCuts = 5

  init(_ increments: TimeIncrements, period: Double) {
    self.increments = increments
    self.period = period
    next = min(increments.initial / period, 1)
    reference = next
  }

  var isFinished: Bool { 1 - done <= 1e-6 }

  /// The increment just computed has converged.
  mutating func accept(iterations: Int) {
    done += next
    cuts = 0
    if increments.isFixed {
      next = reference
    } else if iterations > Self.many {
      reference *= Self.shrinkage
      next = reference
    } else if iterations <= Self.few, isStable {
      reference *= Self.growth
      next = reference
    } else {
      isStable = iterations <= Self.few
      next = reference
    }
    if !increments.isFixed, let maximum = increments.maximum, next * period > maximum {
      next = maximum / period
      reference = next
    }
    if next >= 1 - done {
      next = 1 - done
      if !increments.isFixed { reference = next }
    }
  }

  /// Shortens the coming increment so that it ends at a time point, given in step time.
  mutating func stop(at times: [Double]) {
    guard !increments.isFixed else { return }
    let (now, end) = (done * period, (done + next) * period)
    if let time = times.first(where: { $0 > now + 1e-6 * period }), time < end {
      next = (time - now) / period
      if done == 0 { reference = next }
    }
  }

  /// The increment just computed has failed; false when there is no shorter one.
  ///
  /// - Parameter factor: how much shorter; nil for CalculiX's own.
  mutating func retry(factor: Double? = nil) -> Bool {
    cuts += 1
    isStable = false
    next *= factor ?? Self.cut
    reference = next
    let minimum = increments.minimum ?? min(increments.initial, 1e-6 * period)
    return !increments.isFixed && cuts <= Self.mostCuts && next * period >= minimum
  }
}
