import JobModel
import Testing

@Suite("units of signal.shock") struct ShockUnitTests {
  private static let fixed: [String: Value] = [
    "time": .text("none"), "rate": .quantity(100, unit: "Hz"), "lowest": .quantity(1, unit: "Hz"),
  ]
  private static func signal(_ heading: String) -> String {
    ([heading] + (0..<50).map { "\($0 % 7),\($0 % 3)" }).joined(separator: "\n")
  }

  @Test("what is read as m/s^2 for want of a unit is said")
  func assumed() throws {
    let run = try KernelRun("signal.shock", Self.fixed, ["signal": Self.signal("a,b [g]")])
    #expect(run.summary["unit_assumed"]?.text == "m/s^2 for `a`, which names no unit")
  }

  @Test("nothing is assumed where the channels or the job name a unit")
  func known() throws {
    let named = try KernelRun("signal.shock", Self.fixed, ["signal": Self.signal("a [g],b [g]")])
    let given = try KernelRun(
      "signal.shock", Self.fixed.merging(["unit": .text("g")]) { $1 },
      ["signal": Self.signal("a,b")])
    #expect(named.summary["unit_assumed"] == nil && given.summary["unit_assumed"] == nil)
  }
}
