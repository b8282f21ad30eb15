import Glibc

/// The regularised incomplete gamma function P(a, x) and its complement Q(a, x).
enum IncompleteGamma {
  /// `lower` = P, `upper` = Q = 1 - P, `density` = dP / dx.
  struct Values {
    let lower: Double
    let upper: Double
    let density: Double
  }

  static func values(_ a: Double, _ x: Double) -> Values {
    guard x > 0 else { return Values(lower: 0, upper: 1, density: 0) }
    guard x < .infinity else { return Values(lower: 1, upper: 0, density: 0) }
    // x^a e^-x / Γ(a + 1)
    let power = SaddlePoint.poisson(a, mean: x)
    let density = power * a / x
    if x < a + 1 {
      let lower = power * series(a, x)
      return Values(lower: lower, upper: 1 - lower, density: density)
    }
    let upper = power * a * fraction(a, x)
    return Values(lower: 1 - upper, upper: upper, density: density)
  }

  /// 6.5.29 of Abramowitz and Stegun.
  private static func series(_ a: Double, _ x: Double) -> Double {
    var sum = 1.0
    var term = 1.0
    var argument = a
    for _ in 0..<1_000_000 {
      argument += 1
      term *= x / argument
      sum += term
      if term <= sum * 1e-17 { break }
    }
    return sum
  }

  /// The even part of continued fraction 6.5.31 of Abramowitz and Stegun, by the modified method of Lentz.
  private static func fraction(_ a: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    var b = x + 1 - a
    var front = 1 / tiny
    var back = 1 / (abs(b) < tiny ? tiny : b)
    var value = back
    for step in 1...1_000_000 {
      let m = Double(step)
      let coefficient = -m * (m - a)
      b += 2
      back = coefficient * back + b
      back = 1 / (abs(back) < tiny ? tiny : back)
      front = b + coefficient / front
      if abs(front) < tiny { front = tiny }
      let change = front * back
      value *= change
      if abs(change - 1) <= 1e-16 { break }
    }
    return value
  }
}
