import LinearAlgebra

/// One line of a table of variances.
package struct VarianceSource: Sendable {
  package var name: String
  package var degrees: Double
  package var squares: Double
  /// Mean square over the residual's; not a number for the residual itself.
  package var f = Double.nan
  package var p = Double.nan

  package var mean: Double { squares / degrees }
}

/// Analysis of variance of one response by one factor.
///
/// Numbers are taken from the first one before anything is summed, so that large means cost no digits,
/// and group means are corrected by the sum of what is left [Chan, Golub, LeVeque 1983].
package struct OneWayVariance: Sendable {
  package let counts: [Int]
  package let means: [Double]
  package let between: VarianceSource
  package let within: VarianceSource
  /// Share of the squares that the groups explain.
  package let rSquared: Double
  package let residualDeviation: Double

  /// - Parameters:
  ///   - values: the response.
  ///   - groups: the level of each value, from 0; every level has at least one value.
  package init(_ values: [Double], groups: [Int], levels: Int, name: String = "between") {
    let origin = values.first ?? 0
    let shifted = values.map { $0 - origin }
    let split = GroupSums(shifted, groups: groups, levels: levels)
    let grand = GroupSums(shifted, groups: groups.map { _ in 0 }, levels: 1).means[0]
    counts = split.counts
    means = split.means.map { $0 + origin }
    var between = 0.0
    for level in 0..<levels {
      let distance = split.means[level] - grand
      between += Double(split.counts[level]) * distance * distance
    }
    let within = split.squares(shifted, groups)
    let degrees = (Double(levels - 1), Double(values.count - levels))
    var source = VarianceSource(name: name, degrees: degrees.0, squares: between)
    let rest = VarianceSource(name: "residual", degrees: degrees.1, squares: within)
    source.f = source.mean / rest.mean
    source.p = FisherDistribution(degrees.0, degrees.1).survival(source.f)
    self.between = source
    self.within = rest
    rSquared = between / (between + within)
    residualDeviation = rest.mean.squareRoot()
  }

  /// A comparison of two groups by Tukey's studentised range [Tukey 1949; Kramer 1956 for unequal sizes].
  package struct Comparison: Sendable {
    package var first: Int
    package var second: Int
    package var difference: Double
    package var p: Double
  }

  /// All pairs of groups, each with the probability of so large a difference among equal means.
  package func comparisons() -> [Comparison] {
    var result: [Comparison] = []
    for first in means.indices {
      for second in means.indices.dropFirst(first + 1) {
        let difference = means[second] - means[first]
        let size = 1 / Double(counts[first]) + 1 / Double(counts[second])
        let q = abs(difference) / (within.mean * size / 2).squareRoot()
        let p = StudentizedRange.survival(q, count: means.count, degrees: within.degrees)
        result.append(Comparison(first: first, second: second, difference: difference, p: p))
      }
    }
    return result
  }
}

/// Analysis of variance of one response by two factors, crossed, of any numbers of values in the cells.
///
/// Squares of a factor are what it explains beyond the other one (type II), of the interaction what
/// cells explain beyond both; with equal numbers in all cells these are the classical squares
/// [Montgomery 2013, Design and Analysis of Experiments, chapter 5; Yates 1934, JASA 29].
package struct TwoWayVariance: Sendable {
  /// First factor, second factor, interaction if there are repeated values, residual.
  package let sources: [VarianceSource]
  /// Means of the cells, row after row by the first factor; not a number for empty cells.
  package let cellMeans: [Double]
  package let cellCounts: [Int]

  package struct Factor: Sendable {
    package var name: String
    package var groups: [Int]
    package var levels: Int

    package init(name: String, groups: [Int], levels: Int) {
      (self.name, self.groups, self.levels) = (name, groups, levels)
    }
  }

  package init(_ values: [Double], _ a: Factor, _ b: Factor) {
    let origin = values.first ?? 0
    let shifted = values.map { $0 - origin }
    let cells = zip(a.groups, b.groups).map { $0 * b.levels + $1 }
    let split = GroupSums(shifted, groups: cells, levels: a.levels * b.levels)
    cellCounts = split.counts
    cellMeans = zip(split.means, split.counts).map { $1 == 0 ? .nan : $0 + origin }
    let used = split.counts.filter { $0 > 0 }.count
    let squaresA = Self.explained(shifted, first: b, then: a)
    let squaresB = Self.explained(shifted, first: a, then: b)
    let withinCells = split.squares(shifted, cells)
    let degreesWithin = Double(values.count - used)
    var sources = [
      VarianceSource(name: a.name, degrees: Double(a.levels - 1), squares: squaresA.then),
      VarianceSource(name: b.name, degrees: Double(b.levels - 1), squares: squaresB.then),
    ]
    let degreesOfBoth = Double(values.count - a.levels - b.levels + 1)
    if degreesWithin > 0 {
      if degreesOfBoth > degreesWithin {
        sources.append(
          VarianceSource(
            name: "\(a.name) x \(b.name)", degrees: degreesOfBoth - degreesWithin,
            squares: max(0, squaresA.residual - withinCells)))
      }
      sources.append(
        VarianceSource(name: "residual", degrees: degreesWithin, squares: withinCells))
    } else {
      sources.append(
        VarianceSource(name: "residual", degrees: degreesOfBoth, squares: squaresA.residual))
    }
    let rest = sources[sources.count - 1]
    for index in sources.indices.dropLast() {
      sources[index].f = sources[index].mean / rest.mean
      sources[index].p = FisherDistribution(sources[index].degrees, rest.degrees)
        .survival(sources[index].f)
    }
    self.sources = sources
  }

  /// Squares that a factor explains after another one, and what both leave, from `Qᵀ y`.
  private static func explained(
    _ values: [Double], first: Factor, then: Factor
  ) -> (then: Double, residual: Double) {
    let rows = values.count
    let columns = first.levels + then.levels - 1
    let design = DenseMatrix(rows: rows, columns: columns)
    for row in 0..<rows {
      design.view[row, first.groups[row]] = 1
      if then.groups[row] > 0 { design.view[row, first.levels + then.groups[row] - 1] = 1 }
    }
    let factor = OrthogonalFactor(design.view)
    let right = DenseMatrix(rows: rows, columns: 1, values)
    factor.apply(to: right.view, transposed: true)
    var (explained, residual) = (0.0, 0.0)
    for row in first.levels..<rows {
      let square = right.view[row, 0] * right.view[row, 0]
      if row < columns { explained += square } else { residual += square }
    }
    return (explained, residual)
  }
}

/// Counts and means of groups.
private struct GroupSums {
  let counts: [Int]
  let means: [Double]

  init(_ values: [Double], groups: [Int], levels: Int) {
    var counts = [Int](repeating: 0, count: levels)
    var sums = [Double](repeating: 0, count: levels)
    for (value, group) in zip(values, groups) {
      counts[group] += 1
      sums[group] += value
    }
    var means = zip(sums, counts).map { $1 == 0 ? 0 : $0 / Double($1) }
    var rests = [Double](repeating: 0, count: levels)
    for (value, group) in zip(values, groups) { rests[group] += value - means[group] }
    for level in 0..<levels where counts[level] > 0 {
      means[level] += rests[level] / Double(counts[level])
    }
    (self.counts, self.means) = (counts, means)
  }

  /// Squared distances from the groups' means.
  func squares(_ values: [Double], _ groups: [Int]) -> Double {
    var sum = 0.0
    for (value, group) in zip(values, groups) {
      let distance = value - means[group]
      sum += distance * distance
    }
    return sum
  }
}
