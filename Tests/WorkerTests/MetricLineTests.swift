import Testing

@testable import WorkerRuntime

@Suite("metrics in what commands print") struct MetricLineTests {
  private func metrics(_ pieces: [String]) -> [String] {
    var lines = MetricLines()
    var found: [String] = []
    for piece in pieces {
      lines.take(Array(piece.utf8)[...]) { found.append("\($0)=\($1)") }
    }
    return found
  }

  @Test(
    "a line is read, whatever it is cut into",
    arguments: [
      ["KILN_METRIC residual=1e-3\n"], ["KILN_MET", "RIC resid", "ual=1e", "-3", "\n"],
      ["noise\nKILN_METRIC residual = 0.001 \r\nnoise"],
      ["KILN_METRIC a\nKILN_METRIC residual=0.001\n"],
    ])
  func cuts(pieces: [String]) { #expect(metrics(pieces) == ["residual=0.001"]) }

  @Test(
    "what is no metric is passed over",
    arguments: [
      "KILN_METRIC x=nan\n", "KILN_METRIC x=inf\n", "KILN_METRIC x=1 2\n", "KILN_METRIC =1\n",
      "KILN_METRIC x\n", " KILN_METRIC x=1\n", "KILN_METRICx=1\n", "KILN_METRIC x=1",
      "KILN_METRIC " + String(repeating: "x", count: 65) + "=1\n",
      "KILN_METRIC x=" + String(repeating: "1", count: 600) + "\n",
    ])
  func others(text: String) { #expect(metrics([text]) == []) }

  @Test("a command that prints ever new names keeps the first ones")
  func names() {
    var metrics = AttemptMetrics(nil)
    for number in 1...1000 { metrics.set("m\(number)", 1) }
    metrics.set("m1", 2)
    #expect(metrics.values.count == 32 && metrics.values["m1"] == 2)
  }
}
