import LinearAlgebra

/// The weights that a segment is multiplied with before it is transformed.
package enum Window: Hashable, Sendable {
  case rectangular
  case hann
  case hamming
  case blackman
  /// Four terms, side lobes below -92 dB.
  case blackmanHarris
  /// Five terms: the height of a peak is right wherever it lies between two bins (0.01 dB).
  case flatTop
  /// Side lobes fall as `beta` grows; 0 is rectangular, 8.6 resembles Blackman.
  case kaiser(beta: Double)
  /// A parabola that is zero one step outside the segment on either side.
  case welch

  /// The weights, periodic (for spectra: the sample after the last would be the first again) or symmetric
  /// (for the design of filters).
  ///
  /// Coefficients of the sums of cosines: F. Harris, Proc. IEEE 66 (1978) 51-83; flat-top: G. D'Antona,
  /// A. Ferrero, Digital Signal Processing for Measurement Systems (2006), p. 70. Kaiser: J. Kaiser,
  /// R. Schafer, IEEE Trans. ASSP 28 (1980) 105-107.
  package func weights(_ length: Int, isPeriodic: Bool = true) -> [Double] {
    precondition(length >= 1, "a window has at least one weight")
    guard length > 1 else { return [1] }
    if self == .welch { return Self.parabola(length) }
    let period = Double(isPeriodic ? length : length - 1)
    return (0..<length).map { weight(at: Double($0) / period) }
  }

  /// W. Press et al., Numerical Recipes in C, 2nd ed. (1992), eq. 13.4.13.
  private static func parabola(_ length: Int) -> [Double] {
    (0..<length).map { index in
      let offset = (2 * Double(index) - Double(length - 1)) / Double(length + 1)
      return 1 - offset * offset
    }
  }

  /// The weight at a place between 0 (start) and 1 (end).
  private func weight(at place: Double) -> Double {
    if case .kaiser(let beta) = self {
      let offset = 2 * place - 1
      return besselI0(beta * max(0, 1 - offset * offset).squareRoot()) / besselI0(beta)
    }
    var sum = 0.0
    for (order, coefficient) in cosines.enumerated() {
      sum += coefficient * cosineOfTurns(Double(order) * place)
    }
    return sum
  }

  /// Coefficients of `Σ a[k] cos(2π k place)`, signs included.
  private var cosines: [Double] {
    switch self {
    case .rectangular: [1]
    case .hann: [0.5, -0.5]
    case .hamming: [0.54, -0.46]
    case .blackman: [0.42, -0.5, 0.08]
    case .blackmanHarris: [0.35875, -0.48829, 0.14128, -0.01168]
    case .flatTop: [0.21557895, -0.41663158, 0.277263158, -0.083578947, 0.006947368]
    case .kaiser, .welch: []
    }
  }
}

extension Window {
  /// How job files spell windows; `kaiser` takes its shape from a parameter of its own.
  package static let names = [
    "hann", "hamming", "blackman", "blackman-harris", "flat-top", "kaiser", "welch", "rectangular",
  ]

  /// The window of a name of ``names``; nil for another word.
  package init?(_ name: String, beta: Double) {
    switch name {
    case "hann": self = .hann
    case "hamming": self = .hamming
    case "blackman": self = .blackman
    case "blackman-harris": self = .blackmanHarris
    case "flat-top": self = .flatTop
    case "kaiser": self = .kaiser(beta: beta)
    case "welch": self = .welch
    case "rectangular": self = .rectangular
    default: return nil
    }
  }
}

extension Window: CustomStringConvertible {
  package var description: String {
    switch self {
    case .rectangular: "rectangular"
    case .hann: "Hann"
    case .hamming: "Hamming"
    case .blackman: "Blackman"
    case .blackmanHarris: "Blackman-Harris"
    case .flatTop: "flat-top"
    case .welch: "Welch (parabola)"
    case .kaiser(let beta): "Kaiser β = \(beta)"
    }
  }
}
