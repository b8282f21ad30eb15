import LinearAlgebra

/// First pass of a regression: rows of any number become a triangle of the model's size.
package struct RegressionAccumulator: ~Copyable {
  package let model: RegressionModel
  package private(set) var basis: RegressionBasis?
  /// Rows that took part; rows without weight do not.
  package private(set) var count = 0
  /// Σ log w: for the likelihood.
  private(set) var logWeights = 0.0
  private var factor: RegressionTriangle
  private var design: DenseMatrix
  /// Rows of the design that are not eliminated yet.
  private var pending = 0

  /// Rows of a block that lie in the second cache together with the factor.
  package static let blockRows = 1024

  package init(_ model: RegressionModel) {
    self.model = model
    let order = model.terms.count + 1
    factor = RegressionTriangle(order: order)
    let rows = RegressionTriangle.blockRows(order: order)
    design = DenseMatrix(
      rows: rows, columns: order, stride: MatrixView.spreadStride(rows: rows))
  }

  /// R of [terms | response] in the basis, of all rows after ``finish()``.
  var triangle: MatrixView { factor.view }

  /// Takes rows in: finite numbers, weights positive; the first call's rows choose shifts and scales.
  package mutating func add(_ rows: MatrixView) {
    guard rows.rows > 0 else { return }
    let basis = self.basis ?? RegressionBasis(model, sample: rows)
    self.basis = basis
    var start = 0
    while start < rows.rows {
      let end = min(start + design.rows - pending, rows.rows)
      let part = rows.part(start..<end, 0..<rows.columns)
      basis.fill(
        design.view.part(pending..<(pending + end - start), 0..<design.columns), from: part)
      pending += end - start
      if pending == design.rows { finish() }
      start = end
    }
    count += rows.rows
    if let weight = model.weight {
      let weights = rows.column(weight)
      for row in 0..<rows.rows { logWeights += weights[row].logarithm }
    }
  }

  /// Eliminates what is pending.
  mutating func finish() {
    guard pending > 0 else { return }
    factor.eliminate(design.view.part(0..<pending, 0..<design.columns))
    pending = 0
  }
}
