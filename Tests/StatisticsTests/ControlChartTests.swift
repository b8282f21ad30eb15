import TestSupport
import Testing

@testable import Statistics

@Suite("control charts") struct ControlChartTests {
  /// d2, d3, c4 as published to four places [ASTM Manual on Presentation of Data, table 49].
  static let published: [(size: Int, d2: Double, d3: Double, c4: Double)] = [
    (2, 1.128, 0.853, 0.7979), (3, 1.693, 0.888, 0.8862), (4, 2.059, 0.880, 0.9213),
    (5, 2.326, 0.864, 0.9400), (6, 2.534, 0.848, 0.9515), (7, 2.704, 0.833, 0.9594),
    (8, 2.847, 0.820, 0.9650), (9, 2.970, 0.808, 0.9693), (10, 3.078, 0.797, 0.9727),
    (15, 3.472, 0.756, 0.9823), (20, 3.735, 0.729, 0.9869), (25, 3.931, 0.708, 0.9896),
  ]

  @Test("have the published constants", arguments: ControlChartTests.published.map(\.size))
  func constants(size: Int) throws {
    let expected = try #require(Self.published.first { $0.size == size })
    let constants = ControlConstants(size: size)
    // Half a unit of the last published place, and a little for what its rounding was made of.
    #expect(abs(constants.d2 - expected.d2) < 6e-4)
    #expect(abs(constants.d3 - expected.d3) < 6e-4)
    #expect(abs(constants.c4 - expected.c4) < 6e-5)
  }

  @Test("of pairs and triples have constants in closed form")
  func closedForms() {
    let pi = Double.pi
    let (two, three) = (ControlConstants(size: 2), ControlConstants(size: 3))
    let errors = [
      two.d2 - 2 / pi.squareRoot(), two.d3 - (2 - 4 / pi).squareRoot(),
      two.c4 - (2 / pi).squareRoot(), three.d2 - 3 / pi.squareRoot(),
      three.c4 - pi.squareRoot() / 2,
    ]
    let worst = errors.map(abs).max() ?? 1
    #expect(worst < 1e-7)
    recordVerification(
      "data.spc", "d2, d3, c4 of subgroups of 2 and 3", source: "closed forms",
      measure: "largest difference", value: worst, granted: 1e-7)
  }

  /// NIST's univariate sets of growing difficulty, by their definitions: a number, then its neighbours in turn.
  static let univariate:
    [(name: String, values: [Double], mean: Double, deviation: Double, lag1: Double)] = [
      ("NumAcc1", [10_000_001, 10_000_003, 10_000_002], 10_000_002, 1, -0.5),
      ("NumAcc2", [1.2] + (0..<1000).map { $0 % 2 == 0 ? 1.1 : 1.3 }, 1.2, 0.1, -0.999),
      (
        "NumAcc3", [1_000_000.2] + (0..<1000).map { $0 % 2 == 0 ? 1_000_000.1 : 1_000_000.3 },
        1_000_000.2, 0.1, -0.999
      ),
      (
        "NumAcc4", [10_000_000.2] + (0..<1000).map { $0 % 2 == 0 ? 10_000_000.1 : 10_000_000.3 },
        10_000_000.2, 0.1, -0.999
      ),
    ]

  @Test("estimate NIST's univariate sets to their certified digits", arguments: 0..<4)
  func certified(number: Int) {
    let set = Self.univariate[number]
    let process = ControlData(groups: set.values.map { [$0] }).process(usesRanges: true)
    Self.check(set.name, process, set.mean, set.deviation, set.lag1)
  }

  @Test(
    "estimate the published univariate sets to their certified digits",
    .enabled(if: PublishedTable.areThere), arguments: ["Lew", "PiDigits", "NumAcc3"])
  func publishedSets(name: String) throws {
    let values = try PublishedTable.columns("nist_strd/univariate/\(name).csv")[0]
    let certified = [
      "Lew": (-177.435, 277.332168044316, -0.307304800605679),
      "PiDigits": (4.5348, 2.86733906028871, -0.00355099287237972),
      "NumAcc3": (1_000_000.2, 0.1, -0.999),
    ]
    let (mean, deviation, lag1) = try #require(certified[name])
    let process = ControlData(groups: values.map { [$0] }).process(usesRanges: true)
    Self.check("\(name) as published", process, mean, deviation, lag1)
  }

  /// 12 digits of the mean, 9 of the deviation (6 where the data have no more), 8 of the autocorrelation.
  private static func check(
    _ name: String, _ process: ControlData.Process, _ mean: Double, _ deviation: Double,
    _ lag1: Double
  ) {
    let digits = [
      RegressionTests.digits(process.mean, mean),
      RegressionTests.digits(process.overall, deviation),
      RegressionTests.digits(process.autocorrelation, lag1),
    ]
    let isHard = name.hasPrefix("NumAcc3") || name.hasPrefix("NumAcc4")
    #expect(digits[0] >= 12 && digits[1] >= (isHard ? 6 : 9) && digits[2] >= 8, "\(digits)")
    for (what, reached) in zip(["mean", "deviation", "lag-1 autocorrelation"], digits) {
      recordVerification(
        "data.spc", "NIST \(name)", source: "NIST StRD", measure: "correct digits of the \(what)",
        value: min(reached, 15),
        granted: what == "mean" ? 12 : what != "deviation" ? 8 : isHard ? 6 : 9)
    }
  }

  /// Two subgroups' statistics by hand.
  @Test("of means and ranges have limits A2, D3, D4 from their ranges")
  func means() {
    let data = ControlData(groups: [[1, 3, 2, 2], [4, 2, 3, 3], [2, 2, 5, 3]])
    let charts = data.xbarR()
    #expect(charts[0].points == [2, 3, 3])
    #expect(charts[1].points == [2, 2, 3])
    // The published table for n = 4: A2 = 0.729, D3 = 0, D4 = 2.282.
    let (mean, range) = (8.0 / 3, 7.0 / 3)
    #expect(abs(charts[0].upper[0] - (mean + 0.729 * range)) < 2e-3)
    #expect(abs(charts[0].lower[0] - (mean - 0.729 * range)) < 2e-3)
    #expect(abs(charts[1].upper[0] - 2.282 * range) < 2e-3)
    #expect(charts[1].lower[0] == 0)
  }

  @Test("of single values have limits 2.66 moving ranges away")
  func individuals() {
    let charts = ControlData(groups: [[10], [12], [11], [13]]).individuals()
    let range = (2.0 + 1 + 2) / 3
    #expect(abs(charts[0].upper[0] - (11.5 + 2.6587 * range)) < 1e-3)
    #expect(abs(charts[1].upper[1] - 3.267 * range) < 1e-3)
    #expect(charts[1].beyond.isEmpty)
  }

  @Test("by weighted averages and sums follow their recurrences")
  func sums() {
    var data = ControlData(groups: [[1], [1], [-1], [3]])
    (data.mean, data.deviation) = (0, 1)
    let ewma = data.ewma(lambda: 0.5, width: 3)
    #expect(ewma.points == [0.5, 0.75, -0.125, 1.4375])
    // σ² λ/(2 - λ) (1 - (1 - λ)^(2i)): 1/4 and 5/16 at the first two points.
    #expect(abs(ewma.upper[0] - 1.5) < 1e-12)
    #expect(abs(ewma.upper[1] - 3 * (5.0 / 16).squareRoot()) < 1e-12)
    let cusum = data.cusum(slack: 0.5, decision: 2.5)
    #expect(cusum[0].points == [0.5, 1, 0, 2.5])
    #expect(cusum[1].points == [0, 0, -0.5, 0])
    #expect(cusum[0].beyond.isEmpty)
  }

  @Test("of counts have binomial and Poisson limits")
  func counts() {
    let data = ControlCounts(counts: [4, 6, 5, 25], sizes: [100, 100, 100, 100])
    let p = data.p()
    #expect(p.centre == 0.1)
    #expect(abs(p.upper[0] - 0.19) < 1e-12 && abs(p.lower[0] - 0.01) < 1e-12)
    #expect(p.beyond == [3])
    #expect(abs(data.np().upper[0] - 19) < 1e-12)
    #expect(data.c().centre == 10 && data.c().upper[0] == 10 + 3 * 10.0.squareRoot())
    #expect(data.u().lower[0] == 0.1 - 3 * (0.1 / 100).squareRoot())
    var learned = data
    learned.baseline = 3
    #expect(learned.p().centre == 0.05)
  }

  @Test(
    "alarm where a pattern is complete, and not before",
    arguments: [
      (RunRule.nelson1, [0, 3.1, -3.1], [1, 2]),
      (.nelson2, [Double](repeating: 0.1, count: 10), [8, 9]),
      (.western4, [Double](repeating: -0.1, count: 9), [7, 8]),
      (.nelson3, [0, 1, 2, 3, 4, 5, 4], [5]),
      (.nelson3, [5, 4, 3, 2, 1, 0], [5]),
      (.nelson4, (0..<14).map { $0 % 2 == 0 ? 0.5 : -0.5 }, [13]),
      (.nelson5, [2.1, 0, 2.1, 0, 0, -2.1, -2.2], [2, 6]),
      (.western2, [2.1, 0, 0, 2.1], []),
      (.nelson6, [1.1, 1.1, 0, 1.1, 1.1], [4]),
      (.western3, [1.1, 1.1, 1.1, 1.1, -1.1], [3]),
      (.nelson7, [Double](repeating: 0.9, count: 15), [14]),
      (.nelson8, [1.1, -1.1, 1.1, 1.1, -1.2, 1.1, -1.1, 2], [7]),
    ] as [(RunRule, [Double], [Int])])
  func rules(rule: RunRule, z: [Double], alarms: [Int]) {
    #expect(rule.alarms(z) == alarms)
  }

  @Test("tell capability by the deviation within and overall")
  func capability() {
    let process = ControlData.Process(mean: 10, within: 1, overallMean: 10, overall: 2)
    let fit = ProcessCapability(process, lower: 4, upper: 13)
    #expect((fit.cp, fit.cpk) == (1.5, 1))
    #expect((fit.pp, fit.ppk) == (0.75, 0.5))
    // Φ(-3) + Φ(-1.5).
    #expect(abs(fit.expectedOutside - (0.0013498980316301 + 0.0668072012688581)) < 1e-12)
    #expect(ProcessCapability(process, lower: nil, upper: 13).cp.isNaN)
  }

  @Test("tell performance by all numbers, also by those behind the baseline")
  func performance() {
    var data = ControlData(groups: [[9, 11], [9, 11], [13, 15], [13, 15]])
    data.baseline = 2
    let process = data.process(usesRanges: true)
    #expect((process.mean, process.overallMean) == (10, 12))
    // Squares 9, 1, 9, 1, 1, 9, 1, 9 about 12.
    #expect(abs(process.overall - (40.0 / 7).squareRoot()) < 1e-14)
    let fit = ProcessCapability(process, lower: 0, upper: 16)
    #expect(abs(fit.cpk - 6 / (3 * process.within)) < 1e-14)
    #expect(abs(fit.ppk - 4 / (3 * process.overall)) < 1e-14)
  }

  @Test("say of numbers that are all equal whether they lie inside", arguments: [2.0, 2.05])
  func constant(value: Double) {
    let data = ControlData(groups: [[value], [value], [value]])
    let process = data.process(usesRanges: true)
    let fit = ProcessCapability(process, lower: 1.97, upper: 2.03)
    #expect(fit.expectedOutside == (value > 2.03 ? 1 : 0))
    #expect(!fit.cpk.isFinite && !fit.ppk.isFinite)
  }

  /// Upper 5 % points of the studentised range [Harter 1960; Pearson, Hartley table 29].
  @Test(
    "judge ranges of means by the published studentised range",
    arguments: [
      (3, 10.0, 3.877), (5, 20.0, 4.232), (4, 60.0, 3.737), (10, 120.0, 4.560), (2, 5.0, 3.635),
    ])
  func studentisedRange(count: Int, degrees: Double, q: Double) {
    #expect(abs(StudentizedRange.survival(q, count: count, degrees: degrees) - 0.05) < 1e-4)
  }
}
