import LinearAlgebra

/// What the second pass says of one row.
package struct RegressionRow: Sendable {
  package var observed = 0.0
  package var fitted = 0.0
  package var residual = 0.0
  /// Diagonal of the hat matrix: how much the row pulls the model towards itself.
  package var leverage = 0.0
  /// Residual over its standard error from a fit without the row (externally studentised).
  package var studentised = 0.0
  /// Cook's distance: how far the coefficients move without the row.
  package var cook = 0.0
}

/// Second pass of a regression: residuals, influence and their extremes, row by row.
///
/// Formulas: R. D. Cook, S. Weisberg, "Residuals and Influence in Regression", 1982, chapter 2; Durbin and Watson's
/// statistic from consecutive rows, Biometrika 37 (1950).
package struct RegressionDiagnostics: ~Copyable {
  private let fit: RegressionFit
  private let root: DenseMatrix
  private var design: DenseMatrix
  private var projected: DenseMatrix
  private let coefficients: DenseMatrix
  private var previous = Double.nan
  private var changes = 0.0
  private var squares = 0.0
  private var seen = 0
  package private(set) var largestCook = Extreme()
  package private(set) var largestLeverage = Extreme()
  package private(set) var largestResidual = Extreme()

  /// A largest value and the row of the fit where it is, from 1.
  package struct Extreme: Sendable {
    package var value = 0.0
    package var row = 0
  }

  package init(_ fit: RegressionFit) {
    self.fit = fit
    let terms = fit.model.terms.count
    root = DenseMatrix(rows: terms, columns: fit.rank, fit.rootOfInverse)
    design = DenseMatrix(rows: RegressionAccumulator.blockRows, columns: terms + 1)
    projected = DenseMatrix(rows: RegressionAccumulator.blockRows, columns: fit.rank)
    coefficients = DenseMatrix(rows: terms, columns: 1, fit.basisCoefficients.map(\.value))
  }

  /// Σ (change from row to row)² / Σ residual²: near 2 where neighbours are independent.
  package var durbinWatson: Double { changes / squares }

  /// Takes the rows of the first pass in, in their order, and tells what each is.
  package mutating func add(_ rows: MatrixView, _ receive: (Int, RegressionRow) -> Void) {
    var start = 0
    while start < rows.rows {
      let end = min(start + RegressionAccumulator.blockRows, rows.rows)
      addBlock(rows.part(start..<end, 0..<rows.columns), receive)
      start = end
    }
  }

  private mutating func addBlock(_ rows: MatrixView, _ receive: (Int, RegressionRow) -> Void) {
    let terms = fit.model.terms.count
    let block = design.view.part(0..<rows.rows, 0..<(terms + 1))
    fit.basis.fill(block, from: rows)
    let part = block.part(0..<rows.rows, 0..<terms)
    let images = projected.view.part(0..<rows.rows, 0..<fit.rank)
    images.setProduct(part, root.view)
    let deviation = fit.residualDeviation
    let degrees = Double(fit.degrees)
    for row in 0..<rows.rows {
      var prediction = 0.0
      for term in 0..<terms { prediction += part[row, term] * coefficients.view[term, 0] }
      var leverage = 0.0
      for column in 0..<fit.rank { leverage += images[row, column] * images[row, column] }
      let scaled = block[row, terms] - prediction
      let weightRoot = fit.model.weight.map { rows[row, $0].squareRoot() } ?? 1
      var result = RegressionRow()
      result.observed = rows[row, fit.model.response]
      result.residual = scaled / weightRoot
      result.fitted = result.observed - result.residual
      result.leverage = leverage
      let standardised = scaled / (deviation * max(1 - leverage, 0).squareRoot())
      let left = degrees - standardised * standardised
      result.studentised = left > 0 ? standardised * ((degrees - 1) / left).squareRoot() : .infinity
      if standardised < 0, result.studentised > 0 { result.studentised = -.infinity }
      if leverage > 1 - 1e-12 { result.studentised = .nan }
      result.cook =
        standardised * standardised * leverage / max(1 - leverage, 0) / Double(fit.rank)
      if leverage > 1 - 1e-12 { result.cook = .nan }
      note(result, scaled)
      receive(seen, result)
    }
  }

  private mutating func note(_ row: RegressionRow, _ residual: Double) {
    seen += 1
    if row.cook > largestCook.value { largestCook = Extreme(value: row.cook, row: seen) }
    if row.leverage > largestLeverage.value {
      largestLeverage = Extreme(value: row.leverage, row: seen)
    }
    if abs(row.studentised) > abs(largestResidual.value) {
      largestResidual = Extreme(value: row.studentised, row: seen)
    }
    if !previous.isNaN { changes += (residual - previous) * (residual - previous) }
    squares += residual * residual
    previous = residual
  }
}
