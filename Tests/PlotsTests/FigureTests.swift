import Foundation
import Testing

@testable import Plots

@Suite("Figures as SVG")
struct FigureTests {
  @Test(
    "Each kind of figure is well-formed XML, the same bytes twice, and below 300 kB",
    arguments: Gallery.figures.map(\.name))
  func wellFormed(name: String) throws {
    let figure = try #require(Gallery.figures.first { $0.name == name }).figure
    let svg = figure.svg()
    #expect(svg == figure.svg())
    #expect(svg.count < 300_000)
    let parser = XMLOutline()
    #expect(parser.reads(svg))
    if let folder = ProcessInfo.processInfo.environment["KILN_GALLERY"] {
      try Data(svg).write(to: URL(fileURLWithPath: "\(folder)/\(name).svg"))
    }
  }

  @Test(
    "Numbers too small for ticks make a figure",
    arguments: [1e-250, 1e-300, .leastNonzeroMagnitude])
  func tiny(unit: Double) {
    let numbers = (1...5).map { Double($0) * unit }
    let panel = Panel(
      x: Axis("x"), y: Axis("y"),
      series: [.line("a", x: numbers, y: numbers), .points("b", x: numbers, y: numbers)])
    #expect(XMLOutline().reads(Figure("tiny", panels: [panel]).svg()))
  }

  @Test("Thinning a million samples keeps a peak of one sample and the gap")
  func thinning() {
    let box = Box(x: 0, y: 0, width: 600, height: 100)
    let area = PlotArea(
      box: box, x: Projection(0...1e6, isLogarithmic: false, from: 0, to: 600),
      y: Projection(0...10, isLogarithmic: false, from: 100, to: 0))
    var y = [Double](repeating: 1, count: 1_000_000)
    y[333_333] = 9
    y[333_334] = 0
    for index in 500_000..<500_010 { y[index] = .nan }
    let runs = Thinning.line(x: (0..<1_000_000).map(Double.init), y: y, area)
    #expect(runs.count == 2)
    let points = runs.flatMap { $0 }
    #expect(points.count <= 4 * 601)
    #expect(points.contains { abs($0.y - 10) < 1e-9 }, "the peak")
    #expect(points.contains { abs($0.y - 100) < 1e-9 }, "the trough beside it")
    #expect(zip(points, points.dropFirst()).allSatisfy { $0.x <= $1.x })
  }

  @Test("Samples that are thinned before they are drawn keep peaks and gaps")
  func samples() throws {
    var values = (0..<100_000).map { sin(Double($0) / 500) }
    values[55_555] = 7
    values[55_556] = -7
    for index in 70_000..<70_500 { values[index] = .nan }
    guard case .line(_, let x, let y) = Series.samples("", values, start: 10, step: 0.01) else {
      return
    }
    #expect(x.count == y.count && x.count < 10_000)
    #expect(zip(x, x.dropFirst()).allSatisfy { $0 < $1 })
    let peak = try #require(y.firstIndex(of: 7))
    #expect(abs(x[peak] - 565.55) < 1e-9)
    #expect(y.contains(-7) && y.contains { $0.isNaN })
    let short = Series.samples("", [1, 2, 3], start: 0, step: 1)
    guard case .line(_, [0, 1, 2], [1, 2, 3]) = short else {
      Issue.record("short series are kept")
      return
    }
  }

  @Test("Points of a cloud are kept one for each cell of a raster")
  func cloud() {
    let area = PlotArea(
      box: Box(x: 0, y: 0, width: 600, height: 300),
      x: Projection(0...1, isLogarithmic: false, from: 0, to: 600),
      y: Projection(0...1, isLogarithmic: false, from: 300, to: 0))
    let x = (0..<500_000).map { Double($0 % 7919) / 7919 }
    let y = (0..<500_000).map { Double($0 % 104_729) / 104_729 }
    #expect(Thinning.points(x: x, y: y, area).count <= 12_000)
    #expect(Thinning.points(x: [0.5], y: [0.5], area) == [Point(x: 300, y: 150)])
  }

  @Test("Hostile text is escaped")
  func escaping() throws {
    let figure = Figure(
      "<script>alert(1)</script> & \"more\" \u{0}\u{1B}[31m",
      panels: [
        Panel(
          "<b>", x: Axis("a<b", unit: "m&s"), y: Axis("y"),
          series: [
            .line("</svg>", x: [0, 1], y: [0, 1]), .line("<&>", x: [0, 1], y: [1, 0]),
          ], marks: [.level(0.5, "<level>"), .instant(0.5, "&"), .note(x: 1, y: 1, "<note>")])
      ])
    let svg = figure.svg()
    #expect(XMLOutline().reads(svg))
    let text = String(decoding: svg, as: UTF8.self)
    #expect(!text.contains("<script>"))
    #expect(
      text.contains(
        "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot; \u{FFFD}\u{FFFD}[31m"))
    #expect(text.contains("a&lt;b [m&amp;s]"))
  }

  @Test("Infinite, missing and huge numbers leave finite coordinates")
  func strangeNumbers() {
    let strange = [Double.nan, .infinity, -.infinity, 1e308, -1e308, 0, .leastNonzeroMagnitude]
    for scale in [Axis.Scale.linear, .logarithmic] {
      let figure = Figure(
        "strange",
        panels: [
          Panel(
            x: Axis("x", scale), y: Axis("y", scale),
            series: [
              .line("l", x: strange, y: strange), .points("p", x: strange, y: strange),
              .bars("b", x: strange, y: strange), .steps("s", x: strange, y: strange),
              .band("d", x: strange, low: strange, high: strange),
            ], marks: [.level(.nan, "nan"), .instant(.infinity, "inf")])
        ])
      let text = String(decoding: figure.svg(), as: UTF8.self).lowercased()
      #expect(!text.contains("\"nan") && !text.contains("inf\"") && !text.contains(" nan"))
    }
  }

  @Test("Lightness of the colour map grows in equal steps")
  func colourMap() {
    let lightness = ColourMap.table.map { oklabLightness($0) }
    let steps = zip(lightness, lightness.dropFirst()).map { $1 - $0 }
    // Bytes round by 1/512 of the brightness, a step of lightness is 0.0026.
    #expect(steps.allSatisfy { $0 > -0.002 && $0 < 0.008 })
    #expect(abs(lightness[0] - 0.27) < 0.02)
    #expect(abs(lightness[255] - 0.93) < 0.02)
    #expect(abs(lightness[128] - 0.60) < 0.02)
  }

  @Test("An uncompressed PNG has the check sums of the standards")
  func checkSums() {
    #expect(IndexedImage.crc32(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(IndexedImage.adler32(Array("Wikipedia".utf8)) == 0x11E6_0398)
    #expect(base64(Array("foobar".utf8)) == "Zm9vYmFy")
    #expect(base64(Array("fooba".utf8)) == "Zm9vYmE=")
    #expect(base64(Array("foob".utf8)) == "Zm9vYg==")
  }

  private func oklabLightness(_ colour: ColourMap.Colour) -> Double {
    func linear(_ byte: UInt8) -> Double {
      let value = Double(byte) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    let (r, g, b) = (linear(colour.red), linear(colour.green), linear(colour.blue))
    let long = cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    let middle = cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    let short = cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
  }
}
