import LinearAlgebra
import Signals
import TestSupport
import Testing

@Suite("Rainflow counting")
struct RainflowTests {
  /// ASTM E1049-85 (2017), figure 6.
  static let history: [Double] = [-2, 1, -3, 5, -1, 3, -4, 4, -2]

  @Test("The worked example of ASTM E1049, 5.4.4, is counted exactly, however it arrives in blocks")
  func worked() {
    let published: [[Double]] = [[3, 0.5], [4, 1.5], [6, 0.5], [8, 1], [9, 0.5]]
    for block in 1...10 {
      let list = CycleList()
      countRainflow(Self.history, .threePoint, residue: .half, block: block, into: list)
      #expect(list.counts == published)
    }
    recordVerification(
      "signal.fatigue", "figure 6", source: "ASTM E1049-85, 5.4.4",
      measure: "wrong counts", value: 0, granted: 0)
  }

  @Test("Repeated, it has the counts of ASTM E1049, 5.4.5", arguments: RainflowRule.allCases)
  func repeated(rule: RainflowRule) {
    let published: [[Double]] = [[3, 1], [4, 1], [7, 1], [9, 1]]
    let list = CycleList()
    countRainflow(Self.history, rule, residue: .repeat, into: list)
    #expect(list.counts == published)
    let fromTheTop = CycleList()
    countRainflow([5, -1, 3, -4, 4, -2, 1, -3, 5], rule, residue: .repeat, into: fromTheTop)
    #expect(fromTheTop.counts == published)
  }

  @Test(
    "Certified recordings are counted exactly (skipped where the data are missing)",
    .enabled(if: FatigueReference.isThere),
    arguments: ["gauss_20000", "narrow_50000", "plateau_4000"])
  func recordings(name: String) throws {
    let (samples, reference) = try FatigueReference.recording(name)
    let list = CycleList()
    countRainflow(samples, .threePoint, residue: .half, into: list)
    #expect(list.counts == reference.counts)
    recordVerification(
      "signal.fatigue", name, source: "rainflow 3.2.0 and an independent transcription",
      measure: "wrong counts", value: list.counts == reference.counts ? 0 : 1, granted: 0)
    let closed = CycleList()
    let residue = countRainflow(samples, .fourPoint, residue: .ignore, into: closed)
    #expect(closed.cycles.count == reference.fourPointCycles)
    #expect(residue == reference.fourPointResidue)
  }

  /// Relative: sums of whole numbers below 2^53 but for the largest exponents, then one root.
  static let loadTolerance = 1e-12

  @Test(
    "Damage equivalent loads of certified recordings have 12 digits (skipped where they are missing)",
    .enabled(if: FatigueReference.isThere),
    arguments: ["gauss_20000", "narrow_50000", "plateau_4000"])
  func equivalentLoads(name: String) throws {
    let (samples, reference) = try FatigueReference.recording(name)
    let tally = CycleTally(.init(exponents: [3, 5, 10]))
    countRainflow(samples, .threePoint, residue: .half, into: tally)
    let loads = tally.equivalentLoads(cycles: 1e6)
    let exact = ["3", "5", "10"].compactMap { reference.equivalentLoads[$0] }
    try #require(exact.count == 3)
    let error = zip(loads, exact).map { abs($0 / $1 - 1) }.max() ?? 1
    #expect(error < Self.loadTolerance)
    recordVerification(
      "signal.fatigue", "\(name), DEL m = 3, 5, 10", source: "rainflow 3.2.0",
      measure: "largest relative error", value: error, granted: Self.loadTolerance)
  }

  @Test("Blocks, plateaus and repeated samples change nothing", arguments: RainflowRule.allCases)
  func blocks(rule: RainflowRule) {
    var random = NormalNumbers(seed: 11)
    let samples = (0..<9000).map { _ in (random.next() * 20).rounded() }
    let whole = CycleList()
    let residue = countRainflow(samples, rule, residue: .half, block: 9000, into: whole)
    let doubled = samples.flatMap { [$0, $0, $0] }
    for block in [1, 7, 512] {
      let parts = CycleList()
      #expect(residue == countRainflow(samples, rule, residue: .half, block: block, into: parts))
      #expect(parts.counts == whole.counts)
      let plateaus = CycleList()
      countRainflow(doubled, rule, residue: .half, block: block, into: plateaus)
      #expect(plateaus.counts == whole.counts)
    }
  }

  @Test("With half cycles, both rules have the same loops")
  func bothRules() {
    var random = NormalNumbers(seed: 3)
    let samples = (0..<20_000).map { _ in random.next() }
    let (three, four) = (CycleList(), CycleList())
    countRainflow(samples, .threePoint, residue: .half, into: three)
    countRainflow(samples, .fourPoint, residue: .half, into: four)
    #expect(three.counts == four.counts)
  }

  @Test("A recording repeated many times has the loops of its repetition")
  func repetition() {
    var random = NormalNumbers(seed: 5)
    let samples = (0..<500).map { _ in random.next() }
    let once = CycleList()
    countRainflow(samples, .fourPoint, residue: .repeat, into: once)
    let (nine, eight) = (CycleList(), CycleList())
    let copies = Array(repeating: samples, count: 9).flatMap { $0 }
    countRainflow(copies, .fourPoint, residue: .ignore, into: nine)
    countRainflow(Array(copies.dropLast(500)), .fourPoint, residue: .ignore, into: eight)
    // The ninth copy closes as many loops as any later one.
    #expect(nine.cycles.count - eight.cycles.count == once.cycles.count)
  }

  @Test("A growing wave, which never closes, is carried whatever its length")
  func longResidue() {
    let samples = (0..<30_000).map { Double($0) * ($0 % 2 == 0 ? 1 : -1) }
    let list = CycleList()
    let residue = countRainflow(samples, .fourPoint, residue: .ignore, into: list)
    #expect(list.cycles.isEmpty)
    #expect(residue == samples)
  }

  @Test("A collapsing wave closes all loops at one moment, more than a block of them")
  func manyAtOnce() {
    let wave = (0..<20_001).map { Double(20_001 - $0) * ($0 % 2 == 0 ? 1 : -1) }
    let list = CycleList()
    countRainflow([-30_000] + wave + [40_000], .fourPoint, residue: .ignore, into: list)
    #expect(list.cycles.count == 10_000)
  }

  @Test("The gate removes what moves less, and nothing else")
  func gate() {
    let samples: [Double] = [0, 10, 9.5, 10.2, 0, 0.4, 0, 8, 7, 12, 11.8]
    let list = CycleList()
    let residue = countRainflow(samples, .fourPoint, residue: .ignore, gate: 1, into: list)
    #expect(residue == [0, 12])
    #expect(list.counts == [[1, 1], [10.2, 1]])
    let all = CycleList()
    countRainflow(samples, .threePoint, residue: .half, gate: 1e-9, into: all)
    let without = CycleList()
    countRainflow(samples, .threePoint, residue: .half, into: without)
    #expect(all.counts == without.counts)
  }

  @Test("Nothing, one sample and a constant count nothing", arguments: [[], [3], [3, 3, 3, 3]])
  func nothing(samples: [Double]) {
    for rule in RainflowRule.allCases {
      for residue in ResidueRule.allCases {
        let list = CycleList()
        countRainflow(samples, rule, residue: residue, into: list)
        #expect(list.cycles.isEmpty)
      }
    }
  }
}
