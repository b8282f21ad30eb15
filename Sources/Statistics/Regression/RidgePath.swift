import LinearAlgebra

/// Ridge regressions for several penalties, all from the triangle of one pass.
///
/// Minimises `Σ w (y - ŷ)² + λ Σ b²` over the terms without the intercept, which is not penalised; either in the
/// terms' own units or in units of their standard deviations (divisor n). Generalised cross validation: G. H. Golub, M. Heath,
/// G. Wahba, Technometrics 21 (1979).
package struct RidgePath: Sendable {
  package struct Point: Sendable {
    package let penalty: Double
    /// Effective number of parameters, the intercept included.
    package let effectiveDegrees: Double
    package let residualSum: Double
    /// n RSS / (n - effective degrees)².
    package let crossValidation: Double
    /// Of the table's own terms.
    package let coefficients: [Double]
    /// Without the bias that the penalty brings.
    package let standardErrors: [Double]
  }

  package let points: [Point]

  /// The point of smallest generalised cross validation.
  package var best: Point? {
    points.min { $0.crossValidation < $1.crossValidation }
  }

  /// - Parameters:
  ///   - penalties: λ ≥ 0.
  ///   - standardised: whether each term is divided by its standard deviation before it is penalised.
  package init(
    _ fit: RegressionFit, penalties: [Double], standardised: Bool
  ) throws(DenseError) {
    let system = try RidgeSystem(fit, standardised: standardised)
    points = penalties.map { system.point($0) }
  }
}

/// The singular values of the centred terms in the table's own (or standardised) units.
private struct RidgeSystem: ~Copyable {
  private let fit: RegressionFit
  private let parts: SingularValues
  private let deviations: [Double]
  /// Uᵀ times the response's part.
  private let moments: [Double]
  private let outside: Double
  /// Means of response and terms; empty without an intercept.
  private let means: (response: Double, terms: [Double])

  init(_ fit: RegressionFit, standardised: Bool) throws(DenseError) {
    self.fit = fit
    let right = fit.responseMoments
    let terms = fit.model.terms.count
    let first = fit.model.hasIntercept ? 1 : 0
    let size = terms - first
    let upper = DenseMatrix(rows: terms, columns: terms, fit.triangle)
    let toBasis = fit.basis.toBasis()
    let raw = DenseMatrix(rows: terms, columns: terms)
    for column in 0..<terms {
      for row in 0..<terms { raw.view[row, column] = toBasis[column][row].value }
    }
    let product = DenseMatrix(rows: terms, columns: terms)
    product.view.setProduct(upper.view, raw.view)
    let centred = DenseMatrix(product.view.part(first..<terms, first..<terms))
    let root = first == 1 ? abs(upper.view[0, 0]) : Double(fit.count).squareRoot()
    var deviations = [Double](repeating: 1, count: size)
    if standardised {
      for column in 0..<size {
        let squares = (0..<size).reduce(0.0) {
          $0 + centred.view[$1, column] * centred.view[$1, column]
        }
        deviations[column] = squares > 0 ? squares.squareRoot() / root : 1
        for row in 0..<size { centred.view[row, column] /= deviations[column] }
      }
    }
    self.deviations = deviations
    parts = try SingularValues(centred.view)
    let response = DenseMatrix(rows: size, columns: 1, Array(right[first..<terms]))
    let moments = DenseMatrix(rows: size, columns: 1)
    parts.left.view.multiply(
      response.view.column(0), into: moments.view.column(0), transposed: true)
    self.moments = moments.view.elements()
    outside = right[terms] * right[terms]
    means =
      first == 1
      ? (
        right[0] / upper.view[0, 0] + fit.basis.responseShift,
        (first..<terms).map { product.view[0, $0] / upper.view[0, 0] }
      ) : (0, [])
  }

  func point(_ penalty: Double) -> RidgePath.Point {
    let size = deviations.count
    var filtered = [Double](repeating: 0, count: size)
    var degrees = means.terms.isEmpty ? 0.0 : 1
    var residual = outside
    for index in 0..<size where parts.values[index] > 0 {
      let square = parts.values[index] * parts.values[index]
      let share = square / (square + penalty)
      degrees += share
      filtered[index] = share * moments[index] / parts.values[index]
      residual += (1 - share) * (1 - share) * moments[index] * moments[index]
    }
    let slopes = (0..<size).map { term in
      (0..<size).reduce(0.0) { $0 + parts.rightTransposed.view[$1, term] * filtered[$1] }
        / deviations[term]
    }
    let n = Double(fit.count)
    let variance = residual / (n - degrees)
    let roots = (0..<size).map { index in
      let value = parts.values[index]
      return value > 0 ? value / (value * value + penalty) : 0
    }
    let errors = (0..<size).map { term in
      (variance
        * (0..<size).reduce(0.0) { sum, index in
          let factor = parts.rightTransposed.view[index, term] * roots[index]
          return sum + factor * factor
        }).squareRoot() / deviations[term]
    }
    let gcv = n * residual / ((n - degrees) * (n - degrees))
    guard !means.terms.isEmpty else {
      return RidgePath.Point(
        penalty: penalty, effectiveDegrees: degrees, residualSum: residual, crossValidation: gcv,
        coefficients: slopes, standardErrors: errors)
    }
    let intercept = zip(slopes, means.terms).reduce(means.response) { $0 - $1.0 * $1.1 }
    return RidgePath.Point(
      penalty: penalty, effectiveDegrees: degrees, residualSum: residual, crossValidation: gcv,
      coefficients: [intercept] + slopes, standardErrors: [interceptError(roots, variance)] + errors
    )
  }

  /// The mean of the response and the slopes are uncorrelated.
  private func interceptError(_ roots: [Double], _ variance: Double) -> Double {
    let size = deviations.count
    var sum = 1 / (fit.triangle[0] * fit.triangle[0])
    for index in 0..<size {
      let projection = (0..<size).reduce(0.0) {
        $0 + parts.rightTransposed.view[index, $1] / deviations[$1] * means.terms[$1]
      }
      sum += projection * projection * roots[index] * roots[index]
    }
    return (variance * sum).squareRoot()
  }
}
