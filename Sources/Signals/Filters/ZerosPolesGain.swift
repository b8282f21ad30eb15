import Glibc

/// A rational transfer function `gain Π(s - zero) / Π(s - pole)`, analog or digital.
package struct ZerosPolesGain: Sendable {
  package var zeros: [Complex]
  package var poles: [Complex]
  package var gain: Double

  package init(zeros: [Complex], poles: [Complex], gain: Double) {
    self.zeros = zeros
    self.poles = poles
    self.gain = gain
  }

  /// The value at a point of the plane.
  package func response(at point: Complex) -> Complex {
    // Factors are paired, so that products of many do not overflow.
    var value = Complex(gain)
    for index in 0..<max(zeros.count, poles.count) {
      if index < zeros.count { value = value * (point - zeros[index]) }
      if index < poles.count { value = value / (point - poles[index]) }
    }
    return value
  }
}

// MARK: Analog low-pass to the wanted band

/// T. Parks, C. Burrus, Digital Filter Design (1987), section 7.1.
extension ZerosPolesGain {
  /// `s → s / w`.
  func lowPass(_ edge: Double) -> ZerosPolesGain {
    ZerosPolesGain(
      zeros: zeros.map { $0 * edge }, poles: poles.map { $0 * edge },
      gain: gain * pow(edge, Double(excess)))
  }

  /// `s → w / s`.
  func highPass(_ edge: Double) -> ZerosPolesGain {
    ZerosPolesGain(
      zeros: zeros.map { Complex(edge) / $0 } + Array(repeating: Complex(0), count: excess),
      poles: poles.map { Complex(edge) / $0 }, gain: gain * inverseGain)
  }

  /// `s → (s² + w²) / (B s)` with the centre `w` and the width `B`.
  func bandPass(centre: Double, width: Double) -> ZerosPolesGain {
    ZerosPolesGain(
      zeros: zeros.flatMap { Self.split($0 * (width / 2), centre) }
        + Array(repeating: Complex(0), count: excess),
      poles: poles.flatMap { Self.split($0 * (width / 2), centre) },
      gain: gain * pow(width, Double(excess)))
  }

  /// `s → B s / (s² + w²)`.
  func bandStop(centre: Double, width: Double) -> ZerosPolesGain {
    let notch = [Complex(0, centre), Complex(0, -centre)]
    return ZerosPolesGain(
      zeros: zeros.flatMap { Self.split(Complex(width / 2) / $0, centre) }
        + Array(repeating: notch, count: excess).flatMap { $0 },
      poles: poles.flatMap { Self.split(Complex(width / 2) / $0, centre) },
      gain: gain * inverseGain)
  }

  /// `z = (2f + s) / (2f - s)`: the bilinear transform at `rate` samples per second.
  func bilinear(rate: Double) -> ZerosPolesGain {
    let double = Complex(2 * rate)
    var factor = Complex(1)
    for index in 0..<poles.count {
      if index < zeros.count { factor = factor * (double - zeros[index]) }
      factor = factor / (double - poles[index])
    }
    return ZerosPolesGain(
      zeros: zeros.map { (double + $0) / (double - $0) }
        + Array(repeating: Complex(-1), count: excess),
      poles: poles.map { (double + $0) / (double - $0) }, gain: gain * factor.real)
  }

  private var excess: Int { poles.count - zeros.count }

  /// `Π(-zero) / Π(-pole)`, real for conjugate pairs.
  private var inverseGain: Double {
    var value = Complex(1)
    for index in 0..<poles.count {
      if index < zeros.count { value = value * -zeros[index] }
      value = value / -poles[index]
    }
    return value.real
  }

  /// The roots of `s² - 2 p s + w² = 0`.
  private static func split(_ half: Complex, _ centre: Double) -> [Complex] {
    let root = (half * half - Complex(centre * centre)).squareRoot
    return [half + root, half - root]
  }
}
