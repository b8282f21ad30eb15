import Glibc

/// A Wöhler line: cycles to failure of a fully reversed amplitude, N = N_D (S/S_D)^−k.
package struct SNCurve: Equatable, Sendable {
  /// What loops below the knee do (E. Haibach, "Betriebsfestigkeit", 3rd edition, 2006, section 3.2).
  package enum Miner: String, CaseIterable, Sendable {
    /// Nothing: the line is horizontal at S_D.
    case original
    /// The line goes on with the slope k.
    case elementary
    /// Haibach's 2k − 1.
    case modified
  }

  package var slope: Double
  package var kneeCycles: Double
  /// Amplitude at the knee.
  package var kneeAmplitude: Double
  package var miner: Miner

  package init(slope: Double, kneeCycles: Double, kneeAmplitude: Double, miner: Miner) {
    precondition(slope > 0 && kneeCycles > 0 && kneeAmplitude > 0, "a Wöhler line is positive")
    self.slope = slope
    self.kneeCycles = kneeCycles
    self.kneeAmplitude = kneeAmplitude
    self.miner = miner
  }

  /// Slope below the knee; nil where such loops do no damage.
  package var lowerSlope: Double? {
    switch miner {
    case .original: nil
    case .elementary: slope
    case .modified: 2 * slope - 1
    }
  }

  /// Damage of one cycle of this amplitude.
  package func damage(_ amplitude: Double) -> Double {
    let ratio = amplitude / kneeAmplitude
    if ratio >= 1 { return pow(ratio, slope) / kneeCycles }
    return lowerSlope.map { pow(ratio, $0) / kneeCycles } ?? 0
  }
}

/// x^m for many numbers: by multiplications where m is whole, else by the library.
struct Power {
  private let exponent: Double
  private let whole: Int?

  init(_ exponent: Double) {
    self.exponent = exponent
    whole = Int(exactly: exponent).flatMap { 0...64 ~= $0 ? $0 : nil }
  }

  @inline(__always)
  func callAsFunction(_ base: SIMD4<Double>) -> SIMD4<Double> {
    guard var bits = whole else {
      return SIMD4(
        pow(base[0], exponent), pow(base[1], exponent), pow(base[2], exponent),
        pow(base[3], exponent))
    }
    var result = SIMD4<Double>(repeating: 1)
    var square = base
    while bits > 0 {
      if bits & 1 == 1 { result *= square }
      square *= square
      bits >>= 1
    }
    return result
  }
}
