/// A figure for a report: one or more panels below each other, drawn as SVG.
package struct Figure: Sendable {
  package var title: String
  /// Conventions and conditions in one line below the title.
  package var subtitle: String
  package var panels: [Panel]

  package init(_ title: String, subtitle: String = "", panels: [Panel]) {
    self.title = title
    self.subtitle = subtitle
    self.panels = panels
  }
}

/// A pair of axes and what is drawn between them.
package struct Panel: Sendable {
  package var title: String
  package var x: Axis
  package var y: Axis
  package var series: [Series]
  /// Limits, targets and marked places.
  package var marks: [Mark]

  package init(
    _ title: String = "", x: Axis, y: Axis, series: [Series], marks: [Mark] = []
  ) {
    self.title = title
    self.x = x
    self.y = y
    self.series = series
    self.marks = marks
  }
}

package struct Axis: Sendable {
  package enum Scale: Sendable {
    case linear
    case logarithmic
    /// Names at 0, 1, 2 …
    case categories([String])
  }

  package var label: String
  package var unit: String?
  package var scale: Scale
  /// Nil: what the data spans; on a vertical axis, widened to ticks.
  package var range: ClosedRange<Double>?

  package init(
    _ label: String, unit: String? = nil, _ scale: Scale = .linear,
    range: ClosedRange<Double>? = nil
  ) {
    self.label = label
    self.unit = unit
    self.scale = scale
    self.range = range
  }
}

/// Data of one colour and one line of the legend; an empty name leaves it out of the legend.
package enum Series: Sendable {
  /// Long lines are thinned to what the width can show, with their peaks; a NaN interrupts.
  case line(String, x: [Double], y: [Double])
  case points(String, x: [Double], y: [Double])
  case steps(String, x: [Double], y: [Double])
  case bars(String, x: [Double], y: [Double])
  /// A band between two lines: confidence, limits.
  case band(String, x: [Double], low: [Double], high: [Double])
  /// Cells of a matrix, row after row from the lowest y, over the given ranges; with a colour bar.
  case heatmap(HeatMap)
}

package struct HeatMap: Sendable {
  /// Row after row, `rows * columns` values; a NaN stays blank.
  package var values: [Double]
  package var columns: Int
  package var x: ClosedRange<Double>
  package var y: ClosedRange<Double>
  /// What the colours mean.
  package var label: String
  package var unit: String?

  package init(
    _ values: [Double], columns: Int, x: ClosedRange<Double>, y: ClosedRange<Double>, label: String,
    unit: String? = nil
  ) {
    self.values = values
    self.columns = columns
    self.x = x
    self.y = y
    self.label = label
    self.unit = unit
  }
}

package enum Mark: Sendable {
  /// A horizontal line across the panel, with its name at the right.
  case level(Double, String)
  /// A vertical line, with its name at the top.
  case instant(Double, String)
  /// A word beside a point.
  case note(x: Double, y: Double, String)
}
