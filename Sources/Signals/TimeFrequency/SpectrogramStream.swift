import LinearAlgebra

/// The spectra of a recording's segments one after another, for spectrograms.
package struct SpectrogramStream: ~Copyable {
  package let options: SegmentOptions
  package let channels: Int
  private let transform: SegmentTransform
  private var cutter: SegmentCutter
  private let spectrum: Buffer<Double>

  /// - Parameter blockMax: samples of the largest block to come.
  package init(_ options: SegmentOptions, channels: Int, blockMax: Int) {
    self.options = options
    self.channels = channels
    transform = SegmentTransform(options)
    cutter = SegmentCutter(
      length: options.length, hop: options.hop, channels: channels, blockMax: blockMax)
    spectrum = Buffer(repeating: 0, count: 2 * options.bins)
  }

  /// How powers become one-sided densities.
  package func scale(rateHz: Double) -> SpectralScale { SpectralScale(transform, rateHz: rateHz) }

  /// Takes a block; how many segments it completed.
  package mutating func take(_ block: SampleBlock, startsStretch: Bool) -> Int {
    cutter.take(block, startsStretch: startsStretch)
    return cutter.ready
  }

  /// The spectrum of a segment of the last block, as pairs of real and imaginary part; it is valid until the
  /// next call.
  package func spectrum(_ segment: Int, channel: Int) -> View<Double> {
    transform.transform(cutter.segment(segment, channel: channel), into: spectrum.view)
    return spectrum.view.reading
  }
}

extension SpectralScale {
  /// Writes the one-sided density of a spectrum.
  package func density(of spectrum: View<Double>, into target: MutableView<Double>) {
    for bin in 0..<bins {
      let isSingle = bin == 0 || 2 * bin == length
      target[bin] = power(spectrum, bin) * density * (isSingle ? 1 : 2)
    }
  }
}
