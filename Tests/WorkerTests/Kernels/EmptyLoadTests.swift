import JobModel
import Testing

@Suite("loads of signal.fatigue") struct EmptyLoadTests {
  @Test(
    "a recording without samples is refused, as other kernels of signals do",
    arguments: [("a [MPa]\n", "fail"), ("a,b\nNaN,1\nNaN,2\nNaN,3\n", "split")])
  func empty(signal: String, gaps: String) {
    let problem = KernelRun.problem(
      "signal.fatigue",
      ["time": .text("none"), "rate": .quantity(1, unit: "Hz"), "gaps": .text(gaps)],
      ["signal": signal])
    #expect(
      problem
        == "the recording has no samples; check the file and `channels`: every channel needs numbers"
    )
  }

  @Test("cycles are counted without a sample rate, and only what is per time is left out")
  func noRate() throws {
    let fixed: [String: Value] = [
      "time": .text("none"), "knee_amplitude": .number(1), "gaps": .text("split"),
    ]
    let signal = ["signal": "a [MPa]\n0\n5\n-1\nNaN\n6\n-4\n3\n"]
    let bare = try KernelRun("signal.fatigue", fixed, signal)
    let timed = try KernelRun(
      "signal.fatigue", fixed.merging(["rate": .quantity(1, unit: "Hz")]) { $1 }, signal)
    for name in ["damage", "life_repeats", "cycles", "samples", "recordings"] {
      #expect(bare.summary[name] != nil && bare.summary[name] == timed.summary[name], "\(name)")
    }
    for name in ["rate", "duration", "life_hours"] {
      #expect(bare.summary[name] == nil && timed.summary[name] != nil, "\(name)")
    }
    #expect(bare.text("ranges.csv") == timed.text("ranges.csv"))
    #expect(bare.column("life [h]", of: "channels.csv") == ["NaN"])
  }

  @Test("without a rate a gap is named by its row alone")
  func gap() {
    let problem = KernelRun.problem(
      "signal.fatigue", ["time": .text("none")], ["signal": "a\n0\n5\nNaN\n6\n"])
    #expect(
      problem.hasSuffix(
        "the channel `a` has no value in row 3; choose what to do with `gaps`: split, interpolate or "
          + "zero"))
  }

  @Test("other kernels still ask for the rate")
  func spectra() {
    let problem = KernelRun.problem("signal.psd", ["time": .text("none")], ["signal": "a\n0\n5\n"])
    #expect(problem.contains("the sample rate is not known"))
  }
}
