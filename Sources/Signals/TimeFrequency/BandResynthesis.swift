import LinearAlgebra

/// The part of a recording that lies in a band of its short-time spectra, as samples.
///
/// Each stretch is extended by zeros on both sides, so that all of its samples are covered by as many
/// segments. With all bins the result is the recording, but for rounding.
package final class BandResynthesis {
  /// Samples that are complete; the caller empties it.
  package var ready: [Double] = []
  /// The largest difference of a sample and its original so far.
  package private(set) var largestDifference = 0.0

  private let options: SegmentOptions
  private let bins: Range<Int>
  private let blockMax: Int
  private var stream: SpectrogramStream
  private var inverse: ShortTimeInverse
  private let spectrum: Buffer<Double>
  private let zeros: Buffer<Double>
  /// Originals that have not come back yet.
  private var originals: [Double] = []
  private var emitted: [Double] = []
  private var toSkip = 0

  /// - Precondition: window and overlap can be inverted.
  package init(_ options: SegmentOptions, bins: Range<Int>, blockMax: Int) {
    var plain = options
    plain.detrend = .none
    self.options = plain
    self.bins = bins
    self.blockMax = max(blockMax, plain.length)
    stream = SpectrogramStream(plain, channels: 1, blockMax: self.blockMax)
    inverse = ShortTimeInverse(plain)
    spectrum = Buffer(repeating: 0, count: 2 * plain.bins)
    zeros = Buffer(repeating: 0, count: plain.length)
  }

  package func begin() {
    inverse = ShortTimeInverse(options)
    originals = []
    toSkip = options.overlap
    feed(zeros.view.reading.slice(0, count: options.overlap), startsStretch: true)
  }

  package func add(_ samples: View<Double>) {
    for index in 0..<samples.count { originals.append(samples[index]) }
    feed(samples, startsStretch: false)
  }

  package func end() {
    feed(zeros.view.reading, startsStretch: false)
    originals = []
  }

  private func feed(_ samples: View<Double>, startsStretch: Bool) {
    let block = SampleBlock(samples, channels: 1, count: samples.count, stride: samples.count)
    for segment in 0..<stream.take(block, startsStretch: startsStretch) {
      let target = spectrum.view
      target.assign(stream.spectrum(segment, channel: 0))
      target.fill(0..<2 * bins.lowerBound, with: 0)
      target.fill(2 * bins.upperBound..<target.count, with: 0)
      emitted.removeAll(keepingCapacity: true)
      inverse.add(target.reading, into: &emitted)
      deliver()
    }
  }

  /// Passes on what belongs to the stretch: neither the zeros before it nor those behind it.
  private func deliver() {
    let skipped = min(toSkip, emitted.count)
    toSkip -= skipped
    let count = min(emitted.count - skipped, originals.count)
    for index in 0..<count {
      let sample = emitted[skipped + index]
      largestDifference = max(largestDifference, abs(sample - originals[index]))
      ready.append(sample)
    }
    originals.removeFirst(count)
  }
}
