import Glibc

/// The chi-square distribution.
package struct ChiSquareDistribution: Distribution {
  /// Degrees of freedom, positive.
  package let degrees: Double

  package init(degrees: Double) {
    precondition(degrees > 0, "degrees of freedom are positive")
    self.degrees = degrees
  }

  package func density(_ x: Double) -> Double { x > 0 ? values(x).density / 2 : 0 }

  package func cumulative(_ x: Double) -> Double { x > 0 ? values(x).lower : 0 }

  package func survival(_ x: Double) -> Double { x > 0 ? values(x).upper : x.isNaN ? .nan : 1 }

  package func quantile(_ probability: Double) -> Double {
    search(probability, rising: true)
  }

  package func upperQuantile(_ probability: Double) -> Double {
    search(probability, rising: false)
  }

  /// P(ν / 2, x / 2) (Abramowitz and Stegun 26.4.19).
  private func values(_ x: Double) -> IncompleteGamma.Values {
    IncompleteGamma.values(degrees / 2, x / 2)
  }

  private func search(_ probability: Double, rising: Bool) -> Double {
    guard probability >= 0, probability <= 1 else { return .nan }
    if probability == 0 { return rising ? 0 : .infinity }
    if probability == 1 { return rising ? .infinity : 0 }
    // The smaller tail is the one that has all its digits.
    let isSmall = probability <= 0.5
    let wanted = isSmall ? probability : 1 - probability
    let isRising = rising == isSmall
    // Wilson and Hilferty's cube of a normal variable.
    let normal = NormalDistribution()
    let z = isRising ? normal.quantile(wanted) : normal.upperQuantile(wanted)
    let root = 1 - 2 / (9 * degrees) + z * (2 / (9 * degrees)).squareRoot()
    let start = max(degrees * root * root * root, 1e-8)
    return LogarithmicSearch.solve(target: wanted, rising: isRising, start: start) { x in
      let values = values(x)
      return (isRising ? values.lower : values.upper, values.density / 2)
    }
  }
}
