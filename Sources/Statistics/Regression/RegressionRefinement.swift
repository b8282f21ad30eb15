import LinearAlgebra

/// One more pass over the rows that brings the coefficients to nearly full precision.
///
/// Residuals are formed with 32 digits and the corrections solved by the triangle of the first pass
/// (corrected semi-normal equations: Å. Björck, "Stability analysis of the method of seminormal
/// equations", Linear Algebra Appl. 88/89, 1987), so that also nearly dependent terms keep their digits.
package struct RegressionRefinement: ~Copyable {
  private let fit: RegressionFit
  private var gradient: [DoubleDouble]
  private var residualSum = DoubleDouble(0)

  package init(_ fit: RegressionFit) {
    self.fit = fit
    gradient = [DoubleDouble](repeating: DoubleDouble(0), count: fit.model.terms.count)
  }

  /// The same rows as in the first pass.
  package mutating func add(_ rows: MatrixView) {
    for row in 0..<rows.rows {
      let terms = fit.basis.precise(row: row, of: rows)
      var residual = DoubleDouble.sum(rows[row, fit.model.response], -fit.basis.responseShift)
      for (term, coefficient) in zip(terms, fit.basisCoefficients) {
        residual = residual - term * coefficient
      }
      let weight = fit.model.weight.map { rows[row, $0] } ?? 1
      let weighted = residual * DoubleDouble(weight)
      for index in terms.indices { gradient[index] = gradient[index] + terms[index] * weighted }
      residualSum = residualSum + residual * weighted
    }
  }

  /// The fit with corrected coefficients, and how large the correction was beside them.
  package consuming func corrected() -> (fit: RegressionFit, change: Double) {
    let terms = gradient.count
    let root = DenseMatrix(rows: terms, columns: fit.rank, fit.rootOfInverse)
    let right = DenseMatrix(rows: terms, columns: 1, gradient.map(\.value))
    let middle = DenseMatrix(rows: fit.rank, columns: 1)
    let step = DenseMatrix(rows: terms, columns: 1)
    root.view.multiply(right.view.column(0), into: middle.view.column(0), transposed: true)
    root.view.multiply(middle.view.column(0), into: step.view.column(0))
    var better = fit
    var change = 0.0
    var size = 0.0
    for index in 0..<terms {
      let delta = step.view[index, 0]
      better.basisCoefficients[index] = better.basisCoefficients[index] + DoubleDouble(delta)
      change = max(change, abs(delta))
      size = max(size, abs(better.basisCoefficients[index].high))
    }
    // Rδ is orthogonal to the residual: the sum of squares falls by |Rδ|² = |middle|².
    let gain = (0..<fit.rank).reduce(0.0) { $0 + middle.view[$1, 0] * middle.view[$1, 0] }
    better.residualSum = max((residualSum - DoubleDouble(gain)).value, 0)
    better.update()
    return (better, size > 0 ? change / size : 0)
  }
}
