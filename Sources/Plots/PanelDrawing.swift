extension PlacedPanel {
  private var box: Box { area.box }

  func draw(into svg: inout SVGWriter) {
    svg.text(
      TextMeasure.clipped(panel.title, width: box.width, size: 12),
      at: Point(x: box.x, y: box.y - 8), TextStyle(size: 12, isBold: true))
    svg.rectangle(box, "fill=\"#fff\"")
    drawGrid(into: &svg)
    svg.markup("<clipPath id=\"area\(index)\">")
    svg.rectangle(box, "")
    svg.markup("</clipPath>\n<g clip-path=\"url(#area\(index))\">\n")
    panel.drawSeries(area, into: &svg)
    svg.markup("</g>\n")
    drawMarks(into: &svg)
    svg.rectangle(box, "fill=\"none\" stroke=\"#555\" stroke-width=\"0.8\"")
    drawXAxis(into: &svg)
    drawYAxis(into: &svg)
    if let map = panel.heatMap { ColourBar(map: map).draw(box, into: &svg) }
    legend.draw(
      top: box.bottom + panel.footHeight(slants: slantsCategories), series: panel.series, into: &svg
    )
  }

  private func drawGrid(into svg: inout SVGWriter) {
    guard panel.heatMap == nil else { return }
    svg.markup("<path fill=\"none\" stroke=\"#f0f0f0\" stroke-width=\"0.7\" d=\"")
    addLines(x: xTicks.minor, y: yTicks.minor, into: &svg)
    svg.markup("\"/>\n<path fill=\"none\" stroke=\"#dcdcdc\" stroke-width=\"0.8\" d=\"")
    addLines(
      x: panel.x.categories == nil ? xTicks.major.map(\.value) : [],
      y: panel.y.categories == nil ? yTicks.major.map(\.value) : [], into: &svg)
    svg.markup("\"/>\n")
  }

  private func addLines(x: [Double], y: [Double], into svg: inout SVGWriter) {
    for value in x {
      svg.point("M", Point(x: area.x(value), y: box.y))
      svg.markup("V")
      svg.coordinate(box.bottom)
    }
    for value in y {
      svg.point("M", Point(x: box.x, y: area.y(value)))
      svg.markup("H")
      svg.coordinate(box.right)
    }
  }

  private func drawXAxis(into svg: inout SVGWriter) {
    var ticks: [(Double, Double)] = xTicks.minor.map { (area.x($0), 2.5) }
    for tick in xTicks.major {
      let x = area.x(tick.value)
      ticks.append((x, 4))
      let place = Point(x: slantsCategories ? x + 4 : x, y: box.bottom + 16)
      let style = TextStyle(
        anchor: slantsCategories ? .end : .middle, rotation: slantsCategories ? -35 : 0)
      let width = slantsCategories ? Panel.categoryWidthMax : box.width
      svg.text(TextMeasure.clipped(tick.label, width: width), at: place, style)
    }
    svg.markup("<path stroke=\"#555\" stroke-width=\"0.8\" d=\"")
    for (x, length) in ticks {
      svg.point("M", Point(x: x, y: box.bottom))
      svg.markup("v")
      svg.coordinate(length)
    }
    svg.markup("\"/>\n")
    svg.text(
      panel.x.heading(exponent: xTicks.exponent),
      at: Point(x: box.middle.x, y: box.bottom + panel.footHeight(slants: slantsCategories) - 6),
      TextStyle(size: 12, anchor: .middle))
  }

  private func drawYAxis(into svg: inout SVGWriter) {
    svg.markup("<path stroke=\"#555\" stroke-width=\"0.8\" d=\"")
    for (value, length) in yTicks.minor.map({ ($0, 2.5) }) + yTicks.major.map({ ($0.value, 4.0) }) {
      svg.point("M", Point(x: box.x, y: area.y(value)))
      svg.markup("h")
      svg.coordinate(-length)
    }
    svg.markup("\"/>\n")
    for tick in yTicks.major {
      svg.text(
        TextMeasure.clipped(tick.label, width: Panel.labelWidthMax),
        at: Point(x: box.x - 7, y: area.y(tick.value) + 4), TextStyle(anchor: .end))
    }
    let heading = TextMeasure.clipped(
      panel.y.heading(exponent: yTicks.exponent), width: box.height + 30, size: 12)
    svg.text(
      heading, at: Point(x: 16, y: box.middle.y),
      TextStyle(size: 12, anchor: .middle, rotation: -90))
  }

}

// MARK: Marks

extension PlacedPanel {
  private func drawMarks(into svg: inout SVGWriter) {
    drawLevels(into: &svg)
    drawInstants(into: &svg)
    for case .note(let x, let y, let text) in panel.marks {
      let place = Point(x: area.x(x), y: area.y(y))
      guard box.holds(place) else { continue }
      svg.markup("<circle")
      svg.attribute("cx", place.x)
      svg.attribute("cy", place.y)
      svg.markup(" r=\"3.2\" fill=\"none\" stroke=\"#222\" stroke-width=\"1.1\"/>\n")
      let isRight = place.x > box.x + box.width * 0.7
      let above = place.y - 7 > box.y + 10 ? place.y - 7 : place.y + 16
      svg.text(
        text, at: Point(x: place.x + (isRight ? -6 : 6), y: above),
        TextStyle(anchor: isRight ? .end : .start, colour: "#111", hasHalo: true))
    }
  }

  /// Dashed lines with their names beside the panel, pushed apart where they would overlap.
  private func drawLevels(into svg: inout SVGWriter) {
    var names: [(y: Double, name: String)] = []
    for case .level(let value, let name) in panel.marks {
      let y = area.y(value)
      guard y >= box.y - 0.5, y <= box.bottom + 0.5 else { continue }
      svg.line(
        from: Point(x: box.x, y: y), to: Point(x: box.right, y: y),
        "stroke=\"#444\" stroke-width=\"1.1\" stroke-dasharray=\"5 3\"")
      names.append((y, name))
    }
    names.sort { $0.y < $1.y }
    var floor = -Double.infinity
    for (y, name) in names {
      let place = max(y, floor)
      floor = place + 12
      svg.text(
        TextMeasure.clipped(name, width: 130), at: Point(x: box.right + 5, y: place + 4),
        TextStyle(colour: "#111"))
    }
  }

  /// Dashed lines with their names at the top, on the next row where they would overlap.
  private func drawInstants(into svg: inout SVGWriter) {
    var rowEnds = [Double](repeating: -.infinity, count: 4)
    for case .instant(let value, let name) in panel.marks.sorted(by: Mark.isBefore) {
      let x = area.x(value)
      guard x >= box.x - 0.5, x <= box.right + 0.5 else { continue }
      svg.line(
        from: Point(x: x, y: box.y), to: Point(x: x, y: box.bottom),
        "stroke=\"#444\" stroke-width=\"1.1\" stroke-dasharray=\"5 3\"")
      let width = TextMeasure.width(name)
      let isLeft = x + 4 + width > box.right
      let start = isLeft ? x - 4 - width : x + 4
      guard let row = rowEnds.firstIndex(where: { $0 < start }) else { continue }
      rowEnds[row] = start + width + 4
      svg.text(
        name, at: Point(x: isLeft ? x - 4 : x + 4, y: box.y + 13 + 13 * Double(row)),
        TextStyle(anchor: isLeft ? .end : .start, colour: "#111", hasHalo: true))
    }
  }
}

extension Mark {
  fileprivate static func isBefore(_ one: Mark, _ other: Mark) -> Bool {
    guard case .instant(let first, _) = one, case .instant(let second, _) = other else {
      return false
    }
    return first < second
  }
}

extension Box {
  fileprivate func holds(_ point: Point) -> Bool {
    point.x >= x - 1 && point.x <= right + 1 && point.y >= y - 1 && point.y <= bottom + 1
  }
}
