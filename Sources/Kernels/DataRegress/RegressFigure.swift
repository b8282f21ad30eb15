import Formats
import LinearAlgebra
import Plots
import Statistics

/// Fitted against observed, and residuals, of a sample of the rows.
struct RegressFigure {
  private let plan: RegressPlan
  private let fit: RegressionFit
  private let sample: RowSample

  init(_ plan: RegressPlan, _ fit: RegressionFit, _ sample: RowSample) {
    self.plan = plan
    self.fit = fit
    self.sample = sample
  }

  func figure(subtitle: String) -> Figure {
    let rows = points()
    let observed = rows.map(\.observed)
    let fitted = rows.map(\.fitted)
    let ends = [fitted.min() ?? 0, fitted.max() ?? 1]
    let unit = plan.response.unit
    let name = plan.response.name
    let shown = sample.stride == 1 ? "rows" : "every \(sample.stride)th row"
    let equal = Panel(
      x: Axis("fitted \(name)", unit: unit), y: Axis("observed \(name)", unit: unit),
      series: [
        .points(shown, x: fitted, y: observed), .line("observed = fitted", x: ends, y: ends),
      ])
    let spread = Panel(
      x: Axis("fitted \(name)", unit: unit), y: Axis("residual", unit: unit),
      series: [.points("", x: fitted, y: rows.map(\.residual))], marks: [.level(0, "")])
    return Figure(
      "Regression of \(name)", subtitle: subtitle,
      panels: [curve(rows), equal, spread].compactMap { $0 })
  }

  private func points() -> [RegressionRow] {
    let count = sample.rows.count
    let table = DenseMatrix(rows: count, columns: plan.columns.count)
    for (row, numbers) in sample.rows.enumerated() {
      for (column, number) in numbers.enumerated() { table.view[row, column] = number }
    }
    var diagnostics = RegressionDiagnostics(fit)
    var rows: [RegressionRow] = []
    diagnostics.add(table.view) { _, row in rows.append(row) }
    return rows
  }

  /// Response and fit against the predictor, where there is one only.
  private func curve(_ rows: [RegressionRow]) -> Panel? {
    let used = Set(plan.model.terms.flatMap { $0.powers.map(\.column) })
    guard let only = used.first, used.count == 1,
      plan.model.terms.allSatisfy(\.indicators.isEmpty)
    else { return nil }
    let x = sample.rows.map { $0[only] }
    let order = x.indices.sorted { x[$0] < x[$1] }
    let column = plan.columns[only]
    return Panel(
      x: Axis(column.name, unit: column.unit),
      y: Axis(plan.response.name, unit: plan.response.unit),
      series: [
        .points("observed", x: x, y: rows.map(\.observed)),
        .line("fitted", x: order.map { x[$0] }, y: order.map { rows[$0].fitted }),
      ])
  }

  /// Four significant digits.
  static func short(_ number: Double) -> String {
    guard number.isFinite, number != 0 else { return "\(number)" }
    var exponent = 0
    var size = abs(number)
    while size >= 10 { size /= 10; exponent += 1 }
    while size < 1 { size *= 10; exponent -= 1 }
    let digits = (size * 1000).rounded() / 1000
    let sign = number < 0 ? "-" : ""
    guard (-4..<6).contains(exponent) else { return "\(sign)\(digits)e\(exponent)" }
    var scale = 1.0
    for _ in 0..<abs(3 - exponent) { scale *= 10 }
    let rounded = exponent <= 3 ? (abs(number) * scale).rounded() / scale : abs(number).rounded()
    let text = "\(sign)\(rounded)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
