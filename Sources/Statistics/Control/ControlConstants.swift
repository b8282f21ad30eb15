import Glibc

/// Constants of control charts for samples of n normal numbers, computed instead of tabulated
/// [Montgomery 2013, Introduction to Statistical Quality Control, appendix VI; integrals of the range:
/// Tippett 1925, Biometrika 17].
package struct ControlConstants: Sendable {
  package let size: Int
  /// Mean and deviation of the range over the deviation of the process.
  package let d2: Double
  package let d3: Double
  /// Mean of the sample's standard deviation over that of the process.
  package let c4: Double

  package init(size: Int) {
    precondition(size >= 2, "a subgroup has at least two numbers")
    self.size = size
    let range = StudentizedRange.rangeMoments(size)
    d2 = range.mean
    d3 = (range.square - range.mean * range.mean).squareRoot()
    let n = Double(size)
    c4 = (2 / (n - 1)).squareRoot() * exp(lgamma(n / 2) - lgamma((n - 1) / 2))
  }

  /// Distance of the limits of means from the mean of ranges.
  package var a2: Double { 3 / (d2 * Double(size).squareRoot()) }
  package var limitsOfRange: (d3: Double, d4: Double) { (max(0, 1 - 3 * d3 / d2), 1 + 3 * d3 / d2) }
  package var limitsOfDeviation: (b3: Double, b4: Double) {
    let width = 3 * (1 - c4 * c4).squareRoot() / c4
    return (max(0, 1 - width), 1 + width)
  }
}

/// The range of independent normal numbers, alone and over an estimated deviation (for Tukey's test).
package enum StudentizedRange {
  private static let step = 0.05
  private static let reach = 8.5
  /// Standard normal probabilities on a grid.
  private static let grid: [(density: Double, below: Double)] = {
    let count = Int((2 * (reach + 10) / step).rounded())
    return (0...count).map { place in
      let x = -reach - 10 + Double(place) * step
      return (exp(-x * x / 2) / (2 * Double.pi).squareRoot(), 0.5 * erfc(-x / 2.0.squareRoot()))
    }
  }()

  /// Probability that the range of `count` numbers is at most `steps * step`:
  /// `n ∫ φ(x) (Φ(x + w) - Φ(x))^(n-1) dx`. The trapezoid rule is exact to rounding here.
  private static func below(_ steps: Int, _ count: Int) -> Double {
    var sum = 0.0
    let last = grid.count - 1
    for place in grid.indices where grid[place].density > 1e-20 {
      let share = grid[min(place + steps, last)].below - grid[place].below
      sum += grid[place].density * pow(share, Double(count - 1))
    }
    return min(1, Double(count) * sum * step)
  }

  /// Mean and mean square of the range of `count` standard normal numbers.
  static func rangeMoments(_ count: Int) -> (mean: Double, square: Double) {
    // ∫ P(W > w) dw and 2 ∫ w P(W > w) dw by Simpson's rule.
    let steps = 2 * Int((reach / step).rounded())
    var (mean, square) = (0.0, 0.0)
    for place in 0...steps {
      let weight = place == 0 || place == steps ? 1.0 : place % 2 == 1 ? 4 : 2
      let above = 1 - below(place, count)
      mean += weight * above
      square += weight * above * Double(place) * step
    }
    return (mean * step / 3, 2 * square * step / 3)
  }

  /// Probability that the range of `count` means over their estimated deviation exceeds `q`
  /// [Lund, Lund 1983, Algorithm AS 190].
  ///
  /// - Parameter degrees: of the estimated deviation.
  package static func survival(_ q: Double, count: Int, degrees: Double) -> Double {
    guard q > 0 else { return 1 }
    // Mean over the density of s = (χ²/ν)^½: 2 (ν/2)^(ν/2) / Γ(ν/2) s^(ν-1) e^(-ν s²/2).
    let constant = log(2) + degrees / 2 * log(degrees / 2) - lgamma(degrees / 2)
    let width = min(8, 10 / degrees.squareRoot())
    let (low, high) = (max(1e-6, 1 - width), 1 + width)
    let parts = 400
    var (sum, total) = (0.0, 0.0)
    for part in 0...parts {
      let s = low + (high - low) * Double(part) / Double(parts)
      let weight = part == 0 || part == parts ? 1.0 : part % 2 == 1 ? 4 : 2
      let density = weight * exp(constant + (degrees - 1) * log(s) - degrees * s * s / 2)
      total += density
      sum += density * (1 - below(q * s, count))
    }
    return min(1, max(0, sum / total))
  }

  /// Between the steps of the grid: four-point interpolation.
  private static func below(_ w: Double, _ count: Int) -> Double {
    let place = w / step
    let first = max(0, Int(place) - 1)
    guard first + 3 < grid.count else { return 1 }
    let u = place - Double(first)
    var value = 0.0
    for node in 0..<4 {
      var factor = 1.0
      for other in 0..<4 where other != node {
        factor *= (u - Double(other)) / Double(node - other)
      }
      value += factor * below(first + node, count)
    }
    return min(1, max(0, value))
  }
}
