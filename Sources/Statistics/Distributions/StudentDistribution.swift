import Glibc

/// Student's t distribution.
package struct StudentDistribution: Distribution {
  /// Degrees of freedom, positive, not necessarily whole.
  package let degrees: Double

  package init(degrees: Double) {
    precondition(degrees > 0, "degrees of freedom are positive")
    self.degrees = degrees
  }

  package func density(_ t: Double) -> Double {
    guard t != 0 else { return centreDensity }
    return abs(t) * values(t).density * slopeOfY(t)
  }

  package func cumulative(_ t: Double) -> Double { t > 0 ? 1 - tail(t) : tail(t) }

  package func survival(_ t: Double) -> Double { t > 0 ? tail(t) : 1 - tail(t) }

  package func quantile(_ probability: Double) -> Double {
    guard probability >= 0, probability <= 1 else { return .nan }
    return probability < 0.5
      ? -positiveQuantile(tail: probability) : positiveQuantile(tail: 1 - probability)
  }

  package func upperQuantile(_ probability: Double) -> Double {
    guard probability >= 0, probability <= 1 else { return .nan }
    return probability < 0.5
      ? positiveQuantile(tail: probability) : -positiveQuantile(tail: 1 - probability)
  }

  /// P(|T| > |t|): the p-value of a two-sided test.
  package func twoSided(_ t: Double) -> Double { 2 * tail(t) }

  /// I of x = t² / (ν + t²) with a = 1/2, b = ν / 2 (Abramowitz and Stegun 26.7.1): its lower value is
  /// P(|T| ≤ |t|).
  private func values(_ t: Double) -> IncompleteBeta.Values {
    let ratio = t * t / degrees
    return IncompleteBeta.values(
      0.5, degrees / 2, x: ratio < .infinity ? ratio / (1 + ratio) : 1, y: 1 / (1 + ratio))
  }

  /// dx / d|t| / (2 |t|), halved again for the two sides.
  private func slopeOfY(_ t: Double) -> Double {
    let ratio = 1 + t * t / degrees
    return 1 / (degrees * ratio * ratio)
  }

  private var centreDensity: Double {
    // Γ((ν + 1) / 2) / (√(νπ) Γ(ν / 2)) from the binomial term at its mode.
    let x = 0.5 / (0.5 + degrees / 2)
    let term = IncompleteBeta.values(0.5, degrees / 2, x: x, y: 1 - x).density
    // density = x^-1/2 y^(ν/2 - 1) / B(1/2, ν/2)
    return term * x.squareRoot() / pow(1 - x, degrees / 2 - 1) / degrees.squareRoot()
  }

  /// P(T > |t|).
  private func tail(_ t: Double) -> Double { t.isNaN ? .nan : values(t).upper / 2 }

  /// The t ≥ 0 with P(T > t) = `tail` ≤ 1/2.
  private func positiveQuantile(tail: Double) -> Double {
    guard tail > 0 else { return .infinity }
    guard tail < 0.5 else { return 0 }
    let start = max(NormalDistribution().upperQuantile(tail), 1e-300)
    let isCentral = tail > 0.25
    return LogarithmicSearch.solve(
      target: isCentral ? 1 - 2 * tail : 2 * tail, rising: isCentral, start: start
    ) { t in
      let values = values(t)
      return (isCentral ? values.lower : values.upper, 2 * t * values.density * slopeOfY(t))
    }
  }
}
