import Testing

@testable import Plots

@Suite("Ticks")
struct TickTests {
  @Test(
    "Steps are 1, 2 or 5 times a power of ten and labels are exact decimals",
    arguments: [
      (0.0...1.0, 5, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
      (-3.0...7.0, 5, ["−2", "0", "2", "4", "6"]),
      (0.0...0.35, 7, ["0", "0.05", "0.10", "0.15", "0.20", "0.25", "0.30", "0.35"]),
      (1000.0...1004.0, 4, ["1000", "1001", "1002", "1003", "1004"]),
    ])
  func linear(range: ClosedRange<Double>, count: Int, labels: [String]) {
    let ticks = Ticks.linear(range, count: count)
    #expect(ticks.major.map(\.label) == labels)
    #expect(ticks.exponent == 0)
    #expect(ticks.major.allSatisfy { range.contains($0.value) })
  }

  @Test("Three steps of a tenth are three tenths, not a bit more")
  func exactMultiples() {
    #expect(Ticks.linear(0...0.5, count: 5).major.map(\.value) == [0, 0.1, 0.2, 0.3, 0.4, 0.5])
  }

  @Test(
    "Large and small numbers have their power of ten at the axis",
    arguments: [
      (0.0...3e7, 6, "0", "30"), (0.0...2e-6, -6, "0", "2.0"),
    ])
  func exponents(range: ClosedRange<Double>, exponent: Int, first: String, last: String) {
    let ticks = Ticks.linear(range, count: 4)
    #expect(ticks.exponent == exponent)
    #expect(ticks.major.first?.label == first)
    #expect(ticks.major.last?.label == last)
  }

  @Test("A logarithmic axis has decades and eight lines between them")
  func decades() {
    let ticks = Ticks.logarithmic(0.001...1000, count: 10)
    #expect(ticks.major.map(\.label) == ["10^{−3}", "0.01", "0.1", "1", "10", "100", "1000"])
    #expect(ticks.minor.count == 6 * 8)
  }

  @Test("Over many decades only some are named")
  func manyDecades() {
    let ticks = Ticks.logarithmic(1e-12...1e12, count: 8)
    #expect(ticks.major.count <= 9)
    #expect(ticks.major.contains { $0.value == 1 })
  }

  @Test("A single decade is named at 1, 2 and 5")
  func oneDecade() {
    #expect(Ticks.logarithmic(1...10, count: 8).major.map(\.label) == ["1", "2", "5", "10"])
  }

  @Test("The range of data is widened to ticks; an axis given by hand is kept")
  func ranges() {
    var panel = Panel(
      x: Axis("x"), y: Axis("y"), series: [.line("", x: [0, 61], y: [-0.9, 3.3])])
    #expect(panel.yRange(tickCount: 5) == -1...4)
    #expect(panel.xRange == 0...61)
    panel.y.range = -2...2
    #expect(panel.yRange(tickCount: 5) == -2...2)
    panel.x = Axis("x", .logarithmic, range: 0...10)
    #expect(
      panel.xRange == 30.5...122, "a logarithmic axis has no zero: the data's only positive number")
  }

  @Test("Chinese characters count as squares when lines are broken")
  func widths() {
    #expect(TextMeasure.width("钢铁", size: 10) == 20)
    #expect(TextMeasure.lines("钢铁钢铁钢铁", width: 45, size: 10).count == 2)
    #expect(TextMeasure.lines("one two three", width: 45, size: 10) == ["one two", "three"])
  }
}
