import Glibc

/// Probabilities of single counts, free of cancellation also for large counts, and what they are made of.
///
/// Source: C. Loader, "Fast and accurate computation of binomial probabilities", 2000.
enum SaddlePoint {
  /// log Γ(n + 1) less Stirling's formula: `log n! - (n + 1/2) log n + n - log(2π) / 2`, n > 0.
  static func stirlingError(_ n: Double) -> Double {
    // log Γ by its recurrence up to where five terms of the series are exact to 1e-17.
    var sum = 0.0
    var argument = n
    while argument < 16 {
      sum += (argument + 0.5) * log1p(1 / argument) - 1
      argument += 1
    }
    let square = 1 / (argument * argument)
    let series =
      1 / 12.0 - square
      * (1 / 360.0 - square
        * (1 / 1260.0 - square
          * (1 / 1680.0 - square * (1 / 1188.0 - square * (691 / 360_360.0)))))
    return sum + series / argument
  }

  /// `x log(x / mean) + mean - x`, without cancellation where `x` is near `mean`.
  static func deviance(_ x: Double, _ mean: Double) -> Double {
    let difference = x - mean
    guard abs(difference) < 0.1 * (x + mean) else {
      return x > 0 ? x * log(x / mean) - difference : mean
    }
    let ratio = difference / (x + mean)
    var sum = difference * ratio
    var term = 2 * x * ratio
    let square = ratio * ratio
    for odd in stride(from: 3, to: 2001, by: 2) {
      term *= square
      let next = sum + term / Double(odd)
      if next == sum { break }
      sum = next
    }
    return sum
  }

  /// `mean^count e^-mean / Γ(count + 1)`.
  static func poisson(_ count: Double, mean: Double) -> Double {
    exp(-stirlingError(count) - deviance(count, mean)) / (2 * Double.pi * count).squareRoot()
  }

  /// `Γ(a + b + 1) / (Γ(a + 1) Γ(b + 1)) x^a y^b` with `x + y = 1`.
  static func binomial(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    let n = a + b
    let exponent =
      stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x)
      - deviance(b, n * y)
    return exp(exponent) * (n / (2 * Double.pi * a)).squareRoot() / b.squareRoot()
  }
}
