import LinearAlgebra

/// Averages the spectra of a recording's segments as they come by: P. Welch, IEEE Trans. Audio
/// Electroacoust. 15 (1967) 70-73.
///
/// Memory does not depend on the length of the recording. Sums run in the order of the segments, so that
/// the result does not depend on how the recording was cut into blocks.
package struct WelchEstimator: ~Copyable {
  package let channels: Int
  /// The channel that the others are compared with; nil where no cross-spectra are wanted.
  package let reference: Int?
  package private(set) var segments = 0

  private let transform: SegmentTransform
  private var cutter: SegmentCutter
  /// Pairs of real and imaginary part for each bin.
  private let pairs: Int
  private let spectrum: Buffer<Double>
  private let referenceSpectrum: Buffer<Double>
  /// For each channel: sums of squares of real and imaginary parts, and the largest power of each bin.
  private let squares: Buffer<Double>
  private let peaks: Buffer<Double>
  private let holdsPeaks: Bool
  /// For each channel: sums of products with the reference, straight and crosswise.
  private let straight: Buffer<Double>
  private let crosswise: Buffer<Double>

  /// - Parameters:
  ///   - holdsPeaks: whether the largest power of each bin over all segments is wanted, too.
  ///   - blockMax: samples of the largest block to come.
  package init(
    _ options: SegmentOptions, channels: Int, reference: Int? = nil, holdsPeaks: Bool = false,
    blockMax: Int
  ) {
    precondition(reference.map { (0..<channels).contains($0) } ?? true, "no such reference")
    self.channels = channels
    self.reference = reference
    transform = SegmentTransform(options)
    cutter = SegmentCutter(
      length: options.length, hop: options.hop, channels: channels, blockMax: blockMax)
    pairs = 2 * options.bins
    spectrum = Buffer(repeating: 0, count: pairs)
    referenceSpectrum = Buffer(repeating: 0, count: reference == nil ? 0 : pairs)
    squares = Buffer(repeating: 0, count: channels * pairs)
    self.holdsPeaks = holdsPeaks
    peaks = Buffer(repeating: 0, count: holdsPeaks ? channels * pairs / 2 : 0)
    let crossed = reference == nil ? 0 : channels * pairs
    straight = Buffer(repeating: 0, count: crossed)
    crosswise = Buffer(repeating: 0, count: crossed)
  }

  /// Adds the segments that the block completes.
  ///
  /// - Parameter startsStretch: whether there is a gap before the block; no segment crosses it.
  package mutating func add(_ block: SampleBlock, startsStretch: Bool) {
    cutter.take(block, startsStretch: startsStretch)
    for index in 0..<cutter.ready { add(segment: index) }
    segments += cutter.ready
  }

  private func add(segment: Int) {
    if let reference {
      let target = referenceSpectrum.view
      transform.transform(cutter.segment(segment, channel: reference), into: target)
      accumulate(target.reading, channel: reference)
    }
    for channel in 0..<channels where channel != reference {
      transform.transform(cutter.segment(segment, channel: channel), into: spectrum.view)
      accumulate(spectrum.view.reading, channel: channel)
      guard reference != nil else { continue }
      addProducts(
        referenceSpectrum.view.reading, spectrum.view.reading,
        straight: straight.view.slice(channel * pairs, count: pairs),
        crosswise: crosswise.view.slice(channel * pairs, count: pairs))
    }
  }

  private func accumulate(_ spectrum: View<Double>, channel: Int) {
    addSquares(spectrum, to: squares.view.slice(channel * pairs, count: pairs))
    guard holdsPeaks else { return }
    let peaks = peaks.view.slice(channel * pairs / 2, count: pairs / 2)
    for bin in 0..<pairs / 2 { peaks[bin] = max(peaks[bin], power(spectrum, bin)) }
  }

  /// The spectra of all segments so far.
  ///
  /// - Parameter rateHz: samples per second.
  package func spectra(rateHz: Double) -> WelchSpectra {
    precondition(segments > 0, "no segment, no spectrum")
    let scale = SpectralScale(transform, rateHz: rateHz)
    let share = 1 / Double(segments)
    let means = (0..<channels).map { channel in
      let sums = squares.view.slice(channel * pairs, count: pairs)
      return scale.oneSided { (sums[2 * $0] + sums[2 * $0 + 1]) * share }
    }
    let maxima = (0..<(holdsPeaks ? channels : 0)).map { channel in
      let largest = peaks.view.slice(channel * pairs / 2, count: pairs / 2)
      return scale.oneSided { largest[$0] }
    }
    let cross = reference.map { reference in
      (0..<channels).map { channel in
        channel == reference ? nil : crossSpectrum(channel, scale, share: share)
      }
    }
    return WelchSpectra(
      scale: scale, segments: segments, reference: reference, mean: means,
      peak: holdsPeaks ? maxima : nil,
      cross: cross ?? [])
  }

  private func crossSpectrum(
    _ channel: Int, _ scale: SpectralScale, share: Double
  ) -> CrossSpectrum {
    let direct = straight.view.slice(channel * pairs, count: pairs)
    let swapped = crosswise.view.slice(channel * pairs, count: pairs)
    return CrossSpectrum(
      real: scale.oneSided { (direct[2 * $0] + direct[2 * $0 + 1]) * share },
      imaginary: scale.oneSided { (swapped[2 * $0] - swapped[2 * $0 + 1]) * share })
  }
}

/// The squared magnitude of a bin.
@inline(__always)
func power(_ spectrum: View<Double>, _ bin: Int) -> Double {
  let (real, imaginary) = (spectrum[2 * bin], spectrum[2 * bin + 1])
  return real * real + imaginary * imaginary
}

/// `sums[i] += values[i]²`: parts are summed apart and joined at the end, which needs no shuffling here.
private func addSquares(_ values: View<Double>, to sums: MutableView<Double>) {
  var index = 0
  while index + 8 <= values.count {
    let value = values[eight: index]
    sums[vector8: index] = sums[vector8: index] + value * value
    index += 8
  }
  while index < values.count {
    sums[index] += values[index] * values[index]
    index += 1
  }
}

/// Sums from which `conj(a) b` follows: `straight` has `(ar br, ai bi)`, whose sum is the real part, and
/// `crosswise` has `(ar bi, ai br)`, whose difference is the imaginary part.
private func addProducts(
  _ a: View<Double>, _ b: View<Double>, straight: MutableView<Double>,
  crosswise: MutableView<Double>
) {
  var index = 0
  while index < a.count {
    let (real, imaginary) = (a[index], a[index + 1])
    straight[index] += real * b[index]
    straight[index + 1] += imaginary * b[index + 1]
    crosswise[index] += real * b[index + 1]
    crosswise[index + 1] += imaginary * b[index]
    index += 2
  }
}
