import Glibc
import LinearAlgebra
import Testing

@testable import FiniteElements

/// Modes against closed forms: rounding is all that may be left.
@Suite("modes in time") struct OscillatorTests {
  private static let rounding = 1e-10

  @Test(
    "free motion follows the closed form", arguments: [0, 0.1, 0.999_999_9, 1, 1.000_000_1, 2.5])
  func free(_ ratio: Double) {
    let omega = 3.0
    let oscillator = ModalOscillator(omega: omega, ratio: ratio)
    // From a displacement of 1 at rest, once with one increment and once with many.
    let once = oscillator.advanced(1, 0, 1.2, from: 0, to: 0)
    var (amplitude, rate) = (1.0, 0.0)
    for _ in 0..<12 {
      (amplitude, rate) = oscillator.advanced(amplitude, rate, 0.1, from: 0, to: 0)
    }
    let decay = ratio * omega
    let difference = 1 - ratio * ratio
    let exact: Double
    if abs(difference) < 1e-5 {
      exact = exp(-decay * 1.2) * (1 + decay * 1.2)
    } else if difference > 0 {
      let damped = omega * difference.squareRoot()
      exact = exp(-decay * 1.2) * (cos(damped * 1.2) + decay / damped * sin(damped * 1.2))
    } else {
      let spread = omega * (-difference).squareRoot()
      exact = exp(-decay * 1.2) * (cosh(spread * 1.2) + decay / spread * sinh(spread * 1.2))
    }
    // Near critical damping the closed form itself changes by the square of the distance to it.
    let tolerance = abs(1 - ratio) < 1e-6 ? 1e-6 : Self.rounding
    #expect(abs(once.amplitude - exact) < tolerance)
    #expect(abs(amplitude - exact) < tolerance)
    #expect(abs(rate - once.rate) < tolerance)
  }

  @Test("a sudden force makes an undamped mode swing to twice its static displacement")
  func step() {
    let oscillator = ModalOscillator(omega: 2, ratio: 0)
    let half = oscillator.advanced(0, 0, .pi / 2, from: 8, to: 8)
    #expect(abs(half.amplitude - 4) < Self.rounding)
    #expect(abs(half.rate) < Self.rounding)
  }

  @Test("a growing force is followed exactly whatever the increment", arguments: [0, 0.05, 1, 3])
  func ramp(_ ratio: Double) {
    let oscillator = ModalOscillator(omega: 5, ratio: ratio)
    let once = oscillator.advanced(0.3, -1, 2, from: 0, to: 10)
    var (amplitude, rate) = (0.3, -1.0)
    for part in 0..<40 {
      (amplitude, rate) = oscillator.advanced(
        amplitude, rate, 0.05, from: 0.25 * Double(part), to: 0.25 * Double(part + 1))
    }
    #expect(abs(amplitude - once.amplitude) < Self.rounding)
    #expect(abs(rate - once.rate) < Self.rounding)
  }

  @Test("a mode without stiffness moves as a free mass")
  func rigid() {
    let moved = ModalOscillator(omega: 0, ratio: 0).advanced(1, 2, 3, from: 4, to: 10)
    // 1 + 2 t + 4 t²/2 + 2 t³/6 and its rate at t = 3.
    #expect(abs(moved.amplitude - 34) < Self.rounding)
    #expect(abs(moved.rate - 23) < Self.rounding)
  }

  @Test("coupled modes with damping of their own move as single ones")
  func coupled() {
    let omegas = [2.0, 30, 700]
    let ratios = [0.02, 0.3, 1.5]
    var damping = [Double](repeating: 0, count: 9)
    for mode in 0..<3 { damping[4 * mode] = 2 * ratios[mode] * omegas[mode] }
    var modes = CoupledModes(omegas: omegas, damping: damping)
    var (amplitudes, rates) = ([1.0, -2, 0.5], [0.0, 3, 100])
    let (first, last) = ([1.0, 2, 3], [-5.0, 0, 4000])
    let single = (0..<3).map {
      ModalOscillator(omega: omegas[$0], ratio: ratios[$0]).advanced(
        amplitudes[$0], rates[$0], 0.4, from: first[$0], to: last[$0])
    }
    modes.advance(&amplitudes, &rates, 0.4, from: first, to: last)
    for mode in 0..<3 {
      #expect(
        abs(amplitudes[mode] - single[mode].amplitude) < 1e-8 * abs(single[mode].amplitude) + 1e-12)
      #expect(abs(rates[mode] - single[mode].rate) < 1e-8 * abs(single[mode].rate) + 1e-9)
    }
  }

  @Test("dashpots that couple modes take the same energy however the time is cut")
  func dashpot() {
    let damping = [0.4, 0.3, 0.3, 0.5]
    var coarse = CoupledModes(omegas: [1, 2], damping: damping)
    var fine = coarse
    var (a, b) = ([1.0, 0], [0.0, 0])
    var (c, d) = (a, b)
    coarse.advance(&a, &b, 1, from: [0, 0], to: [1, 1])
    for part in 0..<10 {
      let (from, to) = (Double(part) / 10, Double(part + 1) / 10)
      fine.advance(&c, &d, 0.1, from: [from, from], to: [to, to])
    }
    for mode in 0..<2 {
      #expect(abs(a[mode] - c[mode]) < Self.rounding)
      #expect(abs(b[mode] - d[mode]) < Self.rounding)
    }
  }
}
