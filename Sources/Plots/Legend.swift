/// The names of a panel's series, in rows below it, so that they never cover data.
struct Legend {
  struct Entry {
    let name: String
    /// Number of the series in its panel: it decides the colour.
    let series: Int
  }

  /// Entries with the pixel at which each begins.
  let rows: [[(x: Double, entry: Entry)]]

  static let rowHeight = 17.0
  private static let keyWidth = 26.0
  private static let entriesMax = 24

  var height: Double { rows.isEmpty ? 0 : Double(rows.count) * Self.rowHeight + 4 }

  /// A single series needs no legend: the axis names it.
  init(_ panel: Panel, left: Double, width: Double) {
    var entries = panel.series.enumerated().compactMap { index, item in
      item.name.isEmpty ? nil : Entry(name: item.name, series: index)
    }
    let drawn = panel.series.count { item in
      if case .heatmap = item { false } else { true }
    }
    guard drawn > 1 else {
      rows = []
      return
    }
    if entries.count > Self.entriesMax {
      let more = entries.count - Self.entriesMax
      entries = Array(entries.prefix(Self.entriesMax))
      entries.append(Entry(name: "and \(more) more", series: -1))
    }
    var rows: [[(x: Double, entry: Entry)]] = []
    var next = Double.infinity
    for entry in entries {
      let name = TextMeasure.clipped(entry.name, width: width - Self.keyWidth - 10)
      let needed = Self.keyWidth + TextMeasure.width(name) + 16
      if next + needed > left + width + 16 {
        rows.append([])
        next = left
      }
      rows[rows.count - 1].append((next, Entry(name: name, series: entry.series)))
      next += needed
    }
    self.rows = rows
  }

  func draw(top: Double, series: [Series], into svg: inout SVGWriter) {
    for (row, entries) in rows.enumerated() {
      let middle = top + Double(row) * Self.rowHeight + 9
      for (x, entry) in entries {
        if entry.series >= 0 {
          series[entry.series].drawKey(
            Box(x: x, y: middle - 5, width: 20, height: 10), number: entry.series, into: &svg)
        }
        let start = entry.series >= 0 ? x + Self.keyWidth : x
        svg.text(entry.name, at: Point(x: start, y: middle + 4), TextStyle())
      }
    }
  }
}

extension Series {
  var name: String {
    switch self {
    case .line(let name, _, _), .points(let name, _, _), .steps(let name, _, _),
      .bars(let name, _, _), .band(let name, _, _, _):
      name
    case .heatmap: ""
    }
  }

  /// A small specimen for the legend.
  fileprivate func drawKey(_ box: Box, number: Int, into svg: inout SVGWriter) {
    let colour = Palette.colour(number)
    switch self {
    case .line, .steps:
      svg.line(
        from: Point(x: box.x, y: box.middle.y), to: Point(x: box.right, y: box.middle.y),
        "stroke=\"\(colour)\" stroke-width=\"2\"\(Palette.dash(number))")
    case .points:
      svg.markup("<circle")
      svg.attribute("cx", box.middle.x)
      svg.attribute("cy", box.middle.y)
      svg.markup(" r=\"3\" fill=\"\(colour)\"/>\n")
    case .bars: svg.rectangle(box, "fill=\"\(colour)\"")
    case .band: svg.rectangle(box, "fill=\"\(colour)\" fill-opacity=\"0.22\"")
    case .heatmap: break
    }
  }
}
