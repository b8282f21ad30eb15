import Glibc

extension HeatMap {
  var rows: Int { columns > 0 ? values.count / columns : 0 }

  /// What the colours span; a constant matrix gets some room.
  var range: ClosedRange<Double> {
    var span = DataSpan(isLogarithmic: false)
    span.add(values)
    return span.range
  }

  /// Few cells are drawn as rectangles, sharp at any size; many, and those on logarithmic axes, as an
  /// image of at most one pixel each.
  func draw(_ area: PlotArea, into svg: inout SVGWriter) {
    guard rows > 0 else { return }
    let across = Pooling(cells: columns, range: x, area.x, most: Self.columnsMax)
    let upwards = Pooling(cells: rows, range: y, area.y, most: Self.rowsMax)
    let levels = pooled(across, upwards)
    let (left, right) = (area.x(across.range.lowerBound), area.x(across.range.upperBound))
    let (bottom, top) = (area.y(upwards.range.lowerBound), area.y(upwards.range.upperBound))
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

  /// Colour levels; where several cells share one, it shows the largest of them.
  private func pooled(_ across: Pooling, _ upwards: Pooling) -> LevelMap {
    let range = self.range
    var cells: [UInt8] = []
    for rows in upwards.sources {
      for columns in across.sources {
        var largest = -Double.infinity
        for row in rows {
          for column in columns {
            let value = values[row * self.columns + column]
            if value.isFinite { largest = max(largest, value) }
          }
        }
        cells.append(
          largest.isFinite ? UInt8(min(ColourMap.level(largest, range), 254)) : LevelMap.blank)
      }
    }
    return LevelMap(cells: cells, columns: across.sources.count, rows: upwards.sources.count)
  }
}

/// Which cells of a matrix each pixel of its picture shows, along one axis.
private struct Pooling {
  var sources: [Range<Int>]
  /// What the picture spans: the matrix, or on a logarithmic axis the axis.
  var range: ClosedRange<Double>

  init(cells: Int, range: ClosedRange<Double>, _ axis: Projection, most: Int) {
    guard axis.isLogarithmic else {
      let count = min(cells, most)
      self.range = range
      sources = (0..<count).map { $0 * cells / count..<max(($0 + 1) * cells / count, 1) }
      return
    }
    self.range = axis.range
    let growth = axis.range.upperBound / axis.range.lowerBound
    let width = (range.upperBound - range.lowerBound) / Double(cells)
    sources = (0..<most).map { pixel in
      let edges = [pixel, pixel + 1].map { edge in
        let value = axis.range.lowerBound * pow(growth, Double(edge) / Double(most))
        return min(max((value - range.lowerBound) / width, -1), Double(cells) + 1)
      }
      let first = Int(edges[0].rounded(.down))
      let last = max(Int(edges[1].rounded(.up)), first + 1)
      return first < 0 || last > cells + 1 ? 0..<0 : min(first, cells)..<min(last, cells)
    }
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
