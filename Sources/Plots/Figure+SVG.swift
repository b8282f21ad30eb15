extension Figure {
  /// The figure as an SVG document: the same bytes for the same figure, self-contained, and small however
  /// long the series are.
  package func svg() -> [UInt8] {
    let titleLines = TextMeasure.lines(title, width: Self.width - 28, size: Self.titleSize)
    let subtitleLines = TextMeasure.lines(subtitle, width: Self.width - 28, size: 11)
    let head = 12 + Double(titleLines.count) * 19 + Double(subtitleLines.count) * 14
    let placed = place(top: head)
    let height = placed.last.map(\.bottom) ?? head + 12
    var svg = SVGWriter()
    svg.markup("<svg xmlns=\"http://www.w3.org/2000/svg\"")
    svg.attribute("width", Self.width)
    svg.attribute("height", height.rounded(.up))
    svg.markup(" viewBox=\"0 0 \(Int(Self.width)) \(Int(height.rounded(.up)))\"")
    svg.markup(
      " font-family=\"\(Self.fonts)\" font-size=\"11\" fill=\"#333\" role=\"img\">\n<title>")
    svg.escaped(title)
    svg.markup("</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n")
    for (row, line) in titleLines.enumerated() {
      svg.text(
        line, at: Point(x: 14, y: 24 + Double(row) * 19),
        TextStyle(size: Self.titleSize, isBold: true, colour: "#111"))
    }
    for (row, line) in subtitleLines.enumerated() {
      svg.text(
        line, at: Point(x: 14, y: 22 + Double(titleLines.count) * 19 + Double(row) * 14),
        TextStyle(colour: "#555"))
    }
    for panel in placed { panel.draw(into: &svg) }
    svg.markup("</svg>\n")
    return svg.bytes
  }

  private static let width = 760.0
  private static let titleSize = 15.0
  private static let fonts =
    "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', 'Noto Sans CJK SC', 'Source Han Sans SC', "
    + "'PingFang SC', 'Microsoft YaHei', 'WenQuanYi Micro Hei', sans-serif"

  private func place(top: Double) -> [PlacedPanel] {
    let height = panels.count == 1 ? 330.0 : panels.count == 2 ? 240 : 180
    var margins = Margins()
    for panel in panels {
      let needed = panel.margins(height: height)
      margins.left = max(margins.left, needed.left)
      margins.right = max(margins.right, needed.right)
    }
    let width = Self.width - margins.left - margins.right
    var y = top
    var placed: [PlacedPanel] = []
    for (index, panel) in panels.enumerated() {
      y += panel.title.isEmpty ? 12 : 28
      let box = Box(x: margins.left, y: y, width: width, height: height)
      placed.append(panel.placed(in: box, index: index))
      y = placed[index].bottom
    }
    return placed
  }
}

extension Panel {
  static let categoryWidthMax = 90.0

  fileprivate func placed(in box: Box, index: Int) -> PlacedPanel {
    let yTicks = yTicks(height: box.height)
    let yRange = yRange(tickCount: max(Int(box.height / 42), 2))
    let area = PlotArea(
      box: box,
      x: Projection(xRange, isLogarithmic: x.isLogarithmic, from: box.x, to: box.right),
      y: Projection(yRange, isLogarithmic: y.isLogarithmic, from: box.bottom, to: box.y))
    return PlacedPanel(
      panel: self, area: area, xTicks: xTicks(width: box.width), yTicks: yTicks,
      slantsCategories: slantsCategories(width: box.width),
      legend: Legend(self, left: box.x, width: box.width), index: index)
  }

  private func slantsCategories(width: Double) -> Bool {
    guard let names = x.categories, !names.isEmpty else { return false }
    let room = width / Double(names.count)
    return names.contains { TextMeasure.width($0) + 6 > room }
  }

  /// Room below the area for numbers and heading.
  func footHeight(slants: Bool) -> Double {
    let heading = x.heading.isEmpty ? 0.0 : 16
    guard slants, let names = x.categories else { return 26 + heading }
    let longest = names.map { TextMeasure.width($0) }.max() ?? 0
    return 26 + heading + min(longest, Self.categoryWidthMax) * 0.574
  }
}

extension PlacedPanel {
  fileprivate var bottom: Double {
    area.box.bottom + panel.footHeight(slants: slantsCategories) + legend.height + 6
  }
}
