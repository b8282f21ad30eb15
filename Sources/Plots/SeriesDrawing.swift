extension Panel {
  /// Draws the data: matrices and bands below, lines and points above.
  func drawSeries(_ area: PlotArea, into svg: inout SVGWriter) {
    for pass in 0...2 {
      for (number, item) in series.enumerated() where item.layer == pass {
        draw(item, number: number, area, into: &svg)
      }
    }
  }

  private func draw(
    _ item: Series, number: Int, _ area: PlotArea, into svg: inout SVGWriter
  ) {
    let colour = Palette.colour(number)
    let stroke =
      "fill=\"none\" stroke=\"\(colour)\" stroke-width=\"1.4\" stroke-linejoin=\"round\""
      + Palette.dash(number)
    switch item {
    case .line(_, let x, let y):
      svg.path(Thinning.line(x: x, y: y, area), stroke)
    case .steps(_, let x, let y):
      let (x, y) = Series.staircase(x, y)
      svg.path(Thinning.line(x: x, y: y, area), stroke)
    case .points(_, let x, let y):
      svg.dots(Thinning.points(x: x, y: y, area), colour: colour)
    case .bars(_, let x, let y):
      drawBars(x, y, number: number, area, into: &svg)
    case .band(_, let x, let low, let high):
      for part in Series.band(x, low, high) {
        let upper = Thinning.line(x: part.x, y: part.high, area).flatMap { $0 }
        let lower = Thinning.line(x: part.x, y: part.low, area).flatMap { $0 }
        svg.path(
          [upper + lower.reversed()], "fill=\"\(colour)\" fill-opacity=\"0.22\" stroke=\"none\"")
      }
    case .heatmap(let map): map.draw(area, into: &svg)
    }
  }

  private func drawBars(
    _ x: [Double], _ y: [Double], number: Int, _ area: PlotArea, into svg: inout SVGWriter
  ) {
    let groups = series.enumerated().filter { _, item in
      if case .bars = item { true } else { false }
    }.map(\.offset)
    let place = groups.firstIndex(of: number) ?? 0
    let spacing = barSpacing(x)
    let isSparse = self.x.categories != nil || groups.count > 1
    let share = (isSparse ? 0.8 : 0.94) / Double(groups.count)
    let shift = (Double(place) - Double(groups.count - 1) / 2) * share
    let base =
      area.y.isLogarithmic
      ? area.box.bottom : area.y(min(max(0, area.y.range.lowerBound), area.y.range.upperBound))
    svg.markup("<path fill=\"\(Palette.colour(number))\" stroke=\"none\" d=\"")
    var lastColumn = -Double.infinity
    for index in 0..<min(x.count, y.count) {
      let middle = area.x(x[index])
      let top = area.y(y[index])
      guard !middle.isNaN, !top.isNaN else { continue }
      let half = area.x.isLogarithmic ? 3 : abs(area.x(x[index] + spacing / 2) - middle)
      let width = max(2 * half * share, 0.6)
      // More bars than pixels: each pixel keeps bars that differ.
      guard middle != lastColumn || half >= 0.3 else { continue }
      lastColumn = middle
      svg.point("M", Point(x: middle + 2 * half * shift - width / 2, y: base))
      svg.markup("V")
      svg.coordinate(top)
      svg.markup("h")
      svg.coordinate(width)
      svg.markup("V")
      svg.coordinate(base)
      svg.markup("z")
    }
    svg.markup("\"/>\n")
  }
}

extension Series {
  fileprivate var layer: Int {
    switch self {
    case .heatmap: 0
    case .band, .bars: 1
    case .line, .points, .steps: 2
    }
  }

  /// The corners of a line that holds each value until the next place.
  static func staircase(_ x: [Double], _ y: [Double]) -> (x: [Double], y: [Double]) {
    var corners: (x: [Double], y: [Double]) = ([], [])
    for index in 0..<min(x.count, y.count) {
      if index > 0 {
        corners.x.append(x[index])
        corners.y.append(y[index - 1])
      }
      corners.x.append(x[index])
      corners.y.append(y[index])
    }
    return corners
  }

  /// The parts of a band in which both of its borders are numbers.
  fileprivate static func band(
    _ x: [Double], _ low: [Double], _ high: [Double]
  ) -> [(x: [Double], low: [Double], high: [Double])] {
    var parts: [(x: [Double], low: [Double], high: [Double])] = []
    var isOpen = false
    for index in 0..<min(x.count, low.count, high.count) {
      guard x[index].isFinite, low[index].isFinite, high[index].isFinite else {
        isOpen = false
        continue
      }
      if !isOpen { parts.append(([], [], [])) }
      isOpen = true
      parts[parts.count - 1].x.append(x[index])
      parts[parts.count - 1].low.append(low[index])
      parts[parts.count - 1].high.append(high[index])
    }
    return parts
  }
}

extension SVGWriter {
  /// One path of several lines; a line of a single point becomes a dot.
  mutating func path(_ lines: [[Point]], _ attributes: String) {
    guard lines.contains(where: { !$0.isEmpty }) else { return }
    markup("<path \(attributes) d=\"")
    for line in lines {
      for (index, point) in line.enumerated() { self.point(index == 0 ? "M" : "L", point) }
      if line.count == 1 { markup("h.1") }
    }
    markup("\"/>\n")
  }

  /// Round dots, smaller and lighter where there are many.
  mutating func dots(_ points: [Point], colour: String) {
    guard !points.isEmpty else { return }
    let size = points.count > 2000 ? "2" : points.count > 300 ? "3.2" : "5"
    let opacity = points.count > 300 ? "0.6" : "0.85"
    markup(
      "<path fill=\"none\" stroke=\"\(colour)\" stroke-width=\"\(size)\" stroke-linecap=\"round\" "
        + "stroke-opacity=\"\(opacity)\" d=\"")
    for point in points {
      self.point("M", point)
      markup("h0")
    }
    markup("\"/>\n")
  }
}
