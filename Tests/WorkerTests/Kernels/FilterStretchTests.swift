import JobModel
import Testing

@Suite("stretches of signal.filter") struct FilterStretchTests {
  @Test("arrays keep the places of gaps: where each stretch begins and how long it is")
  func stretches() throws {
    var rows = (0..<300).map { "\(Double($0) / 100),\($0 % 9)" }
    rows.removeSubrange(100..<150)
    rows[200] = "2.5,NaN"
    let run = try KernelRun(
      "signal.filter",
      [
        "gaps": .text("split"), "table": .text("never"), "edge": .quantity(10, unit: "Hz"),
        "decimate": .number(2),
      ], ["signal": "time [s],a\n" + rows.joined(separator: "\n")])
    #expect(run.numbers("row", of: "stretches.csv") == [1, 51, 101])
    #expect(run.numbers("rows", of: "stretches.csv") == [50, 50, 25])
    let starts = run.numbers("start [s]", of: "stretches.csv")
    #expect(zip(starts, [0, 1.5, 2.51]).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(run.summary["stretches"]?.number == 3)
  }

  @Test("a recording in one piece is one stretch")
  func whole() throws {
    let rows = (0..<100).map { "\($0 % 9)" }.joined(separator: "\n")
    let run = try KernelRun(
      "signal.filter",
      [
        "time": .text("none"), "rate": .quantity(100, unit: "Hz"),
        "edge": .quantity(10, unit: "Hz"),
      ], ["signal": "a\n\(rows)\n"])
    #expect(run.summary["stretches"]?.number == 1)
    #expect(run.column("rows", of: "stretches.csv") == ["100"])
  }
}
