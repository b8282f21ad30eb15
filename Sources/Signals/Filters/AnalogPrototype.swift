import Glibc

/// A family of analog low-pass filters with the edge of their band at 1 rad/s.
package enum FilterFamily: Hashable, Sendable {
  /// Flat; 3 dB down at the edge.
  case butterworth
  /// Equal ripples in the pass band, which ends where the ripple is left for good.
  case chebyshev1(rippleDB: Double)
  /// Equal ripples in the stop band; the edge is where the attenuation is first reached.
  case chebyshev2(attenuationDB: Double)
  /// Equal ripples in both bands; the edge is that of the pass band.
  case elliptic(rippleDB: Double, attenuationDB: Double)
  case bessel(BesselEdge)
}

/// What the edge of a Bessel filter means.
package enum BesselEdge: String, CaseIterable, Sendable {
  /// The phase is half of its total there; the asymptote is that of Butterworth's filter.
  case phase
  /// The group delay of the analog filter at frequency 0 is 1/edge.
  case delay
  /// 3 dB down at the edge.
  case magnitude
}

extension FilterFamily {
  /// Zeros, poles and gain of the analog low-pass.
  package func prototype(order: Int) -> ZerosPolesGain {
    precondition(order >= 1, "a filter has at least one pole")
    switch self {
    case .butterworth:
      return ZerosPolesGain(
        zeros: [], poles: Self.angles(order).map { -Complex(angle: $0) }, gain: 1)
    case .chebyshev1(let ripple): return Self.chebyshev1(order, ripple)
    case .chebyshev2(let attenuation): return Self.chebyshev2(order, attenuation)
    case .elliptic(let ripple, let attenuation):
      return EllipticPrototype(order: order, rippleDB: ripple, attenuationDB: attenuation)
        .zerosPolesGain
    case .bessel(let edge): return besselPrototype(order: order, edge: edge)
    }
  }

  /// Angles of the poles from the negative real axis: `π (2k - n + 1) / 2n`.
  private static func angles(_ order: Int) -> [Double] {
    (0..<order).map { Double.pi * Double(2 * $0 - order + 1) / Double(2 * order) }
  }

  /// Poles on an ellipse (T. Parks, C. Burrus, Digital Filter Design, 1987, section 7.1.2).
  private static func chebyshev1(_ order: Int, _ rippleDB: Double) -> ZerosPolesGain {
    let ripple = expm1(rippleDB * log(10.0) / 10).squareRoot()
    let size = asinh(1 / ripple) / Double(order)
    let poles = angles(order).map {
      Complex(-sinh(size) * cos($0), -cosh(size) * sin($0))
    }
    let gain = poles.reduce(Complex(1)) { $0 * -$1 }.real
    // Ripples begin at the low end of the pass band when the order is even.
    return ZerosPolesGain(
      zeros: [], poles: poles,
      gain: order % 2 == 0 ? gain / (1 + ripple * ripple).squareRoot() : gain)
  }

  /// The inverse of a Chebyshev filter: its poles and the extremes of its polynomial turned over.
  private static func chebyshev2(_ order: Int, _ attenuationDB: Double) -> ZerosPolesGain {
    let ripple = 1 / expm1(attenuationDB * log(10.0) / 10).squareRoot()
    let size = asinh(1 / ripple) / Double(order)
    let poles = angles(order).map {
      Complex(1) / Complex(-sinh(size) * cos($0), -cosh(size) * sin($0))
    }
    let middle = order % 2 == 1 ? order / 2 : nil
    let zeros = angles(order).enumerated().filter { $0.offset != middle }
      .map { Complex(0, 1 / sin($0.element)) }
    return unity(zeros: zeros, poles: poles)
  }

  /// With the gain that makes the response at frequency 0 one.
  private static func unity(zeros: [Complex], poles: [Complex]) -> ZerosPolesGain {
    let whole = ZerosPolesGain(zeros: zeros, poles: poles, gain: 1).response(at: Complex(0))
    return ZerosPolesGain(zeros: zeros, poles: poles, gain: 1 / whole.real)
  }
}
