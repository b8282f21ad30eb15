/// A control chart: points with a centre line and limits, which may differ from point to point.
package struct ControlChart: Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    case xbarR = "xbar-r"
    case xbarS = "xbar-s"
    case individuals = "i-mr"
    case ewma
    case cusum
    case p
    case np
    case c
    case u
  }

  package var name: String
  package var points: [Double]
  package var centre: Double
  package var lower: [Double]
  package var upper: [Double]
  /// Deviation of each point for rules about zones; zero where rules do not apply.
  package var sigma: [Double]
  /// Points from which on the first limits hold: a moving range has no first value.
  package var first = 0
  /// Whether points are multiples of the deviation, not in the unit of the numbers.
  package var isRelative = false

  /// Centre and limits three deviations to each side.
  init(
    _ name: String, _ points: [Double], centre: Double, sigma: [Double], floor: Double? = nil,
    ceiling: Double? = nil
  ) {
    (self.name, self.points, self.centre, self.sigma) = (name, points, centre, sigma)
    lower = sigma.map { max(centre - 3 * $0, floor ?? -.infinity) }
    upper = sigma.map { min(centre + 3 * $0, ceiling ?? .infinity) }
  }

  init(_ name: String, _ points: [Double], centre: Double, lower: Double, upper: Double) {
    (self.name, self.points, self.centre) = (name, points, centre)
    self.lower = points.map { _ in lower }
    self.upper = points.map { _ in upper }
    sigma = points.map { _ in 0 }
  }

  /// Points beyond a limit, from 0.
  package var beyond: [Int] {
    points.indices.filter { $0 >= first && (points[$0] > upper[$0] || points[$0] < lower[$0]) }
  }
}

/// What charts of measurements are made of.
package struct ControlData: Sendable {
  /// Subgroups of equal size, in order.
  package var groups: [[Double]]
  /// The first so many subgroups give centre and limits; nil: all.
  package var baseline: Int?
  /// A known mean and deviation of the process, instead of estimates.
  package var mean: Double?
  package var deviation: Double?

  package init(groups: [[Double]]) { self.groups = groups }

  private var learned: ArraySlice<[Double]> { groups.prefix(baseline ?? groups.count) }

  /// Estimates of the process.
  package struct Process: Sendable {
    /// Of the baseline.
    package var mean: Double
    /// Deviation within the subgroups of the baseline.
    package var within: Double
    /// Mean and deviation of all numbers, behind the baseline as well.
    package var overallMean: Double
    package var overall: Double
    /// r₁ = Σ (xᵢ - x̄)(xᵢ₊₁ - x̄) / Σ (xᵢ - x̄)² of the baseline; no number where all are equal.
    package var autocorrelation = Double.nan
  }

  package var size: Int { groups.first?.count ?? 0 }

  /// - Parameter usesRanges: whether the deviation within comes from ranges or from deviations.
  package func process(usesRanges: Bool) -> Process {
    let numbers = learned.flatMap { $0 }
    let (mean, squares) = Self.moments(numbers)
    let all = groups.flatMap { $0 }
    let overall = Self.moments(all)
    let neighbours = zip(numbers, numbers.dropFirst())
      .reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) }
    let within: Double
    if size == 1 {
      let ranges = zip(numbers.dropFirst(), numbers).map { abs($0 - $1) }
      within = ranges.reduce(0, +) / Double(ranges.count) / ControlConstants(size: 2).d2
    } else {
      let constants = ControlConstants(size: size)
      within =
        usesRanges
        ? learned.reduce(0) { $0 + Self.range($1) } / Double(learned.count) / constants.d2
        : learned.reduce(0) { $0 + Self.deviation($1) } / Double(learned.count) / constants.c4
    }
    return Process(
      mean: self.mean ?? mean, within: deviation ?? within,
      overallMean: overall.mean,
      overall: (overall.squares / Double(all.count - 1)).squareRoot(),
      autocorrelation: neighbours / squares)
  }

  /// Mean, and sum of squared distances to it.
  private static func moments(_ numbers: [Double]) -> (mean: Double, squares: Double) {
    let rough = numbers.reduce(0, +) / Double(numbers.count)
    // What the rounding of the long sum left out.
    let mean = rough + numbers.reduce(0) { $0 + ($1 - rough) } / Double(numbers.count)
    return (mean, numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) })
  }

  static func mean(_ group: [Double]) -> Double { group.reduce(0, +) / Double(group.count) }

  static func range(_ group: [Double]) -> Double { (group.max() ?? 0) - (group.min() ?? 0) }

  static func deviation(_ group: [Double]) -> Double {
    let mean = mean(group)
    let squares = group.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(group.count - 1)).squareRoot()
  }
}

// MARK: Charts of measurements

extension ControlData {
  /// Means with ranges.
  package func xbarR() -> [ControlChart] {
    let (process, constants) = (process(usesRanges: true), ControlConstants(size: size))
    let limits = constants.limitsOfRange
    let centre = constants.d2 * process.within
    return [
      means(process),
      ControlChart(
        "range", groups.map(Self.range), centre: centre, lower: limits.d3 * centre,
        upper: limits.d4 * centre),
    ]
  }

  /// Means with standard deviations.
  package func xbarS() -> [ControlChart] {
    let (process, constants) = (process(usesRanges: false), ControlConstants(size: size))
    let limits = constants.limitsOfDeviation
    let centre = constants.c4 * process.within
    return [
      means(process),
      ControlChart(
        "standard deviation", groups.map(Self.deviation), centre: centre,
        lower: limits.b3 * centre, upper: limits.b4 * centre),
    ]
  }

  private func means(_ process: Process) -> ControlChart {
    let sigma = process.within / Double(size).squareRoot()
    return ControlChart(
      "mean", groups.map(Self.mean), centre: process.mean, sigma: groups.map { _ in sigma })
  }

  /// Single numbers with their moving ranges of two.
  package func individuals() -> [ControlChart] {
    let process = process(usesRanges: true)
    let numbers = groups.map { $0[0] }
    let constants = ControlConstants(size: 2)
    let limits = constants.limitsOfRange
    let centre = constants.d2 * process.within
    var ranges = ControlChart(
      "moving range", [0] + zip(numbers.dropFirst(), numbers).map { abs($0 - $1) },
      centre: centre, lower: limits.d3 * centre, upper: limits.d4 * centre)
    ranges.first = 1
    return [
      ControlChart(
        "value", numbers, centre: process.mean, sigma: numbers.map { _ in process.within }), ranges,
    ]
  }

  /// Exponentially weighted moving average of the subgroups' means
  /// [Roberts 1959, Technometrics 1(3)], with the limits that widen from the start.
  package func ewma(lambda: Double, width: Double) -> ControlChart {
    let process = process(usesRanges: true)
    let sigma = process.within / Double(size).squareRoot()
    var level = process.mean
    var points: [Double] = []
    for group in groups {
      level = lambda * Self.mean(group) + (1 - lambda) * level
      points.append(level)
    }
    let spread = points.indices.map { index in
      var fading = 1.0
      for _ in 0...min(index, 10_000) {
        fading *= (1 - lambda) * (1 - lambda)
        if fading < 1e-18 { break }
      }
      return sigma * (lambda / (2 - lambda) * (1 - fading)).squareRoot()
    }
    var chart = ControlChart("EWMA", points, centre: process.mean, sigma: spread)
    chart.lower = spread.map { process.mean - width * $0 }
    chart.upper = spread.map { process.mean + width * $0 }
    // Neighbouring points are not independent: rules about runs do not apply.
    chart.sigma = points.map { _ in 0 }
    return chart
  }

  /// Sums of what exceeds the mean by more than `slack`, to both sides, in deviations of the means
  /// [Page 1954, Biometrika 41; tabular form: Montgomery 2013, section 9.1].
  package func cusum(slack: Double, decision: Double) -> [ControlChart] {
    let process = process(usesRanges: true)
    let sigma = process.within / Double(size).squareRoot()
    var (high, low) = (0.0, 0.0)
    var (highs, lows): ([Double], [Double]) = ([], [])
    for group in groups {
      let z = sigma > 0 ? (Self.mean(group) - process.mean) / sigma : 0
      high = max(0, high + z - slack)
      low = max(0, low - z - slack)
      highs.append(high)
      lows.append(-low)
    }
    var charts = [
      ControlChart("CUSUM above", highs, centre: 0, lower: -.infinity, upper: decision),
      ControlChart("CUSUM below", lows, centre: 0, lower: -decision, upper: .infinity),
    ]
    for index in charts.indices { charts[index].isRelative = true }
    return charts
  }
}

// MARK: Charts of counts

/// Counts of nonconforming items or of nonconformities, with the sizes of the samples.
package struct ControlCounts: Sendable {
  package var counts: [Double]
  package var sizes: [Double]
  package var baseline: Int?

  package init(counts: [Double], sizes: [Double]) {
    precondition(counts.count == sizes.count, "one size for each count")
    (self.counts, self.sizes) = (counts, sizes)
  }

  private var rate: Double {
    let learned = 0..<min(baseline ?? counts.count, counts.count)
    let total = learned.reduce(0) { $0 + counts[$1] }
    return total / learned.reduce(0) { $0 + sizes[$1] }
  }

  /// Share of nonconforming items (binomial).
  package func p() -> ControlChart {
    let rate = rate
    return ControlChart(
      "share nonconforming", zip(counts, sizes).map { $0 / $1 }, centre: rate,
      sigma: sizes.map { (rate * (1 - rate) / $0).squareRoot() }, floor: 0, ceiling: 1)
  }

  /// Number of nonconforming items, samples of one size (binomial).
  package func np() -> ControlChart {
    let (rate, size) = (rate, sizes.first ?? 0)
    return ControlChart(
      "nonconforming items", counts, centre: rate * size,
      sigma: counts.map { _ in (size * rate * (1 - rate)).squareRoot() }, floor: 0, ceiling: size)
  }

  /// Number of nonconformities, samples of one size (Poisson).
  package func c() -> ControlChart {
    let mean = rate * (sizes.first ?? 1)
    return ControlChart(
      "nonconformities", counts, centre: mean, sigma: counts.map { _ in mean.squareRoot() },
      floor: 0)
  }

  /// Nonconformities per unit (Poisson).
  package func u() -> ControlChart {
    let rate = rate
    return ControlChart(
      "nonconformities per unit", zip(counts, sizes).map { $0 / $1 }, centre: rate,
      sigma: sizes.map { (rate / $0).squareRoot() }, floor: 0)
  }
}
