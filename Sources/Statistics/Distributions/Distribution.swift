import Glibc

/// A continuous distribution of one variable: both tails are computed, neither as 1 minus the other.
package protocol Distribution: Sendable {
  /// Probability per unit of `x`.
  func density(_ x: Double) -> Double
  /// P(X ≤ x).
  func cumulative(_ x: Double) -> Double
  /// P(X > x).
  func survival(_ x: Double) -> Double
  /// The `x` with P(X ≤ x) = `probability`; ends of the range for 0 and 1, NaN outside [0, 1].
  func quantile(_ probability: Double) -> Double
  /// The `x` with P(X > x) = `probability`: exact also where the probability is tiny.
  func upperQuantile(_ probability: Double) -> Double
}

/// Finds the positive `x` at which a monotone probability has a given value.
///
/// Newton's method on log(probability) against log(x), in which the tails of the distributions here are
/// nearly straight lines, kept inside a bracket.
enum LogarithmicSearch {
  /// - Parameters:
  ///   - target: the wanted probability, in (0, 1).
  ///   - rising: whether the probability rises with `x`.
  ///   - start: a first guess, positive.
  ///   - probability: the probability and the size of its derivative at `x`.
  static func solve(
    target: Double, rising: Bool, start: Double,
    _ probability: (Double) -> (value: Double, slope: Double)
  ) -> Double {
    let sign = rising ? 1.0 : -1
    let wanted = log(target)
    var low = -740.0
    var high = 700.0
    var place = min(max(log(start), low), high)
    for _ in 0..<200 {
      let x = exp(place)
      let (value, slope) = probability(x)
      let excess = log(value) - wanted
      if excess == 0 { return x }
      if excess * sign < 0 { low = place } else { high = place }
      let step = excess / (slope * x / value * sign)
      // The last digits: one step in x itself, where rounding of the logarithm does not enter.
      if abs(step) < 1e-9 { return x * (1 - step) }
      var next = place - step
      if !(next > low && next < high) { next = low + (high - low) / 2 }
      if next == place { return x }
      place = next
    }
    return exp(place)
  }
}
