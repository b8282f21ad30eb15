/// The rectangle between the axes, and how numbers become pixels in it.
struct PlotArea {
  let box: Box
  let x: Projection
  let y: Projection
}

/// A panel with its place on the figure.
struct PlacedPanel {
  let panel: Panel
  let area: PlotArea
  let xTicks: Ticks
  let yTicks: Ticks
  /// Whether the names of categories are written slantwise for want of room.
  let slantsCategories: Bool
  /// Lines of the legend below the panel.
  let legend: Legend
  /// Names the parts of this panel that markup refers to.
  let index: Int
}

/// Room around the areas of all panels, so that they stand exactly below each other.
struct Margins {
  var left = 0.0
  var right = 14.0
}

extension Panel {
  /// Room for the numbers and the heading left of the axis, and for names and a colour bar at the right.
  func margins(height: Double) -> Margins {
    var margins = Margins()
    let labels = yTicks(height: height).major.map(\.label)
    let widest = labels.map { TextMeasure.width(Self.plain($0)) }.max() ?? 0
    margins.left = min(widest, Self.labelWidthMax) + 34
    for case .level(_, let name) in marks where !name.isEmpty {
      margins.right = max(margins.right, min(TextMeasure.width(name), 130) + 12)
    }
    if let map = heatMap {
      let bar = ColourBar(map: map)
      margins.right = max(margins.right, bar.width(height: height) + 14)
    }
    if x.categories == nil, let last = xTicks(width: 600).major.last {
      margins.right = max(margins.right, TextMeasure.width(Self.plain(last.label)) / 2 + 6)
    }
    return margins
  }

  static let labelWidthMax = 150.0

  /// A label as wide as it looks: without the signs of an exponent.
  private static func plain(_ label: String) -> String {
    String(label.filter { $0 != "^" && $0 != "{" && $0 != "}" })
  }

  var heatMap: HeatMap? {
    for case .heatmap(let map) in series { return map }
    return nil
  }

  func xTicks(width: Double) -> Ticks {
    let count = max(Int(width / 80), 2)
    switch x.scale {
    case .linear: return .linear(xRange, count: count)
    case .logarithmic: return .logarithmic(xRange, count: Int(width / 45))
    case .categories(let names):
      return .categories(names, range: xRange, limit: max(Int(width / 13), 1))
    }
  }

  func yTicks(height: Double) -> Ticks {
    let count = max(Int(height / 42), 2)
    let range = yRange(tickCount: count)
    switch y.scale {
    case .linear: return .linear(range, count: count)
    case .logarithmic: return .logarithmic(range, count: Int(height / 22))
    case .categories(let names):
      return .categories(names, range: range, limit: max(Int(height / 12), 1))
    }
  }
}
