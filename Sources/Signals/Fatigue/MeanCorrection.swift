import LinearAlgebra

/// Turns an amplitude with a mean stress into the fully reversed amplitude that damages as much.
///
/// Sₐ amplitude, Sₘ mean, R the ratio of lower to upper stress of the loop.
package enum MeanCorrection: Equatable, Sendable {
  case none
  /// Sₐ / (1 − Sₘ/Rₘ); compression neither helps nor harms.
  case goodman(strength: Double)
  /// Sₐ / (1 − (Sₘ/Rₘ)²); compression neither helps nor harms.
  case gerber(strength: Double)
  /// The mean stress sensitivity M of the FKM guideline "Analytical strength assessment" (6th edition,
  /// 2012), section 2.4.2: slope M for −∞ ≤ R ≤ 0, M/3 for 0 < R < 0.5, constant beyond, and for R > 1.
  case fkm(sensitivity: Double)
}

extension MeanCorrection {
  /// Writes corrected amplitudes of four loops; infinite where the mean reaches the tensile strength.
  @inline(__always)
  func corrected(amplitude: SIMD4<Double>, mean: SIMD4<Double>) -> SIMD4<Double> {
    switch self {
    case .none: return amplitude
    case .goodman(let strength):
      return Self.divided(amplitude, by: 1 - Self.tension(mean) / strength)
    case .gerber(let strength):
      let ratio = Self.tension(mean) / strength
      return Self.divided(amplitude, by: 1 - ratio * ratio)
    case .fkm(let sensitivity): return Self.fkm(amplitude, mean, sensitivity)
    }
  }

  private static func tension(_ mean: SIMD4<Double>) -> SIMD4<Double> {
    mean.replacing(with: 0, where: mean .< 0)
  }

  private static func divided(
    _ amplitude: SIMD4<Double>, by share: SIMD4<Double>
  ) -> SIMD4<Double> {
    (amplitude / share).replacing(with: .infinity, where: share .<= 0)
  }

  private static func fkm(
    _ amplitude: SIMD4<Double>, _ mean: SIMD4<Double>, _ sensitivity: Double
  ) -> SIMD4<Double> {
    let third = sensitivity / 3
    let atZero = (1 + sensitivity) / (1 + third)
    var result = amplitude + sensitivity * mean
    let pulsating = atZero * (amplitude + third * mean)
    result.replace(with: pulsating, where: mean .> amplitude)
    result.replace(with: amplitude * (atZero * (1 + sensitivity)), where: mean .>= 3 * amplitude)
    result.replace(with: amplitude * (1 - sensitivity), where: mean .< -amplitude)
    return result
  }
}
