/// Patterns of points that a process in control hardly ever shows.
///
/// An alarm is at the point that completes its pattern, and of patterns like "two of three" that point is
/// one of the two.
package enum RunRule: String, Sendable, CaseIterable {
  /// Nelson's eight [Nelson 1984, J. Quality Technology 16(4)].
  case nelson1 = "Nelson 1: beyond 3 sigma"
  case nelson2 = "Nelson 2: nine on one side"
  case nelson3 = "Nelson 3: six rising or falling"
  case nelson4 = "Nelson 4: fourteen alternating"
  case nelson5 = "Nelson 5: two of three beyond 2 sigma"
  case nelson6 = "Nelson 6: four of five beyond 1 sigma"
  case nelson7 = "Nelson 7: fifteen within 1 sigma"
  case nelson8 = "Nelson 8: eight beyond 1 sigma"
  /// Western Electric's four [Statistical Quality Control Handbook, 1956].
  case western1 = "Western Electric 1: beyond 3 sigma"
  case western2 = "Western Electric 2: two of three beyond 2 sigma"
  case western3 = "Western Electric 3: four of five beyond 1 sigma"
  case western4 = "Western Electric 4: eight on one side"

  package static let nelson: [RunRule] = [
    .nelson1, .nelson2, .nelson3, .nelson4, .nelson5, .nelson6, .nelson7, .nelson8,
  ]
  package static let western: [RunRule] = [.western1, .western2, .western3, .western4]

  /// Places (from 0) of the points that complete the pattern.
  ///
  /// - Parameter z: distances from the centre line in deviations.
  package func alarms(_ z: [Double]) -> [Int] {
    switch self {
    case .nelson1, .western1: z.indices.filter { abs(z[$0]) > 3 }
    case .nelson2: Self.runs(z, 9) { $0 > 0 }
    case .western4: Self.runs(z, 8) { $0 > 0 }
    case .nelson3: Self.trends(z, 6)
    case .nelson4: Self.alternations(z, 14)
    case .nelson5, .western2: Self.most(z, 2, of: 3, beyond: 2)
    case .nelson6, .western3: Self.most(z, 4, of: 5, beyond: 1)
    case .nelson7: Self.windows(z, 15) { $0.allSatisfy { abs($0) < 1 } }
    case .nelson8: Self.windows(z, 8) { $0.allSatisfy { abs($0) > 1 } }
    }
  }

  private static func windows(
    _ z: [Double], _ length: Int, _ matches: (ArraySlice<Double>) -> Bool
  ) -> [Int] {
    guard z.count >= length else { return [] }
    return (length - 1..<z.count).filter { matches(z[($0 - length + 1)...$0]) }
  }

  /// So many in a row on one side.
  private static func runs(
    _ z: [Double], _ length: Int, _ isAbove: (Double) -> Bool
  ) -> [Int] {
    windows(z, length) { window in
      window.allSatisfy { isAbove($0) } || window.allSatisfy { isAbove(-$0) }
    }
  }

  private static func trends(_ z: [Double], _ length: Int) -> [Int] {
    windows(z, length) { window in
      let steps = zip(window.dropFirst(), window)
      return steps.allSatisfy { $0 > $1 } || steps.allSatisfy { $0 < $1 }
    }
  }

  private static func alternations(_ z: [Double], _ length: Int) -> [Int] {
    windows(z, length) { window in
      let steps = zip(window.dropFirst(), window).map { $0 - $1 }
      return zip(steps.dropFirst(), steps).allSatisfy { $0 * $1 < 0 }
    }
  }

  private static func most(_ z: [Double], _ count: Int, of length: Int, beyond limit: Double)
    -> [Int]
  {
    z.indices.filter { place in
      let window = z[max(0, place - length + 1)...place]
      let isHigh = z[place] > limit && window.count { $0 > limit } >= count
      let isLow = z[place] < -limit && window.count { $0 < -limit } >= count
      return isHigh || isLow
    }
  }
}

/// How a process fits between its specification limits.
package struct ProcessCapability: Sendable {
  /// From mean and deviation within subgroups of the baseline; not a number where a limit is missing, infinite where all
  /// numbers are equal.
  package let cp: Double
  package let cpk: Double
  /// From mean and deviation of all numbers.
  package let pp: Double
  package let ppk: Double
  /// Share outside the limits that a normal distribution with the deviation of all numbers has.
  package let expectedOutside: Double

  package init(_ process: ControlData.Process, lower: Double?, upper: Double?) {
    func distance(_ mean: Double) -> Double {
      [lower.map { mean - $0 }, upper.map { $0 - mean }].compactMap { $0 }.min() ?? .nan
    }
    let width = lower.flatMap { low in upper.map { $0 - low } } ?? .nan
    cp = width / (6 * process.within)
    cpk = distance(process.mean) / (3 * process.within)
    pp = width / (6 * process.overall)
    ppk = distance(process.overallMean) / (3 * process.overall)
    guard process.overall > 0 else {
      expectedOutside = distance(process.overallMean) < 0 ? 1 : 0
      return
    }
    let normal = NormalDistribution(mean: process.overallMean, deviation: process.overall)
    expectedOutside =
      (lower.map { normal.cumulative($0) } ?? 0) + (upper.map { normal.survival($0) } ?? 0)
  }
}
