import Base
import Glibc
import LinearAlgebra
import Signals
import Testing

@Suite("Filtering")
struct FilteringTests {
  static let rounding = 1e-12

  static let sections = FilterFamily.butterworth.digital(order: 3, .bandPass(0.1, 0.3)).sections

  @Test(
    "is the recursion of the definition, however the samples come", arguments: [1, 2, 3, 7, 5000])
  func cascade(_ block: Int) {
    let samples = Recordings.noise(5000)
    for count in [1, 2, 3] + [4, 5, 9] {
      let sections = (0..<count).map { Self.sections[$0 % 3] }
      #expect(
        worst(Filtering.causal(samples, sections, block: block), recursion(samples, sections))
          <= Self.rounding, "\(count) sections")
    }
  }

  @Test("from the steady state leaves a constant constant")
  func steady() {
    let sections = FilterFamily.chebyshev1(rippleDB: 1).digital(order: 7, .lowPass(0.2)).sections
    let buffer = Buffer(repeating: 3.0, count: 100)
    var cascade = SectionCascade(sections, steadyInput: 3)
    cascade.filter(buffer.view)
    let level = sections.response(0).real * 3
    #expect(buffer.view.copy(first: 100).allSatisfy { abs($0 - level) <= 1e-10 })
  }

  @Test("forwards and backwards has no phase and the squared magnitude")
  func zeroPhase() throws {
    let count = 4000
    let angle = 2 * Double.pi * 200 / Double(count)
    let samples = (0..<count).map { cos(angle * Double($0)) }
    let filtered = try Filtering.zeroPhase(samples, Self.sections, block: 333)
    let gain = Self.sections.response(angle).squaredMagnitude
    for index in 1000..<3000 {
      #expect(abs(filtered[index] - gain * samples[index]) <= 1e-9, "far from the ends")
    }
  }

  @Test("forwards and backwards does not depend on the blocks", arguments: [1, 10, 40, 4000])
  func zeroPhaseBlocks(_ block: Int) throws {
    let samples = Recordings.noise(200)
    let whole = try Filtering.zeroPhase(samples, Self.sections, block: 200)
    #expect(try Filtering.zeroPhase(samples, Self.sections, block: block) == whole)
    #expect(whole.count == samples.count)
  }

  @Test("forwards and backwards copes with stretches shorter than its extension", arguments: 1...30)
  func short(_ count: Int) throws {
    let samples = Array(repeating: 2.0, count: count)
    let low = FilterFamily.butterworth.digital(order: 4, .lowPass(0.2)).sections
    let filtered = try Filtering.zeroPhase(samples, low, block: 7)
    #expect(filtered.count == count && filtered.allSatisfy { abs($0 - 2) <= Self.rounding })
  }

  @Test(
    "by many taps is the sum of the definition, at any ratio of rates",
    arguments: [(1, 1), (3, 2), (2, 3), (1, 5), (7, 1), (160, 147)], [1, 13, 1000])
  func polyphase(_ ratio: (up: Int, down: Int), _ block: Int) {
    let samples = Recordings.noise(300)
    let taps = Recordings.noise(61, seed: 2)
    for delay in [0, 30] {
      var expected: [Double] = []
      for index in 0..<(300 * ratio.up + ratio.down - 1) / ratio.down {
        let place = delay + index * ratio.down
        expected.append(
          samples.indices.reduce(0) { sum, input in
            let tap = place - input * ratio.up
            return taps.indices.contains(tap) ? sum + samples[input] * taps[tap] : sum
          })
      }
      let found = Filtering.polyphase(
        samples, taps, up: ratio.up, down: ratio.down, delay: delay, block: block)
      #expect(worst(found, expected) <= Self.rounding)
    }
  }

  @Test("of a channel is its action and its change of rate, stretch after stretch")
  func channel() throws {
    let samples = Recordings.noise(500)
    let sections = Self.sections
    let change = RateChange(up: 4, down: 6)
    #expect(change.up == 2 && change.down == 3)
    let taps = finiteImpulse(taps: 31, .lowPass(0.5), window: .hann)
    let actions: [(FilterAction, [Double])] = [
      (.none, samples),
      (.causal(sections, startsSteady: false), Filtering.causal(samples, sections, block: 500)),
      (.zeroPhase(sections), try Filtering.zeroPhase(samples, sections, block: 500)),
      (
        .finite(taps, delay: 15),
        Filtering.polyphase(samples, taps, up: 1, down: 1, delay: 15, block: 500)
      ),
    ]
    for (action, filtered) in actions {
      let expected = Filtering.polyphase(
        filtered, change.taps, up: 2, down: 3, delay: change.delay, block: 500)
      let channel = ChannelFilter(action, change, store: MemoryStore())
      for _ in 0..<2 {
        channel.ready = []
        channel.begin()
        for part in [0..<1, 1..<200, 200..<500] {
          try Array(samples[part]).withView { (view) throws(KilnError) in try channel.add(view) }
        }
        try channel.end()
        while try channel.drain() {}
        #expect(worst(channel.ready, expected) <= Self.rounding)
      }
    }
  }

  @Test("at each tenth sample keeps what is below the new band and loses what is above")
  func decimation() {
    let change = RateChange(keepingEach: 10)
    for (share, gain) in [(0.02, 1.0), (0.3, 0.0)] {
      let samples = (0..<4000).map { cos(.pi * share * Double($0)) }
      let found = Filtering.polyphase(
        samples, change.taps, up: 1, down: 10, delay: change.delay, block: 999)
      for index in 50..<350 {
        #expect(abs(found[index] - gain * samples[10 * index]) <= 3e-3, "a Hamming window's ripple")
      }
    }
  }

  /// Section after section, sample after sample.
  private func recursion(_ samples: [Double], _ sections: [Section]) -> [Double] {
    sections.reduce(samples) { samples, section in
      var (x1, x2, y1, y2) = (0.0, 0.0, 0.0, 0.0)
      return samples.map { x in
        let y =
          section.b0 * x + section.b1 * x1 + section.b2 * x2 - section.a1 * y1 - section.a2 * y2
        (x2, x1, y2, y1) = (x1, x, y1, y)
        return y
      }
    }
  }
}

/// Filters over whole arrays, cut into blocks.
enum Filtering {
  static func causal(_ samples: [Double], _ sections: [Section], block: Int) -> [Double] {
    var cascade = SectionCascade(sections)
    return blocks(samples, block).flatMap { part in
      let buffer = Buffer(repeating: 0.0, count: part.count)
      for (index, value) in part.enumerated() { buffer.view[index] = value }
      cascade.filter(buffer.view)
      return buffer.view.copy(first: part.count)
    }
  }

  static func zeroPhase(
    _ samples: [Double], _ sections: [Section], block: Int
  ) throws(KilnError) -> [Double] {
    let store = MemoryStore()
    var filter = ZeroPhaseFilter(sections, store: store)
    for part in blocks(samples, block) {
      try part.withView { (view) throws(KilnError) in try filter.add(view) }
    }
    let range = try filter.finish()
    let result = Buffer(repeating: 0.0, count: range.count)
    try store.read(at: range.lowerBound, into: result.view)
    return result.view.copy(first: range.count)
  }

  static func polyphase(
    _ samples: [Double], _ taps: [Double], up: Int, down: Int, delay: Int, block: Int
  ) -> [Double] {
    var filter = PolyphaseFilter(taps, up: up, down: down, delay: delay)
    var outputs: [Double] = []
    for part in blocks(samples, block) {
      part.withView { filter.filter($0, into: &outputs) }
    }
    filter.finish(into: &outputs)
    return outputs
  }

  private static func blocks(_ samples: [Double], _ size: Int) -> [[Double]] {
    stride(from: 0, to: samples.count, by: size).map {
      Array(samples[$0..<min($0 + size, samples.count)])
    }
  }
}
