import Glibc
import LinearAlgebra
import Signals
import TestSupport
import Testing

@Suite("Spectrograms")
struct SpectrogramTests {
  /// The limit of the inverse, as a share of the largest sample.
  static let inverse = 1e-12

  @Test("have Welch's spectrum as their mean over time", arguments: [0, 50, 96])
  func mean(_ overlap: Int) {
    let samples = Recordings.noise(3000)
    let options = SegmentOptions(length: 128, overlap: overlap)
    var sums = [Double](repeating: 0, count: options.bins)
    var frames = 0
    var stream = SpectrogramStream(options, channels: 1, blockMax: 700)
    let scale = stream.scale(rateHz: 10)
    let density = Buffer(repeating: 0.0, count: options.bins)
    Recordings.feed([samples], blocks: [700]) { block, isFirst in
      for segment in 0..<stream.take(block, startsStretch: isFirst) {
        scale.density(of: stream.spectrum(segment, channel: 0), into: density.view)
        for bin in 0..<options.bins { sums[bin] += density.view[bin] }
        frames += 1
      }
    }
    let welch = Recordings.welch([samples], options, rateHz: 10)
    #expect(frames == welch.segments)
    #expect(worst(sums.map { $0 / Double(frames) }, welch.mean[0]) <= Self.inverse)
  }

  @Test(
    "come back to the samples they were made of",
    arguments: [Window.hann, .hamming, .blackmanHarris, .kaiser(beta: 8)], [33, 64, 90])
  func roundTrip(_ window: Window, _ overlap: Int) {
    let samples = Recordings.noise(2000)
    let options = SegmentOptions(length: 120, overlap: overlap, window: window, detrend: .none)
    let zeros = [Double](repeating: 0, count: overlap)
    let extended = zeros + samples + [Double](repeating: 0, count: 2 * options.length)
    var stream = SpectrogramStream(options, channels: 1, blockMax: extended.count)
    var inverse = ShortTimeInverse(options)
    var result: [Double] = []
    Recordings.feed([extended], blocks: [extended.count]) { block, isFirst in
      for segment in 0..<stream.take(block, startsStretch: isFirst) {
        inverse.add(stream.spectrum(segment, channel: 0), into: &result)
      }
    }
    let back = Array(result[overlap..<overlap + samples.count])
    let difference = worst(back, samples)
    #expect(difference <= Self.inverse)
    recordVerification(
      "signal.spectrogram", "inverse, \(window), \(overlap) of 120",
      source: "the samples themselves",
      measure: "share of the largest sample", value: difference, granted: Self.inverse)
  }

  @Test("tell which windows and overlaps can be inverted, and which add up to a constant")
  func overlaps() {
    let hann = Window.hann.weights(64)
    #expect(WindowOverlap(hann, hop: 32).isConstant && WindowOverlap(hann, hop: 16).isConstant)
    #expect(!WindowOverlap(hann, hop: 24).isConstant && WindowOverlap(hann, hop: 24).isInvertible)
    // A Hann window begins with a zero: side by side, each first sample is lost.
    #expect(!WindowOverlap(hann, hop: 64).isInvertible)
    let box = Window.rectangular.weights(64)
    #expect(WindowOverlap(box, hop: 64).isConstant && WindowOverlap(box, hop: 64).isInvertible)
  }

  @Test(
    "are SciPy's (skipped where the certified data is missing)",
    .enabled(if: CertifiedData.isThere("psd/reference.json")))
  func scipy() throws {
    let reference = try #require(CertifiedData.json("psd/reference.json"))
    let samples = try #require(CertifiedData.columns("psd/xy.csv")?["x"])
    let options = SegmentOptions(length: 512, overlap: 256)
    let expected = try #require(reference["spectrogram_col0"]?.numbers)
    let first = Recordings.welch([Array(samples[..<512])], options, rateHz: 1000).mean[0]
    let difference = worst(Array(first.prefix(expected.count)), expected)
    #expect(difference <= 1e-10)
    recordVerification(
      "signal.spectrogram", "first segment", source: "SciPy 1.17.1",
      measure: "share of the largest bin", value: difference, granted: 1e-10)
  }
}
