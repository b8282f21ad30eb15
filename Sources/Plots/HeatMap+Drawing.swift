extension HeatMap {
  var rows: Int { columns > 0 ? values.count / columns : 0 }

  /// What the colours span; a constant matrix gets some room.
  var range: ClosedRange<Double> {
    var span = DataSpan(isLogarithmic: false)
    span.add(values)
    return span.range
  }

  /// Few cells are drawn as rectangles, sharp at any size; many as an image of at most one pixel each.
  func draw(_ area: PlotArea, into svg: inout SVGWriter) {
    guard rows > 0 else { return }
    let levels = pooled(columns: Self.columnsMax, rows: Self.rowsMax)
    let left = area.x(x.lowerBound)
    let right = area.x(x.upperBound)
    let bottom = area.y(y.lowerBound)
    let top = area.y(y.upperBound)
    let box = Box(x: left, y: top, width: right - left, height: bottom - top)
    guard box.width > 0, box.height > 0 else { return }
    let filled = levels.cells.count { $0 != LevelMap.blank }
    if filled <= Self.rectanglesMax {
      levels.drawRectangles(box, into: &svg)
    } else {
      levels.drawImage(box, into: &svg)
    }
  }

  private static let columnsMax = 600
  private static let rowsMax = 280
  private static let rectanglesMax = 3000

  /// Colour levels, at most so many; where several cells share one, it shows the largest of them.
  private func pooled(columns columnsMax: Int, rows rowsMax: Int) -> LevelMap {
    let range = self.range
    let width = min(columns, columnsMax)
    let height = min(rows, rowsMax)
    var largest = [Double](repeating: -.infinity, count: width * height)
    for row in 0..<rows {
      let start = row * height / rows * width
      for column in 0..<columns {
        let value = values[row * columns + column]
        guard value.isFinite else { continue }
        let cell = start + column * width / columns
        largest[cell] = max(largest[cell], value)
      }
    }
    let cells = largest.map { value in
      value.isFinite ? UInt8(min(ColourMap.level(value, range), 254)) : LevelMap.blank
    }
    return LevelMap(cells: cells, columns: width, rows: height)
  }
}

/// A matrix of colour levels, row after row from the bottom.
struct LevelMap {
  static let blank = UInt8.max

  let cells: [UInt8]
  let columns: Int
  let rows: Int

  func drawRectangles(_ box: Box, into svg: inout SVGWriter) {
    let width = box.width / Double(columns)
    let height = box.height / Double(rows)
    svg.markup("<g shape-rendering=\"crispEdges\">\n")
    for row in 0..<rows {
      var column = 0
      while column < columns {
        let level = cells[row * columns + column]
        let start = column
        while column < columns, cells[row * columns + column] == level { column += 1 }
        guard level != Self.blank else { continue }
        svg.rectangle(
          Box(
            x: box.x + Double(start) * width, y: box.bottom - Double(row + 1) * height,
            width: Double(column - start) * width, height: height),
          "fill=\"\(ColourMap.table[Int(level)].hexadecimal)\"")
      }
    }
    svg.markup("</g>\n")
  }

  func drawImage(_ box: Box, into svg: inout SVGWriter) {
    let image = IndexedImage(
      width: columns, height: rows,
      pixels: (0..<rows).reversed().flatMap { cells[$0 * columns..<($0 + 1) * columns] })
    svg.markup("<image")
    svg.attribute("x", box.x)
    svg.attribute("y", box.y)
    svg.attribute("width", box.width)
    svg.attribute("height", box.height)
    svg.markup(" preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\"")
    svg.markup(" href=\"data:image/png;base64,\(base64(image.png(ColourMap.table)))\"/>\n")
  }
}

/// The scale beside a matrix that tells what its colours mean.
struct ColourBar {
  let map: HeatMap

  private static let gap = 14.0
  private static let thickness = 13.0
  private static let headingWidth = 20.0

  private func ticks(height: Double) -> Ticks {
    .linear(map.range, count: max(Int(height / 42), 2))
  }

  private func labelWidth(height: Double) -> Double {
    ticks(height: height).major.map { TextMeasure.width($0.label) }.max() ?? 0
  }

  func width(height: Double) -> Double {
    Self.gap + Self.thickness + 6 + labelWidth(height: height) + Self.headingWidth
  }

  func draw(_ area: Box, into svg: inout SVGWriter) {
    let bar = Box(x: area.right + Self.gap, y: area.y, width: Self.thickness, height: area.height)
    let range = map.range
    let slices = 64
    svg.markup("<g shape-rendering=\"crispEdges\">\n")
    for slice in 0..<slices {
      let height = bar.height / Double(slices)
      let colour = ColourMap.table[slice * (ColourMap.count - 1) / (slices - 1)]
      svg.rectangle(
        Box(x: bar.x, y: bar.bottom - Double(slice + 1) * height, width: bar.width, height: height),
        "fill=\"\(colour.hexadecimal)\"")
    }
    svg.markup("</g>\n")
    svg.rectangle(bar, "fill=\"none\" stroke=\"#555\" stroke-width=\"0.8\"")
    let place = Projection(range, isLogarithmic: false, from: bar.bottom, to: bar.y)
    let ticks = ticks(height: area.height)
    for tick in ticks.major {
      let y = place(tick.value)
      svg.line(
        from: Point(x: bar.right, y: y), to: Point(x: bar.right + 3, y: y),
        "stroke=\"#555\" stroke-width=\"0.8\"")
      svg.text(tick.label, at: Point(x: bar.right + 6, y: y + 4), TextStyle())
    }
    let heading = Ticks.heading(map.label, unit: map.unit, exponent: ticks.exponent)
    let x = bar.right + 6 + labelWidth(height: area.height) + 14
    svg.text(
      heading, at: Point(x: x, y: bar.middle.y),
      TextStyle(size: 12, anchor: .middle, rotation: -90))
  }
}
