import LinearAlgebra

/// Nonlinear least squares of a formula by the Levenberg-Marquardt method with exact derivatives.
///
/// Trust region, column scaling and step control as in J. J. Moré (1978), the method of MINPACK; bounds by
/// projection with an active set; at the end plain Gauss-Newton steps as long as they shrink, so that
/// the parameters have the digits that the data allow. One fitter serves any number of fits.
package final class CurveFitter {
  package let tape: Tape
  /// Asked once in each iteration; a fit that is told to stop ends where it is.
  package var isCancelled: () -> Bool = { false }
  let size: Int
  let damped: DampedStep
  private let evaluator: TapeEvaluator
  private let triangle: SmallTriangle
  private let freeTriangle: SmallTriangle
  private let block: DenseMatrix

  package init(_ tape: Tape) {
    self.tape = tape
    size = tape.parameters.count
    evaluator = TapeEvaluator(tape)
    triangle = SmallTriangle(order: size + 1)
    freeTriangle = SmallTriangle(order: size + 1)
    block = DenseMatrix(rows: TapeEvaluator.blockRows, columns: size + 1)
    damped = DampedStep(order: size)
  }

  /// The best end of the first radii that were needed.
  package func fit(_ data: CurveData, start: [Double], _ options: CurveFitOptions) -> CurveFit {
    var best: CurveFit?
    if isOneBlock(data) { evaluator.load(data.variables) }
    for radius in options.firstRadii {
      let end = attempt(data, start, options, radius: radius)
      let isBetter = best.map { end.residualSum < $0.residualSum * (1 - 1e-10) } ?? true
      if isBetter || !(best?.hasConverged ?? false) && end.hasConverged { best = end }
      if end.reason == .start || end.hasConverged && !end.inverse.isEmpty || isCancelled() { break }
    }
    guard let best else { preconditionFailure("a fit needs a first radius") }
    return best
  }

  private func attempt(
    _ data: CurveData, _ start: [Double], _ options: CurveFitOptions, radius: Double
  ) -> CurveFit {
    var search = CurveSearch(start, options)
    search.cost = residualSum(data, search.parameters)
    search.isEvaluated = isOneBlock(data)
    guard search.cost.isFinite else { return finish(&search, .start, data, options) }
    var reason = CurveFit.Reason.iterations
    while search.iterations < options.iterationsMax, !isCancelled() {
      search.iterations += 1
      linearise(data, &search)
      if let end = iterate(&search, data, options, radius) {
        reason = end
        break
      }
    }
    if reason != .iterations, reason != .exact { polish(&search, data, options) }
    return finish(&search, reason, data, options)
  }

  // MARK: Model

  /// Whether the evaluator keeps all rows of a fit.
  func isOneBlock(_ data: CurveData) -> Bool {
    data.count > 0 && data.count <= TapeEvaluator.blockRows
  }

  /// Weighted sum of squared residuals; rows of one block have been loaded.
  func residualSum(_ data: CurveData, _ parameters: [Double]) -> Double {
    if isOneBlock(data) {
      return Self.squares(evaluator.evaluate(parameters, rows: data.count), data, 0..<data.count)
    }
    var sum = 0.0
    var start = 0
    while start < data.count {
      let rows = start..<min(start + TapeEvaluator.blockRows, data.count)
      let variables = data.variables.part(rows, 0..<data.variables.columns)
      sum += Self.squares(evaluator.evaluate(parameters, variables), data, rows)
      start = rows.upperBound
    }
    return sum
  }

  private static func squares(
    _ values: MutableView<Double>, _ data: CurveData, _ rows: Range<Int>
  ) -> Double {
    let response = data.response.slice(rows.lowerBound, count: rows.count)
    var sum = 0.0
    guard let weights = data.rootWeights?.slice(rows.lowerBound, count: rows.count) else {
      for row in 0..<rows.count {
        let residual = values[row] - response[row]
        sum += residual * residual
      }
      return sum
    }
    for row in 0..<rows.count {
      let residual = (values[row] - response[row]) * weights[row]
      sum += residual * residual
    }
    return sum
  }

  /// The formula's value for each row of a table with the variables' columns.
  package func values(_ parameters: [Double], _ variables: MatrixView) -> [Double] {
    var all: [Double] = []
    all.reserveCapacity(variables.rows)
    var start = 0
    while start < variables.rows {
      let end = min(start + TapeEvaluator.blockRows, variables.rows)
      all += evaluator.evaluate(parameters, variables.part(start..<end, 0..<variables.columns))
        .copy(first: end - start)
      start = end
    }
    return all
  }

  /// Triangle of [J | r] at the parameters.
  func linearise(_ data: CurveData, _ search: inout CurveSearch) {
    if search.isLinearised { return }
    search.isLinearised = true
    triangle.clear()
    if isOneBlock(data) {
      let values =
        search.isEvaluated
        ? evaluator.result(data.count) : evaluator.evaluate(search.parameters, rows: data.count)
      search.isEvaluated = true
      return eliminate(values, data, 0..<data.count)
    }
    var start = 0
    while start < data.count {
      let rows = start..<min(start + TapeEvaluator.blockRows, data.count)
      let variables = data.variables.part(rows, 0..<data.variables.columns)
      eliminate(evaluator.evaluate(search.parameters, variables), data, rows)
      start = rows.upperBound
    }
  }

  /// Adds rows whose values the evaluator holds to the triangle.
  private func eliminate(
    _ values: MutableView<Double>, _ data: CurveData, _ rows: Range<Int>
  ) {
    let part = block.view.part(0..<rows.count, 0..<(size + 1))
    let residual = part.column(size)
    let response = data.response.slice(rows.lowerBound, count: rows.count)
    for row in 0..<rows.count { residual[row] = values[row] - response[row] }
    evaluator.differentiate(into: part.part(0..<rows.count, 0..<size))
    if let weights = data.rootWeights?.slice(rows.lowerBound, count: rows.count) {
      for index in 0...size {
        let column = part.column(index)
        for row in 0..<rows.count { column[row] *= weights[row] }
      }
    }
    triangle.eliminate(part)
  }

  /// The triangle, without the parameters that are held at a bound (their columns are empty).
  func triangle(without atBound: [Bool]) -> MatrixView {
    guard atBound.contains(true) else { return triangle.view }
    let copy = DenseMatrix(triangle.view)
    for column in 0..<size where atBound[column] {
      copy.view.column(column).fill(0..<(size + 1), with: 0)
    }
    freeTriangle.clear()
    freeTriangle.eliminate(copy.view)
    return freeTriangle.view
  }

  /// The triangle as it stands.
  var wholeTriangle: MatrixView { triangle.view }

  // MARK: Result

  private func finish(
    _ search: inout CurveSearch, _ reason: CurveFit.Reason, _ data: CurveData,
    _ options: CurveFitOptions
  ) -> CurveFit {
    var inverse: [Double] = []
    if search.cost.isFinite {
      linearise(data, &search)
      inverse = covarianceFactor(search.atBound)
    }
    var fit = CurveFit(
      parameters: search.parameters, residualSum: search.cost, reason: reason,
      iterations: search.iterations, evaluations: search.evaluations, atBound: search.atBound,
      inverse: inverse, history: [], count: data.count)
    switch options.history {
    case .none: break
    case .ofFailures: if !fit.hasConverged { fit.history = search.history() }
    case .always: fit.history = search.history()
    }
    return fit
  }

  /// (JᵀJ)⁻¹ of the free parameters, by columns; empty where they are not determined.
  private func covarianceFactor(_ atBound: [Bool]) -> [Double] {
    let upper = triangle(without: atBound)
    let root = DenseMatrix(rows: size, columns: size)
    for column in 0..<size where !atBound[column] {
      var length = 0.0
      for row in 0...column { length += upper[row, column] * upper[row, column] }
      guard abs(upper[column, column]) > 1e-14 * length.squareRoot() else { return [] }
    }
    // Columns of R⁻¹.
    for column in 0..<size where !atBound[column] {
      for row in (0...column).reversed() where !atBound[row] {
        var sum = row == column ? 1.0 : 0
        for other in (row + 1)..<max(column + 1, row + 1) where !atBound[other] {
          sum -= upper[row, other] * root.view[other, column]
        }
        root.view[row, column] = sum / upper[row, row]
      }
    }
    var product = [Double](repeating: 0, count: size * size)
    for a in 0..<size {
      for b in 0..<size {
        var sum = 0.0
        for column in 0..<size { sum += root.view[a, column] * root.view[b, column] }
        product[a + b * size] = sum
      }
    }
    return product
  }
}
