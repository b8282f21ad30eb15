import Glibc

/// `cos(2π x)`, exact at the quarters of a turn.
func cosineOfTurns(_ turns: Double) -> Double {
  let rest = turns - turns.rounded(.down)
  // The nearest quarter is taken out, so that the argument is at most π/4 and zeros are zeros.
  let quarter = (rest * 4).rounded()
  let angle = 2 * Double.pi * (rest - quarter / 4)
  switch Int(quarter) % 4 {
  case 0: return cos(angle)
  case 1: return -sin(angle)
  case 2: return -cos(angle)
  default: return sin(angle)
  }
}

/// The modified Bessel function of order zero, by its power series, whose terms are all positive
/// (M. Abramowitz, I. Stegun, 9.6.12).
func besselI0(_ x: Double) -> Double {
  let quarter = x * x / 4
  var (term, sum, order) = (1.0, 1.0, 1.0)
  while term > sum * 1e-17 {
    term *= quarter / (order * order)
    sum += term
    order += 1
  }
  return sum
}
