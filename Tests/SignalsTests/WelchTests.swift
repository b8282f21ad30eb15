import Glibc
import LinearAlgebra
import Signals
import TestSupport
import Testing

@Suite("Welch's spectra")
struct WelchTests {
  /// Rounding of sums over some thousand products.
  static let rounding = 1e-12
  /// What two good implementations may differ by, as a share of the largest bin.
  static let published = 1e-10

  static let windows: [Window] = [
    .rectangular, .hann, .hamming, .blackman, .blackmanHarris, .flatTop, .kaiser(beta: 8.6), .welch,
  ]
  /// Sums of cosines: their spectra are zero at all bins but a few, so that sines do not disturb each other.
  static let cosines = Array(windows.dropLast(2))

  @Test("hold all of the power of a segment (Parseval)", arguments: windows, [255, 256])
  func parseval(_ window: Window, _ length: Int) {
    let samples = Recordings.noise(length)
    let options = SegmentOptions(length: length, overlap: 0, window: window, detrend: .none)
    let spectra = Recordings.welch([samples], options, rateHz: 50)
    let weights = window.weights(length)
    let weighted = zip(samples, weights).reduce(0) { $0 + ($1.0 * $1.1) * ($1.0 * $1.1) }
    let power = weighted / weights.reduce(0) { $0 + $1 * $1 }
    let sum = spectra.mean[0].reduce(0, +) * spectra.scale.spacing
    #expect(abs(sum - power) <= Self.rounding * power)
  }

  @Test("show a sine on a bin as its mean square times the noise bandwidth", arguments: cosines)
  func sine(_ window: Window) {
    let (length, rate, bin, amplitude) = (400, 1000.0, 60, 3.0)
    let samples = (0..<2000).map {
      amplitude * sin(2 * Double.pi * Double(bin * $0 % length) / Double(length))
    }
    let options = SegmentOptions(length: length, window: window, detrend: .none)
    let spectra = Recordings.welch([samples], options, rateHz: rate)
    let peak = spectra.mean[0][bin] * spectra.scale.noiseBandwidth
    #expect(abs(peak - amplitude * amplitude / 2) <= Self.rounding * amplitude * amplitude)
    #expect(spectra.scale.peakBin(spectra.mean[0], in: 0...500) == bin)
    let rms = spectra.scale.rms(spectra.mean[0], in: 0...500)
    #expect(abs(rms - amplitude / 2.0.squareRoot()) <= Self.rounding * amplitude)
  }

  @Test("do not depend on the blocks in which the recording comes", arguments: [[1], [37], [5000]])
  func blocks(_ sizes: [Int]) {
    let channels = [Recordings.noise(5000, seed: 2), Recordings.noise(5000, seed: 3)]
    let options = SegmentOptions(length: 128, overlap: 100)
    let once = Recordings.welch(channels, options, rateHz: 1, reference: 1, blocks: [4999, 1])
    let other = Recordings.welch(channels, options, rateHz: 1, reference: 1, blocks: sizes)
    #expect(once.mean == other.mean)
    #expect(once.cross[0]?.real == other.cross[0]?.real)
    #expect(once.segments == (5000 - 128) / 28 + 1)
  }

  @Test("have no segment across a gap")
  func gaps() {
    let (first, second) = (Recordings.noise(700, seed: 4), Recordings.noise(333, seed: 5))
    let options = SegmentOptions(length: 100)
    var estimator = WelchEstimator(options, channels: 1, blockMax: 64)
    for stretch in [first, second] {
      Recordings.feed([stretch], blocks: [64]) { block, isFirst in
        estimator.add(block, startsStretch: isFirst)
      }
    }
    let a = Recordings.welch([first], options, rateHz: 1)
    let b = Recordings.welch([second], options, rateHz: 1)
    #expect(estimator.segments == a.segments + b.segments)
    let both = zip(a.mean[0], b.mean[0]).map {
      ($0 * Double(a.segments) + $1 * Double(b.segments)) / Double(a.segments + b.segments)
    }
    #expect(worst(estimator.spectra(rateHz: 1).mean[0], both) <= Self.rounding)
  }

  @Test("lose constants and lines by detrending, and nothing else")
  func detrending() {
    let samples = Recordings.noise(512)
    let shifted = samples.enumerated().map { $0.element + 40 + 0.5 * Double($0.offset) }
    var options = SegmentOptions(length: 64, detrend: .linear)
    let plain = Recordings.welch([samples], options, rateHz: 1)
    let steep = Recordings.welch([shifted], options, rateHz: 1)
    #expect(worst(steep.mean[0], plain.mean[0]) <= 1e-11, "the line is 300 times the noise")
    options.detrend = .constant
    options.window = .rectangular
    options.overlap = 0
    #expect(Recordings.welch([shifted], options, rateHz: 1).mean[0][0] <= 1e-20)
  }

  @Test("of a delayed and amplified reference show the factor, the delay and no incoherence")
  func response() throws {
    // A circular delay within each segment: the rectangular window sees exact periods.
    let (length, delay, gain) = (64, 5, 2.5)
    let period = Recordings.noise(length, seed: 8)
    let input = (0..<640).map { period[$0 % length] }
    let output = (0..<640).map { gain * period[($0 + length - delay) % length] }
    let options = SegmentOptions(length: length, window: .rectangular, detrend: .none)
    let spectra = Recordings.welch([output, input], options, rateHz: 1, reference: 1)
    for response in [try #require(spectra.h1(0)), try #require(spectra.h2(0))] {
      for bin in 0..<spectra.scale.bins {
        let angle = -2 * Double.pi * Double(delay * bin) / Double(length)
        #expect(abs(response.real[bin] - gain * cos(angle)) <= 1e-10)
        #expect(abs(response.imaginary[bin] - gain * sin(angle)) <= 1e-10)
      }
    }
    #expect(try #require(spectra.coherence(0)).allSatisfy { abs($0 - 1) <= Self.rounding })
    #expect(spectra.cross[1] == nil)
  }

  @Test("by the median are the middle of the segments', by peaks their largest")
  func medianAndPeaks() throws {
    let samples = Recordings.noise(1000, seed: 11)
    let options = SegmentOptions(length: 100, overlap: 0)
    let single = (0..<10).map { part in
      Recordings.welch([Array(samples[100 * part..<100 * part + 100])], options, rateHz: 1).mean[0]
    }
    let bias = 1.0 - 1.0 / 2 + 1.0 / 3 - 1.0 / 4 + 1.0 / 5 - 1.0 / 6 + 1.0 / 7 - 1.0 / 8 + 1.0 / 9
    for bins in [0..<51, 7..<9] {
      var estimator = MedianEstimator(
        options, channels: 1, bins: bins, segments: 10, blockMax: 1000)
      Recordings.feed([samples], blocks: [77]) { estimator.add($0, startsStretch: $1) }
      let expected = bins.map { bin in
        let sorted = single.map { $0[bin] }.sorted()
        return (sorted[4] + sorted[5]) / 2 / bias
      }
      #expect(worst(estimator.density(rateHz: 1)[0], expected) <= Self.rounding)
    }
    let held = Recordings.welch([samples], options, rateHz: 1, holdsPeaks: true)
    let largest = (0..<51).map { bin in single.map { $0[bin] }.max() ?? 0 }
    #expect(worst(try #require(held.peak)[0], largest) <= Self.rounding)
  }

  @Test("by the median are right for any number of segments, tied ones too", arguments: 1...12)
  func medians(_ count: Int) throws {
    let options = SegmentOptions(length: 8, overlap: 0, window: .rectangular, detrend: .none)
    // Segments of impulses of the heights 0, 1, 2, 0, 1, 2 …: all bins have the square of the height.
    let samples = (0..<count).flatMap { part in (0..<8).map { $0 == 0 ? Double(part % 3) : 0 } }
    var estimator = MedianEstimator(
      options, channels: 1, bins: 1..<2, segments: count, blockMax: samples.count)
    Recordings.feed([samples], blocks: [5]) { estimator.add($0, startsStretch: $1) }
    let sorted = (0..<count).map { Double($0 % 3 * ($0 % 3)) }.sorted()
    let median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    let density = estimator.density(rateHz: 8)[0][0] * MedianEstimator.bias(count) * 32
    #expect(abs(density - median) <= Self.rounding)
  }

  @Test("by the median have the bias of Gaussian noise taken out")
  func medianBias() {
    // For three segments: the median of three exponential variables has the mean 1/3 + 1/2.
    #expect(abs(MedianEstimator.bias(3) - 5.0 / 6) <= 1e-15)
    #expect(abs(MedianEstimator.bias(100_001) - log(2.0)) <= 1e-5)
  }
}
