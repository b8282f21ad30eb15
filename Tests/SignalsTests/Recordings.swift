import LinearAlgebra
import Signals

/// Recordings for tests, and ways to feed them.
enum Recordings {
  /// Normal numbers by Box and Muller's transform of a linear congruential generator.
  static func noise(_ count: Int, seed: UInt64 = 1) -> [Double] {
    var state = seed
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (Double(state >> 11) + 0.5) / Double(1 << 53)
    }
    // The sum of twelve uniform numbers has variance one; its tails do not matter here.
    return (0..<count).map { _ in (0..<12).reduce(-6) { sum, _ in sum + uniform() } }
  }

  /// Calls `body` with the channels cut into blocks of these sizes, the last one repeated.
  static func feed(
    _ channels: [[Double]], blocks: [Int], _ body: (SampleBlock, _ isFirst: Bool) -> Void
  ) {
    let total = channels.first?.count ?? 0
    var sizes = blocks[...]
    var start = 0
    while start < total {
      let count = min(sizes.first ?? 1, total - start)
      if sizes.count > 1 { sizes.removeFirst() }
      let buffer = Buffer(repeating: 0.0, count: channels.count * count)
      for (index, channel) in channels.enumerated() {
        for row in 0..<count { buffer.view[index * count + row] = channel[start + row] }
      }
      body(
        SampleBlock(buffer.view.reading, channels: channels.count, count: count, stride: count),
        start == 0)
      start += count
    }
  }

  /// Welch's spectra of a recording without gaps.
  static func welch(
    _ channels: [[Double]], _ options: SegmentOptions, rateHz: Double, reference: Int? = nil,
    holdsPeaks: Bool = false, blocks: [Int] = [1000]
  ) -> WelchSpectra {
    var estimator = WelchEstimator(
      options, channels: channels.count, reference: reference, holdsPeaks: holdsPeaks,
      blockMax: blocks.max() ?? 1)
    feed(channels, blocks: blocks) { block, isFirst in
      estimator.add(block, startsStretch: isFirst)
    }
    return estimator.spectra(rateHz: rateHz)
  }
}

/// The largest difference as a share of the largest expected value.
func worst(_ values: [Double], _ expected: [Double]) -> Double {
  guard values.count == expected.count else { return .infinity }
  let scale = expected.map(abs).max() ?? 0
  return (zip(values, expected).map { abs($0 - $1) }.max() ?? 0) / scale
}
