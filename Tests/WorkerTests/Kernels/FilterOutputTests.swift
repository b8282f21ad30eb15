import JobModel
import Testing

@Suite("what signal.filter says it applied") struct FilterOutputTests {
  private static let samples = (0..<600).map { "\(Double($0 % 40))" }.joined(separator: "\n")

  private static func run(_ parameters: [String: Value]) throws -> KernelRun {
    let fixed: [String: Value] = [
      "family": .text("none"), "time": .text("none"), "rate": .quantity(1000, unit: "Hz"),
    ]
    return try KernelRun(
      "signal.filter", fixed.merging(parameters) { $1 }, ["signal": "a [mm]\n\(samples)\n"])
  }

  @Test(
    "the low-pass of a change of rate is named",
    arguments: [
      (
        ["decimate": Value.number(10)],
        "low-pass of 201 taps, Hamming window, edge 50 Hz, delay taken out"
      ),
      (
        ["resample": .text("1/4")],
        "low-pass of 81 taps, Kaiser β = 5.0 window, edge 125 Hz, delay taken out"
      ),
      (
        ["resample": .text("3/2")],
        "low-pass of 61 taps at 3 times the rate, Kaiser β = 5.0 window, edge 500 Hz, delay taken out"
      ),
    ])
  func words(parameters: [String: Value], words: String) throws {
    let run = try Self.run(parameters)
    #expect(run.summary["rate_change_filter"]?.text == words)
    #expect(run.summary["filter"]?.text == "none but the low-pass of the change of rate")
    #expect(run.text("filter.svg").contains("magnitude"))
  }

  @Test("the response has the low-pass of decimation in it")
  func response() throws {
    let run = try Self.run(["decimate": .number(10)])
    let magnitude = run.numbers("magnitude", of: "response.csv")
    #expect(abs(magnitude[0] - 1) < 1e-12)
    // The window's side lobes: below -50 dB from 1.3 edges on.
    #expect(magnitude.suffix(850).allSatisfy { $0 < 3e-3 })
    let frequency = run.numbers("frequency [Hz]", of: "response.csv")
    let edge = frequency.firstIndex { $0 >= 50 } ?? 0
    #expect(abs(magnitude[edge] - 0.5) < 0.02)
  }

  @Test("the response is that of filter and low-pass together, without phase where none is left")
  func together() throws {
    let fixed: [String: Value] = [
      "family": .text("butterworth"), "edge": .quantity(200, unit: "Hz"),
    ]
    let plain = try Self.run(fixed)
    let both = try Self.run(fixed.merging(["resample": .text("3/4")]) { $1 })
    let alone = try Self.run(["resample": .text("3/4")])
    let parts = zip(
      plain.numbers("magnitude", of: "response.csv"), alone.numbers("magnitude", of: "response.csv")
    )
    for (product, pair) in zip(both.numbers("magnitude", of: "response.csv"), parts) {
      #expect(abs(product - pair.0 * pair.1) < 1e-12)
    }
    #expect(abs(alone.numbers("magnitude", of: "response.csv")[0] - 1) < 1e-9)
    #expect(
      both.numbers("phase [deg]", of: "response.csv").prefix(300).allSatisfy { abs($0) < 1e-6 })
  }
}
