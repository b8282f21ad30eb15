import Glibc

/// The regularised incomplete beta function I_x(a, b) and its complement.
enum IncompleteBeta {
  /// `lower` = I_x(a, b), `upper` = I_y(b, a) = 1 - lower, `density` = d lower / dx.
  struct Values {
    let lower: Double
    let upper: Double
    let density: Double
  }

  /// - Parameters:
  ///   - x: in [0, 1].
  ///   - y: 1 - x, given apart so that neither loses digits.
  static func values(_ a: Double, _ b: Double, x: Double, y: Double) -> Values {
    guard x > 0 else { return Values(lower: 0, upper: 1, density: 0) }
    guard y > 0 else { return Values(lower: 1, upper: 0, density: 0) }
    // x^a y^b / B(a, b)
    let power = SaddlePoint.binomial(a, b, x, y) * a / (a + b) * b
    let density = power / x / y
    // a - (a + b) x from the smaller of x and y, so that it keeps its digits.
    let excess = x < 0.5 ? a - (a + b) * x : (a + b) * y - b
    if excess >= 0 {
      let lower = power * fraction(a, b, (x, y), excess: excess)
      return Values(lower: lower, upper: 1 - lower, density: density)
    }
    let upper = power * fraction(b, a, (y, x), excess: -excess)
    return Values(lower: 1 - upper, upper: upper, density: density)
  }

  /// I_x(a, b) B(a, b) / (x^a y^b) for x ≤ a / (a + b): continued fraction (9) of A. R. DiDonato and
  /// A. H. Morris, "Algorithm 708", ACM TOMS 18 (1992), by the modified method of Lentz.
  private static func fraction(
    _ a: Double, _ b: Double, _ sides: (x: Double, y: Double), excess: Double
  ) -> Double {
    let (x, y) = sides
    var front = a / (a + 1) * (excess + 1)
    var back = 0.0
    var value = front
    for step in 1...1_000_000 {
      let n = Double(step)
      let middle = a + 2 * n - 1
      let above =
        (a + n - 1) / middle * ((a + b + n - 1) / middle) * (n * (b - n)) * (x * x)
      let below =
        n + n * (b - n) * x / middle + (a + n) / (middle + 2) * (excess + 1 + n * (1 + y))
      back = below + above * back
      back = 1 / (abs(back) < tiny ? tiny : back)
      front = below + above / front
      if abs(front) < tiny { front = tiny }
      let change = front * back
      value *= change
      if abs(change - 1) <= 1e-16 { break }
    }
    return 1 / value
  }

  private static let tiny = 1e-300
}
