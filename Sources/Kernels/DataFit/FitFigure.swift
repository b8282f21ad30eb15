import Formats
import Glibc
import LinearAlgebra
import Plots
import Statistics

/// Data and curves of the first groups, and residuals.
struct FitFigure {
  private let plan: FitPlan
  private let fits: [CurveFit]

  /// Groups that a panel can show.
  private static let groupsMax = 8
  private static let pointsMax = 4000
  private static let curvePoints = 200

  init(_ plan: FitPlan, _ fits: [CurveFit]) {
    self.plan = plan
    self.fits = fits
  }

  func figure(_ table: FitTable, _ fitter: CurveFitter) -> Figure {
    let shown = min(fits.count, Self.groupsMax)
    let converged = fits.filter(\.hasConverged).count
    let rest = fits.count > shown ? ", the first \(shown) shown" : ""
    let subtitle =
      fits.count == 1
      ? "\(mark(fits[0]))\(plan.modelText); \(fits[0].count) rows, residual deviation "
        + RegressFigure.short(fits[0].residualDeviation)
      : "\(plan.modelText); \(converged) of \(fits.count) groups converged\(rest)"
    // Lines first, then points: both go through the colours in the same order.
    var curves: [Series] = []
    var points: [Series] = []
    var residuals: [Series] = []
    var all: [Double] = []
    let isCurve = plan.variables.count == 1
    for group in 0..<shown where isCurve { all += x(table, group) }
    let isLogarithmic = (all.min() ?? 0) > 0 && (all.max() ?? 0) > 100 * (all.min() ?? 1)
    for group in 0..<shown {
      let data = table.data(group)
      let step = max(1, data.count * shown / Self.pointsMax)
      let rows = Array(stride(from: 0, to: data.count, by: step))
      let fitted = fitter.values(fits[group].parameters, data.variables)
      let places = isCurve ? x(table, group) : fitted
      let name =
        table.groups[group].isEmpty
        ? "observed" : table.groups[group] + (fits[group].hasConverged ? "" : " (NOT CONVERGED)")
      points.append(
        .points(
          isCurve && shown > 1 ? "" : name, x: rows.map { places[$0] },
          y: rows.map { data.response[$0] }))
      residuals.append(
        .points(
          shown == 1 ? "" : name, x: rows.map { places[$0] },
          y: rows.map { data.response[$0] - fitted[$0] }))
      if isCurve {
        curves.append(curve((group, shown == 1 ? "fitted" : name), places, fitter, isLogarithmic))
      } else if group == shown - 1 {
        let ends = [fitted.min() ?? 0, fitted.max() ?? 1]
        curves.append(.line("observed = fitted", x: ends, y: ends))
      }
    }
    let axis =
      isCurve
      ? Axis(
        plan.variables[0].name, unit: plan.variables[0].unit,
        isLogarithmic ? .logarithmic : .linear)
      : Axis("fitted \(plan.responseText)", unit: plan.responseUnit)
    return Figure(
      "Fit of \(plan.responseText)", subtitle: subtitle,
      panels: [
        Panel(
          x: axis, y: Axis(plan.responseText, unit: plan.responseUnit), series: curves + points),
        Panel(
          x: axis, y: Axis("residual", unit: plan.responseUnit), series: residuals,
          marks: [.level(0, "")]),
      ])
  }

  /// What comes before everything else below the title.
  private func mark(_ fit: CurveFit) -> String {
    fit.hasConverged ? "" : "NOT CONVERGED (\(fit.reason.rawValue)): last iterate; "
  }

  private func x(_ table: FitTable, _ group: Int) -> [Double] {
    table.data(group).variables.column(0).copy(first: table.ranges[group].count)
  }

  /// The curve between the ends of its data.
  private func curve(
    _ group: (index: Int, name: String), _ x: [Double], _ fitter: CurveFitter, _ isLogarithmic: Bool
  ) -> Series {
    let low = x.min() ?? 0
    let high = x.max() ?? 1
    let places = (0..<Self.curvePoints).map { index in
      let share = Double(index) / Double(Self.curvePoints - 1)
      return isLogarithmic ? low * pow(high / low, share) : low + share * (high - low)
    }
    let matrix = DenseMatrix(rows: places.count, columns: 1, places)
    return .line(
      group.name, x: places, y: fitter.values(fits[group.index].parameters, matrix.view))
  }
}
