/// How the bins of segments become one-sided densities.
package struct SpectralScale: Sendable {
  /// Samples of a segment.
  package let length: Int
  package let rateHz: Double
  /// Two-sided density of a bin whose squared magnitude is one.
  package let density: Double
  /// Hz; a density times it is a mean square, the `spectrum` scaling.
  package let noiseBandwidth: Double

  package init(_ transform: borrowing SegmentTransform, rateHz: Double) {
    length = transform.options.length
    self.rateHz = rateHz
    density = transform.densityScale(rateHz: rateHz)
    noiseBandwidth = transform.noiseBandwidth(rateHz: rateHz)
  }

  /// Distance of the bins in Hz.
  package var spacing: Double { rateHz / Double(length) }

  package var bins: Int { length / 2 + 1 }

  package var frequencies: [Double] { (0..<bins).map { Double($0) * rateHz / Double(length) } }

  /// One-sided density of squared magnitudes: the power of negative frequencies is added to that of the
  /// positive ones, which bin 0 and the Nyquist bin (even lengths) do not have.
  package func oneSided(_ squared: (Int) -> Double) -> [Double] {
    (0..<bins).map { bin in
      let isSingle = bin == 0 || 2 * bin == length
      return squared(bin) * density * (isSingle ? 1 : 2)
    }
  }
}

/// Averaged spectra of all channels, one-sided densities in squared units per Hz.
package struct WelchSpectra: Sendable {
  package let scale: SpectralScale
  /// How many segments were averaged.
  package let segments: Int
  package let reference: Int?
  /// For each channel the mean over the segments.
  package let mean: [[Double]]
  /// For each channel the largest value of each bin among the segments, where it was asked for.
  package let peak: [[Double]]?
  /// For each channel its spectrum with the reference; nil at the reference itself.
  package let cross: [CrossSpectrum?]
}

/// The cross-spectral density of a channel and the reference: the mean of `conj(R) C`.
///
/// Its phase is that by which the channel leads the reference.
package struct CrossSpectrum: Sendable {
  package let real: [Double]
  package let imaginary: [Double]
}

/// A complex function of frequency.
package struct FrequencyResponse: Sendable {
  package var real: [Double]
  package var imaginary: [Double]

  package init(real: [Double], imaginary: [Double]) {
    self.real = real
    self.imaginary = imaginary
  }

  package var magnitude: [Double] {
    zip(real, imaginary).map { ($0 * $0 + $1 * $1).squareRoot() }
  }

  /// Between -180 and 180.
  package var phaseDegrees: [Double] {
    zip(real, imaginary).map { Complex($0, $1).phase * 180 / .pi }
  }
}

extension WelchSpectra {
  /// `|Pxy|² / (Pxx Pyy)` with the reference as `x`: the part of the channel's power that is linear in the
  /// reference. NaN where a channel has no power.
  package func coherence(_ channel: Int) -> [Double]? {
    guard let reference, let cross = cross[channel] else { return nil }
    return scaleFree(cross) { bin, squared in
      squared / (mean[reference][bin] * mean[channel][bin])
    }
  }

  /// `H1 = Pxy / Pxx`: least squares where the noise is in the response (J. Bendat, A. Piersol, Random Data,
  /// 4th ed., 2010, eq. 6.37).
  package func h1(_ channel: Int) -> FrequencyResponse? {
    guard let reference, let cross = cross[channel] else { return nil }
    let power = mean[reference]
    return FrequencyResponse(
      real: zip(cross.real, power).map { $0 / $1 },
      imaginary: zip(cross.imaginary, power).map { $0 / $1 })
  }

  /// `H2 = Pyy / Pyx`: least squares where the noise is in the reference.
  package func h2(_ channel: Int) -> FrequencyResponse? {
    guard let cross = cross[channel] else { return nil }
    // Pyy / conj(Pxy) = Pyy Pxy / |Pxy|²
    let factor = scaleFree(cross) { bin, squared in mean[channel][bin] / squared }
    return FrequencyResponse(
      real: zip(cross.real, factor).map { $0 * $1 },
      imaginary: zip(cross.imaginary, factor).map { $0 * $1 })
  }

  private func scaleFree(
    _ cross: CrossSpectrum, _ value: (Int, _ squared: Double) -> Double
  ) -> [Double] {
    (0..<scale.bins).map { bin in
      let (real, imaginary) = (cross.real[bin], cross.imaginary[bin])
      return value(bin, real * real + imaginary * imaginary)
    }
  }
}
