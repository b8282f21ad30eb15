import Glibc

/// A linear-phase filter of finite impulse response, designed by windowing the ideal response.
///
/// A. Oppenheim, R. Schafer, Discrete-Time Signal Processing, 3rd ed., section 7.5. Coefficients are scaled
/// so that the response is one at frequency 0, at the Nyquist frequency or in the middle of the pass band.
package func finiteImpulse(taps: Int, _ band: FilterBand, window: Window) -> [Double] {
  precondition(taps >= 1 && band.isPossible, "edges lie between zero and the Nyquist frequency")
  let weights = window.weights(taps, isPeriodic: false)
  let middle = Double(taps - 1) / 2
  let passBands = band.passBands
  let ideal = (0..<taps).map { index -> Double in
    let offset = Double(index) - middle
    let value = passBands.reduce(0) { sum, band in
      sum + band.upperBound * sinc(band.upperBound * offset)
        - band.lowerBound * sinc(band.lowerBound * offset)
    }
    return value * weights[index]
  }
  let place = band.unityFrequency
  let level = ideal.enumerated().reduce(0) {
    $0 + $1.element * cosineOfTurns((Double($1.offset) - middle) * place / 2)
  }
  return ideal.map { $0 / level }
}

/// `sin(π x) / (π x)`.
private func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(.pi * x) / (.pi * x) }

extension FilterBand {
  /// As shares of the Nyquist frequency.
  fileprivate var passBands: [ClosedRange<Double>] {
    switch self {
    case .lowPass(let edge): [0...edge]
    case .highPass(let edge): [edge...1]
    case .bandPass(let low, let high): [low...high]
    case .bandStop(let low, let high): [0...low, high...1]
    }
  }

  fileprivate var unityFrequency: Double {
    switch self {
    case .lowPass, .bandStop: 0
    case .highPass: 1
    case .bandPass(let low, let high): (low + high) / 2
    }
  }

  /// Whether the filter passes the Nyquist frequency, where an even number of taps has a zero.
  package var passesNyquist: Bool {
    switch self {
    case .highPass, .bandStop: true
    case .lowPass, .bandPass: false
    }
  }
}

/// The response of an impulse response at ω radians per sample.
package func impulseResponse(_ taps: [Double], _ angle: Double) -> Complex {
  taps.reversed().reduce(Complex(0)) { $0 * Complex(angle: -angle) + Complex($1) }
}
