import Glibc

/// Moments mₙ = ∫ fⁿ G(f) df of a one-sided power spectral density, by the trapezoidal rule between the
/// given frequencies; f in Hz, G in unit²/Hz.
package struct SpectralMoments: Equatable, Sendable {
  package let zeroth: Double
  package let first: Double
  package let second: Double
  package let fourth: Double

  /// - Parameters:
  ///   - frequency: Hz, rising.
  ///   - density: not negative, as many.
  package init(frequency: [Double], density: [Double]) {
    precondition(frequency.count == density.count, "each frequency needs its density")
    func moment(_ order: Int) -> Double {
      var sum = CompensatedSum()
      for index in frequency.indices.dropFirst() {
        let (low, high) = (frequency[index - 1], frequency[index])
        let ends = density[index - 1] * weight(low, order) + density[index] * weight(high, order)
        sum.add(0.5 * (high - low) * ends)
      }
      return sum.value
    }
    func weight(_ frequency: Double, _ order: Int) -> Double {
      (0..<order).reduce(1) { product, _ in product * frequency }
    }
    zeroth = moment(0)
    first = moment(1)
    second = moment(2)
    fourth = moment(4)
  }

  /// Root mean square.
  package var rms: Double { zeroth.squareRoot() }

  /// Upward crossings of the mean per second.
  package var crossingsHz: Double { (second / zeroth).squareRoot() }

  /// Peaks per second.
  package var peaksHz: Double { (fourth / second).squareRoot() }

  /// m₂ / √(m₀ m₄): 1 for a narrow band, towards 0 for a wide one.
  package var irregularity: Double { second / (zeroth * fourth).squareRoot() }
}

/// How amplitudes of a Gaussian process are distributed.
package enum SpectralMethod: String, CaseIterable, Sendable {
  /// T. Dirlik, "Application of computers in fatigue analysis", PhD thesis, University of Warwick, 1985.
  case dirlik
  /// Rayleigh's distribution at the rate of crossings (J. W. Miles, 1954): exact for one narrow band,
  /// conservative for others.
  case narrowBand = "narrow-band"
}

/// Rate and distribution of the amplitudes that rainflow would count in a Gaussian process.
package struct AmplitudeDistribution: Sendable {
  /// Cycles per second.
  package let rateHz: Double
  /// Root mean square of the process: the unit of the normalised amplitude z.
  package let rms: Double
  private let exponential: (weight: Double, scale: Double)
  private let rayleigh: [(weight: Double, scale: Double)]

  package init(_ method: SpectralMethod, _ moments: SpectralMoments) {
    rms = moments.rms
    switch method {
    case .narrowBand:
      rateHz = moments.crossingsHz
      exponential = (0, 1)
      rayleigh = [(1, 1)]
    case .dirlik:
      rateHz = moments.peaksHz
      let gamma = moments.irregularity
      let mean =
        moments.first / moments.zeroth * (moments.second / moments.fourth).squareRoot()
      let d1 = 2 * (mean - gamma * gamma) / (1 + gamma * gamma)
      let rest = 1 - gamma - d1 + d1 * d1
      let ratio = (gamma - mean - d1 * d1) / rest
      let d2 = rest / (1 - ratio)
      let d3 = 1 - d1 - d2
      exponential = (d1, 1.25 * (gamma - d3 - d2 * ratio) / d1)
      rayleigh = [(d2, abs(ratio)), (d3, 1)]
    }
  }

  /// Probability density of z, the amplitude over the root mean square.
  package func density(_ z: Double) -> Double {
    let (weight, scale) = exponential
    let start = weight == 0 ? 0 : weight / scale * exp(-z / scale)
    return rayleigh.reduce(start) { sum, part in
      guard part.weight != 0 else { return sum }
      let ratio = z / part.scale
      return sum + part.weight * ratio / part.scale * exp(-0.5 * ratio * ratio)
    }
  }

  /// Mean of amplitude^k, in closed form.
  package func meanPower(_ k: Double) -> Double {
    let (weight, scale) = exponential
    let start = weight == 0 ? 0 : weight * pow(scale, k) * tgamma(1 + k)
    let sum = rayleigh.reduce(start) { sum, part in
      part.weight == 0
        ? sum : sum + part.weight * pow(2.0.squareRoot() * part.scale, k) * tgamma(1 + k / 2)
    }
    return sum * pow(rms, k)
  }

  /// Damage per second by a Wöhler line: closed form for one slope, else by quadrature.
  package func damageRate(_ curve: SNCurve) -> Double {
    if curve.lowerSlope == curve.slope {
      return rateHz * meanPower(curve.slope) / pow(curve.kneeAmplitude, curve.slope)
        / curve.kneeCycles
    }
    let knee = curve.kneeAmplitude / rms
    let end = max(knee, 1) + 12 + 60 * max(exponential.scale, rayleigh.map(\.scale).max() ?? 1)
    let above = integral(from: knee, to: end, curve.damage)
    return rateHz
      * (above + (curve.lowerSlope == nil ? 0 : integral(from: 0, to: knee, curve.damage)))
  }

  /// ∫ p(z) damage(z·rms) dz by Gauss–Legendre rules of four points on equal parts.
  private func integral(
    from low: Double, to high: Double, _ damage: (Double) -> Double
  ) -> Double {
    let parts = 4000
    let width = (high - low) / Double(parts)
    let inner = (3.0 / 7 - 2.0 / 7 * (6.0 / 5).squareRoot()).squareRoot()
    let outer = (3.0 / 7 + 2.0 / 7 * (6.0 / 5).squareRoot()).squareRoot()
    let root = 30.0.squareRoot()
    let rule = [
      (-outer, (18 - root) / 36), (-inner, (18 + root) / 36), (inner, (18 + root) / 36),
      (outer, (18 - root) / 36),
    ]
    var sum = CompensatedSum()
    for part in 0..<parts {
      let middle = low + (Double(part) + 0.5) * width
      for (place, weight) in rule {
        let z = middle + 0.5 * width * place
        sum.add(0.5 * width * weight * density(z) * damage(z * rms))
      }
    }
    return sum.value
  }
}
