import Glibc

/// The F distribution: of the ratio of two mean squares.
package struct FisherDistribution: Distribution {
  /// Degrees of freedom of the numerator and of the denominator, positive.
  package let degrees: (Double, Double)

  package init(_ numerator: Double, _ denominator: Double) {
    precondition(numerator > 0 && denominator > 0, "degrees of freedom are positive")
    degrees = (numerator, denominator)
  }

  package func density(_ f: Double) -> Double {
    guard f > 0 else { return 0 }
    return values(f).density * slope(f)
  }

  package func cumulative(_ f: Double) -> Double { f > 0 ? values(f).lower : 0 }

  package func survival(_ f: Double) -> Double { f > 0 ? values(f).upper : f.isNaN ? .nan : 1 }

  package func quantile(_ probability: Double) -> Double {
    search(probability, rising: true)
  }

  package func upperQuantile(_ probability: Double) -> Double {
    search(probability, rising: false)
  }

  /// I of x = d₁f / (d₁f + d₂) (Abramowitz and Stegun 26.6.2).
  private func values(_ f: Double) -> IncompleteBeta.Values {
    let ratio = degrees.0 * f / degrees.1
    return IncompleteBeta.values(
      degrees.0 / 2, degrees.1 / 2, x: ratio < .infinity ? ratio / (1 + ratio) : 1,
      y: 1 / (1 + ratio))
  }

  /// dx / df.
  private func slope(_ f: Double) -> Double {
    let sum = 1 + degrees.0 * f / degrees.1
    return degrees.0 / degrees.1 / (sum * sum)
  }

  private func search(_ probability: Double, rising: Bool) -> Double {
    guard probability >= 0, probability <= 1 else { return .nan }
    if probability == 0 { return rising ? 0 : .infinity }
    if probability == 1 { return rising ? .infinity : 0 }
    // The smaller tail is the one that has all its digits.
    let isSmall = probability <= 0.5
    let wanted = isSmall ? probability : 1 - probability
    let isRising = rising == isSmall
    return LogarithmicSearch.solve(target: wanted, rising: isRising, start: 1) { f in
      let values = values(f)
      return (isRising ? values.lower : values.upper, values.density * slope(f))
    }
  }
}
