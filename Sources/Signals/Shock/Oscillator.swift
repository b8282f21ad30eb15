import Glibc

/// A damped oscillator on a base that accelerates: ẍ + 2ζω ẋ + ω² x = −a(t), x relative to the base.
package struct Oscillator: Equatable, Sendable {
  package let frequencyHz: Double
  /// Share of critical damping, below 1; 1/(2Q).
  package let damping: Double

  package init(frequencyHz: Double, damping: Double) {
    precondition(frequencyHz > 0 && damping >= 0 && damping < 1, "an oscillator that swings")
    self.frequencyHz = frequencyHz
    self.damping = damping
  }

  package var omega: Double { 2 * .pi * frequencyHz }
}

/// One exact step under an acceleration that runs straight from sample to sample.
///
/// The state is y = ω² x and w = ω ẋ, both accelerations; the absolute acceleration is −(y + 2ζ w).
/// It is the recurrence of N. C. Nigam and P. C. Jennings (Bull. Seism. Soc. Am. 59, 1969), and, for the
/// absolute acceleration, the ramp-invariant filter of D. O. Smallwood (Shock and Vibration Bulletin 51,
/// 1981). The coefficients come from the series of the matrix exponential, scaled and squared, instead of
/// from the closed form, whose differences lose digits where the step is short against the period.
struct OscillatorStep: Equatable {
  /// y⁺ = yy y + yw w + ya a + yb a⁺, w⁺ = wy y + ww w + wa a + wb a⁺.
  var (yy, yw, ya, yb) = (0.0, 0.0, 0.0, 0.0)
  var (wy, ww, wa, wb) = (0.0, 0.0, 0.0, 0.0)

  /// - Parameter seconds: distance of the samples.
  init(_ oscillator: Oscillator, seconds: Double) {
    let angle = oscillator.omega * seconds
    // State (y, w, a, slope of a) in the time ω t.
    let rates: Matrix4 = [
      [0, 1, 0, 0], [-1, -2 * oscillator.damping, -1, 0], [0, 0, 0, 1], [0, 0, 0, 0],
    ]
    let step = exponential(rates, angle)
    yy = step[0][0]
    yw = step[0][1]
    yb = step[0][3] / angle
    ya = step[0][2] - yb
    wy = step[1][0]
    ww = step[1][1]
    wb = step[1][3] / angle
    wa = step[1][2] - wb
  }
}

private typealias Matrix4 = [[Double]]

/// exp(rates · time) by twenty terms of the series after halving, then squaring.
private func exponential(_ rates: Matrix4, _ time: Double) -> Matrix4 {
  var halvings = 0
  var part = time
  while part > 0.25 {
    part /= 2
    halvings += 1
  }
  var sum: Matrix4 = (0..<4).map { row in (0..<4).map { $0 == row ? 1 : 0 } }
  var term = sum
  for order in 1...20 {
    term = product(term, rates).map { row in row.map { $0 * part / Double(order) } }
    for row in 0..<4 {
      for column in 0..<4 { sum[row][column] += term[row][column] }
    }
  }
  for _ in 0..<halvings { sum = product(sum, sum) }
  return sum
}

private func product(_ left: Matrix4, _ right: Matrix4) -> Matrix4 {
  (0..<4).map { row in
    (0..<4).map { column in (0..<4).reduce(0) { $0 + left[row][$1] * right[$1][column] } }
  }
}

/// The swing after the base has come to rest.
struct FreeSwing {
  /// Largest and smallest absolute acceleration from now on, zero included, from the closed form.
  let highest: Double
  let lowest: Double

  init(y: Double, w: Double, damping: Double) {
    let root = (1 - damping * damping).squareRoot()
    // z = e^{−ζτ} (A cos dτ + B sin dτ) with z = −(y + 2ζ w), y' = w, w' = −y − 2ζ w.
    let start = -(y + 2 * damping * w)
    let slope = -(w - 2 * damping * (y + 2 * damping * w))
    let sine = (slope + damping * start) / root
    var extremes = [0, start]
    let first = atan2(root * sine - damping * start, root * start + damping * sine) / root
    for half in 0...2 {
      let time = first + Double(half) * .pi / root
      guard time >= 0 else { continue }
      extremes.append(exp(-damping * time) * (start * cos(root * time) + sine * sin(root * time)))
    }
    highest = extremes.max() ?? 0
    lowest = extremes.min() ?? 0
  }
}
