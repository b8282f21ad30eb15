import JobModel
import Testing

@Suite("inputs that would be bent in silence") struct WrongInputTests {
  private static let fit: [String: Value] = [
    "model": .text("a*x"), "response": .text("y"), "bounds": .text("a = 0 .. 2"),
  ]

  @Test("a start outside of its bounds is refused")
  func start() {
    let table = ["table": "g,x,y\np,1,2\np,2,4\nq,1,1\nq,2,9\n"]
    #expect(
      KernelRun.problem("data.fit", Self.fit.merging(["start": .text("a = 5")]) { $1 }, table)
        == "the start of `a`, 5.0, lies outside of its bounds, 0.0 .. 2.0; start within them, or "
        + "widen `bounds`")
    let grouped: [String: Value] = ["start": .text("a = min(y)"), "group": .text("g")]
    #expect(
      KernelRun.problem("data.fit", Self.fit.merging(grouped) { $1 }, table) == "nothing is wrong")
    let beyond: [String: Value] = ["start": .text("a = max(y)"), "group": .text("g")]
    #expect(
      KernelRun.problem("data.fit", Self.fit.merging(beyond) { $1 }, table).hasPrefix(
        "the start of `a` in group `p`, 4.0, lies outside of its bounds"))
  }

  @Test("the response of a calibration is no predictor")
  func response() {
    #expect(
      KernelRun.problem(
        "data.pls", ["response": .text("y"), "predictors": .text("x, y")],
        ["table": "x,y\n1,2\n2,4\n3,7\n"])
        == "`y` is both a response and a predictor; leave it out of `predictors`")
  }

  @Test(
    "factors of a design rise, spread, and have names of their own",
    arguments: [
      ("a: 2..1", "the range of the factor `a` does not rise: 2.0 .. 1.0; write `a: low..high`"),
      (
        "a [mm]: 1..1; b: 0..1",
        "the range of the factor `a` does not rise: 1.0 .. 1.0; write `a: low..high`"
      ),
      (
        "a: 1..2; b: 0..1; a: 3|4", "two factors are called `a`; give each factor a name of its own"
      ),
    ])
  func design(factors: String, message: String) {
    #expect(KernelRun.problem("data.design", ["factors": .text(factors)], [:]) == message)
  }

  private static func noise(_ count: Int) -> [String: String] {
    ["signal": "a\n" + (0..<count).map { "\(($0 * 7919) % 101)" }.joined(separator: "\n")]
  }
  private static let sampled: [String: Value] = [
    "time": .text("none"), "rate": .quantity(100, unit: "Hz"),
  ]

  @Test("a recording that is too short for the long window is no recording without arrivals")
  func pick() {
    let windows: [String: Value] = [
      "short": .quantity(0.1, unit: "s"), "long": .quantity(10, unit: "s"),
    ]
    #expect(
      KernelRun.problem("signal.pick", Self.sampled.merging(windows) { $1 }, Self.noise(500))
        == "the longest recording has 5.0 s, not more than the window `long` of 10.0 s; shorten `long`, or give "
        + "a longer recording")
    #expect(
      KernelRun.problem("signal.pick", Self.sampled.merging(windows) { $1 }, Self.noise(1100))
        == "nothing is wrong")
  }

  @Test("an upper edge is refused where a filter has one edge", arguments: ["low", "high"])
  func edge(band: String) {
    let parameters: [String: Value] = [
      "band": .text(band), "edge": .quantity(5, unit: "Hz"), "edge_high": .quantity(20, unit: "Hz"),
    ]
    #expect(
      KernelRun.problem("signal.filter", Self.sampled.merging(parameters) { $1 }, Self.noise(500))
        == "`edge_high` has no meaning for `band: \(band)`, which has one edge; leave it out, or use "
        + "`band: band` or `band: stop`")
  }

  @Test("a band of spectra ends at half of the sample rate")
  func band() {
    let parameters: [String: Value] = [
      "band_to": .quantity(80, unit: "Hz"), "segment": .number(128),
    ]
    #expect(
      KernelRun.problem("signal.psd", Self.sampled.merging(parameters) { $1 }, Self.noise(500))
        == "`band_to` is 80.0 Hz, above half of the sample rate, 50.0 Hz; give at most 50.0 Hz, or "
        + "leave it out")
  }
}
