import LinearAlgebra

/// First pass of a regression: rows of any number become a triangle of the model's size.
package struct RegressionAccumulator: ~Copyable {
  package let model: RegressionModel
  package private(set) var basis: RegressionBasis?
  /// Rows that took part; rows without weight do not.
  package private(set) var count = 0
  /// Σ log w: for the likelihood.
  private(set) var logWeights = 0.0
  private let factor: TriangularFactor
  private var design: DenseMatrix

  /// Rows of a block that lie in the second cache together with the factor.
  package static let blockRows = 1024

  package init(_ model: RegressionModel) {
    self.model = model
    factor = TriangularFactor(order: model.terms.count + 1)
    design = DenseMatrix(rows: Self.blockRows, columns: model.terms.count + 1)
  }

  /// R of [terms | response] in the basis.
  var triangle: MatrixView { factor.view }

  /// Takes rows in: finite numbers, weights positive; the first call's rows choose shifts and scales.
  package mutating func add(_ rows: MatrixView) {
    guard rows.rows > 0 else { return }
    let basis = self.basis ?? RegressionBasis(model, sample: rows)
    self.basis = basis
    var start = 0
    while start < rows.rows {
      let end = min(start + Self.blockRows, rows.rows)
      let part = rows.part(start..<end, 0..<rows.columns)
      let block = design.view.part(0..<(end - start), 0..<design.columns)
      basis.fill(block, from: part)
      factor.eliminate(block)
      start = end
    }
    count += rows.rows
    if let weight = model.weight {
      let weights = rows.column(weight)
      for row in 0..<rows.rows { logWeights += weights[row].logarithm }
    }
  }
}
