import Base
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

  @Test("reduced to a band come back as the part of the samples in it, stretch after stretch")
  func band() {
    let count = 1000
    let low = (0..<count).map { cos(0.2 * Double($0)) }
    let samples = (0..<count).map { low[$0] + sin(2.0 * Double($0)) }
    let options = SegmentOptions(length: 128, overlap: 96, window: .blackmanHarris)
    let split = Int(1.0 / (2 * Double.pi) * 128)
    for (bins, expected, tolerance) in [(0..<65, samples, Self.inverse), (0..<split, low, 1e-4)] {
      let resynthesis = BandResynthesis(options, bins: bins, blockMax: 300)
      for _ in 0..<2 {
        resynthesis.ready = []
        resynthesis.begin()
        Recordings.feed([samples], blocks: [300]) { block, _ in resynthesis.add(block.channel(0)) }
        resynthesis.end()
        // The ends of a tone are not in its band.
        let (found, exact) = (resynthesis.ready[128..<count - 128], expected[128..<count - 128])
        #expect(resynthesis.ready.count == count)
        #expect(worst(Array(found), Array(exact)) <= tolerance)
      }
      #expect((resynthesis.largestDifference <= Self.inverse) == (bins.count == 65))
    }
  }

  @Test("are surveyed in bounded memory: mean, ridge, and a picture with all peaks")
  func survey() {
    let options = SegmentOptions(length: 64, overlap: 0, detrend: .none)
    let scale = SpectrogramStream(options, channels: 1, blockMax: 1).scale(rateHz: 64)
    var survey = SpectrogramSurvey(scale, band: 1..<33)
    let density = Buffer(repeating: 0.0, count: 33)
    let frames = 2000
    for frame in 0..<frames {
      let bin = 1 + frame * 30 / frames
      for index in 0..<33 { density.view[index] = index == bin ? 100 : 1 }
      let found = survey.add(density.view.reading, at: Double(frame))
      #expect(found.frequency == Double(bin))
    }
    #expect(abs(survey.ridgeSlope - 30 / Double(frames)) <= 1e-4)
    #expect(abs(survey.mean[0] - 1) <= Self.inverse)
    let picture = survey.decibels(range: 15)
    #expect(picture.columns <= 800 && picture.cells.count == picture.columns * survey.rows)
    #expect(picture.cells.max() == 20 && picture.cells.min() == 5)
    for column in 0..<picture.columns {
      #expect((0..<survey.rows).contains { picture.cells[$0 * picture.columns + column] == 20 })
    }
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
    let expected = try #require(reference["spectrogram_col0"]?.references)
    let first = Recordings.welch([Array(samples[..<512])], options, rateHz: 1000).mean[0]
    let difference = worst(Array(first.prefix(expected.count)), expected)
    #expect(difference <= 1e-10)
    recordVerification(
      "signal.spectrogram", "first segment", source: "SciPy 1.17.1",
      measure: "share of the largest bin", value: difference, granted: 1e-10)
  }
}
