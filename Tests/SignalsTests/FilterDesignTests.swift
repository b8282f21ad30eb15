import Glibc
import Signals
import Testing

@Suite("Filter designs")
struct FilterDesignTests {
  /// Rounding of products of a dozen factors.
  static let rounding = 1e-10

  static let families: [FilterFamily] = [
    .butterworth, .chebyshev1(rippleDB: 1), .chebyshev2(attenuationDB: 40),
    .elliptic(rippleDB: 0.5, attenuationDB: 60), .bessel(.phase), .bessel(.delay),
    .bessel(.magnitude),
  ]
  static let bands: [FilterBand] = [
    .lowPass(0.2), .highPass(0.35), .bandPass(0.1, 0.3), .bandStop(0.2, 0.45),
  ]

  @Test("are stable, and sections have the response of their poles", arguments: families, bands)
  func sections(_ family: FilterFamily, _ band: FilterBand) {
    for order in 1...9 {
      let filter = family.digital(order: order, band)
      let sections = filter.sections
      #expect(filter.poles.allSatisfy { $0.magnitude < 1 }, "order \(order)")
      #expect(sections.count == (filter.poles.count + 1) / 2)
      for step in 0...50 {
        let angle = Double.pi * Double(step) / 50
        let whole = filter.response(at: Complex(angle: angle))
        let difference = (sections.response(angle) - whole).magnitude
        #expect(difference <= Self.rounding, "order \(order) at \(angle)")
      }
    }
  }

  @Test("of Butterworth have the magnitude of their definition", arguments: [1, 2, 5, 8])
  func butterworth(_ order: Int) {
    let edge = 0.3
    let filter = FilterFamily.butterworth.digital(order: order, .lowPass(edge))
    for step in 0..<50 {
      let share = Double(step) / 50
      let ratio = tan(.pi * share / 2) / tan(.pi * edge / 2)
      let exact = 1 / (1 + pow(ratio, Double(2 * order))).squareRoot()
      let found = filter.response(at: Complex(angle: .pi * share)).magnitude
      #expect(abs(found - exact) <= Self.rounding)
    }
  }

  @Test("of Chebyshev have the magnitude of their polynomials", arguments: [1, 2, 5, 8])
  func chebyshev(_ order: Int) {
    let (edge, ripple, attenuation) = (0.4, 0.5, 35.0)
    let first = FilterFamily.chebyshev1(rippleDB: ripple).digital(order: order, .lowPass(edge))
    let second = FilterFamily.chebyshev2(attenuationDB: attenuation)
      .digital(order: order, .lowPass(edge))
    for step in 1..<50 {
      let share = Double(step) / 50
      let ratio = tan(.pi * share / 2) / tan(.pi * edge / 2)
      let passing = pow(10, ripple / 10) - 1
      let exact = 1 / (1 + passing * squaredChebyshev(order, ratio)).squareRoot()
      #expect(
        abs(first.response(at: Complex(angle: .pi * share)).magnitude - exact) <= Self.rounding)
      let stopping = 1 / (pow(10, attenuation / 10) - 1)
      let inverse = stopping * squaredChebyshev(order, 1 / ratio)
      let exactInverse = (inverse / (1 + inverse)).squareRoot()
      #expect(
        abs(second.response(at: Complex(angle: .pi * share)).magnitude - exactInverse)
          <= Self.rounding)
    }
  }

  @Test("of Cauer ripple between their two bounds, which both are reached", arguments: 2...9)
  func elliptic(_ order: Int) {
    let (ripple, attenuation) = (0.5, 50.0)
    let filter = FilterFamily.elliptic(rippleDB: ripple, attenuationDB: attenuation)
      .prototype(order: order)
    let lowest = pow(10, -ripple / 20)
    let highest = pow(10, -attenuation / 20)
    let passing = (0...4000).map {
      filter.response(at: Complex(0, Double($0) / 4000)).magnitude
    }
    #expect(passing.allSatisfy { $0 <= 1 + Self.rounding && $0 >= lowest - Self.rounding })
    #expect(abs((passing.last ?? 0) - lowest) <= Self.rounding)
    #expect((passing.max() ?? 0) > 1 - 1e-6)
    // Behind the first frequency of full attenuation it stays there.
    let stopping = (1...40_000).map {
      filter.response(at: Complex(0, 1 + Double($0) / 400)).magnitude
    }
    let reached = stopping.firstIndex { $0 <= highest * (1 + 1e-9) } ?? stopping.count
    #expect(stopping[reached...].allSatisfy { $0 <= highest * (1 + 1e-9) })
    #expect(reached < stopping.count)
    #expect(filter.zeros.count == order - order % 2)
  }

  @Test("of Bessel have the poles of tables and the edges of their norms", arguments: 1...12)
  func bessel(_ order: Int) {
    let magnitude = FilterFamily.bessel(.magnitude).prototype(order: order)
    let power = magnitude.response(at: Complex(0, 1)).squaredMagnitude
    #expect(abs(power - 0.5) <= Self.rounding)
    // The delay at frequency 0 is the sum of the poles' -1/p.
    let delay = FilterFamily.bessel(.delay).prototype(order: order).poles
      .reduce(0) { $0 - (Complex(1) / $1).real }
    #expect(abs(delay - 1) <= Self.rounding)
    let phase = FilterFamily.bessel(.phase).prototype(order: order).poles
      .reduce(Complex(1)) { $0 * -$1 }
    #expect(abs(phase.real - 1) <= Self.rounding)
    // θ_3 has the real zero -2.3221853546 (A. Zverev, Handbook of Filter Synthesis, 1967).
    if order == 3 {
      let poles = FilterFamily.bessel(.delay).prototype(order: 3).poles
      #expect(poles.contains { ($0 - Complex(-2.322_185_354_6)).magnitude <= 1e-9 })
    }
  }

  @Test("by windows are symmetric and one where they must be", arguments: bands)
  func finite(_ band: FilterBand) {
    let taps = finiteImpulse(taps: 101, band, window: .hamming)
    #expect(zip(taps, taps.reversed()).allSatisfy { abs($0 - $1) <= 1e-15 })
    let places: [Double] =
      switch band {
      case .lowPass, .bandStop: [0]
      case .highPass: [1]
      case .bandPass(let low, let high): [(low + high) / 2]
      }
    for place in places {
      #expect(abs(impulseResponse(taps, .pi * place).magnitude - 1) <= Self.rounding)
    }
  }

  /// `cos²(n acos x)`, also where `x > 1`.
  private func squaredChebyshev(_ order: Int, _ x: Double) -> Double {
    let value = x <= 1 ? cos(Double(order) * acos(x)) : cosh(Double(order) * acosh(x))
    return value * value
  }
}
