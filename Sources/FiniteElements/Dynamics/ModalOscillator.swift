import Glibc

/// One mode's equation of motion, q'' + 2 ζ ω q' + ω² q = f, solved exactly for forces that change
/// linearly in time [Dhondt 2004, section 2.9; Bathe, section 9.3].
struct ModalOscillator: Equatable, Sendable {
  let omega: Double
  /// Share of critical damping.
  let ratio: Double

  /// The amplitude and its rate after `dt`, during which the force goes from `first` to `last`.
  func advanced(
    _ amplitude: Double, _ rate: Double, _ dt: Double, from first: Double, to last: Double
  ) -> (amplitude: Double, rate: Double) {
    let slope = (last - first) / dt
    guard omega > 1e-10 else {
      return (
        amplitude + dt * (rate + dt * (first / 2 + dt * slope / 6)),
        rate + dt * (first + dt * slope / 2)
      )
    }
    // What follows the load, and the free motion that fits the beginning.
    let square = omega * omega
    let lag = 2 * ratio * slope / (square * omega)
    let free = freeMotion(amplitude - (first / square - lag), rate - slope / square, dt)
    return (last / square - lag + free.amplitude, slope / square + free.rate)
  }

  /// Motion without a force.
  private func freeMotion(
    _ amplitude: Double, _ rate: Double, _ dt: Double
  ) -> (amplitude: Double, rate: Double) {
    let decay = ratio * omega
    let difference = 1 - ratio * ratio
    let drive = rate + decay * amplitude
    if abs(1 - ratio) <= 1e-6 {
      let fade = exp(-decay * dt)
      return (fade * (amplitude + drive * dt), fade * (rate - decay * drive * dt))
    }
    if difference > 0 {
      let damped = omega * difference.squareRoot()
      let (c, s) = (cos(damped * dt), sin(damped * dt))
      let fade = exp(-decay * dt)
      return (
        fade * (amplitude * c + drive / damped * s),
        fade * (rate * c - (decay * drive / damped + amplitude * damped) * s)
      )
    }
    let spread = omega * (-difference).squareRoot()
    let (slow, fast) = (spread - decay, -spread - decay)
    let (a, b) = (amplitude + drive / spread, amplitude - drive / spread)
    let (first, second) = (a / 2 * exp(slow * dt), b / 2 * exp(fast * dt))
    return (first + second, slow * first + fast * second)
  }
}
