import LinearAlgebra

/// Nonlinear least squares of a formula by the Levenberg-Marquardt method with exact derivatives.
///
/// Trust region, column scaling and step control as in J. J. Moré (1978), the method of MINPACK; bounds by
/// projection with an active set; steps of a search that takes long follow the curve to second order; at the end
/// plain Gauss-Newton steps as long as they shrink, so that the parameters have the digits that the data allow.
/// One fitter serves any number of fits.
package final class CurveFitter {
  package let tape: Tape
  /// Asked once in each iteration; a fit that is told to stop ends where it is.
  package var isCancelled: () -> Bool = { false }
  let size: Int
  let damped: DampedStep
  private let evaluator: TapeEvaluator
  private let triangle: SmallTriangle
  private let freeTriangle: SmallTriangle
  /// [J | r] of the block of rows that was filled in last, weighted, and a copy to be reduced.
  private let equations: DenseMatrix
  private let block: DenseMatrix

  package init(_ tape: Tape) {
    self.tape = tape
    size = tape.parameters.count
    evaluator = TapeEvaluator(tape)
    triangle = SmallTriangle(order: size + 1)
    freeTriangle = SmallTriangle(order: size + 1)
    equations = DenseMatrix(rows: TapeEvaluator.blockRows, columns: size + 1)
    block = DenseMatrix(rows: TapeEvaluator.blockRows, columns: size + 1)
    damped = DampedStep(order: size)
  }

  /// The best end of the first radii that were needed.
  package func fit(_ data: CurveData, start: [Double], _ options: CurveFitOptions) -> CurveFit {
    var best: CurveFit?
    if isOneBlock(data) { evaluator.load(data.variables) }
    var wholeStep = Double.infinity
    for radius in options.firstRadii where radius < wholeStep {
      let (end, isWhole) = attempt(data, start, options, radius: radius)
      // Where this radius did not shorten the first step, a larger one leads the same way.
      if isWhole { wholeStep = radius }
      let isBetter = best.map { end.residualSum < $0.residualSum * (1 - 1e-10) } ?? true
      if isBetter || !(best?.hasConverged ?? false) && end.hasConverged { best = end }
      if end.reason == .start || end.hasConverged && !end.inverse.isEmpty || isCancelled() { break }
    }
    guard let best else { preconditionFailure("a fit needs a first radius") }
    return best
  }

  /// A fit from one first radius, and whether its first step was that of Gauss and Newton.
  private func attempt(
    _ data: CurveData, _ start: [Double], _ options: CurveFitOptions, radius: Double
  ) -> (fit: CurveFit, isWhole: Bool) {
    var search = CurveSearch(start, options)
    search.cost = residualSum(data, search.parameters)
    search.isEvaluated = isOneBlock(data)
    guard search.cost.isFinite else { return (finish(&search, .start, data, options), true) }
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
    let isWhole = search.isFirstStepWhole
    return (finish(&search, reason, data, options), isWhole)
  }

  // MARK: Model

  /// Whether the evaluator keeps all rows of a fit.
  func isOneBlock(_ data: CurveData) -> Bool {
    data.count > 0 && data.count <= TapeEvaluator.blockRows
  }

  /// Weighted sum of squared residuals; rows of one block have been loaded.
  func residualSum(_ data: CurveData, _ parameters: [Double]) -> Double {
    var sum = 0.0
    for rows in Self.blocks(data) {
      sum += Self.squares(evaluate(parameters, data, rows), data, rows)
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
    for rows in Self.blocks(data) {
      let filled = equations(data, rows, at: search.parameters, isEvaluated: search.isEvaluated)
      let part = block.view.part(0..<rows.count, 0..<(size + 1))
      part.copy(filled)
      triangle.eliminate(part)
    }
    search.isEvaluated = isOneBlock(data)
  }

  private static func blocks(_ data: CurveData) -> some Sequence<Range<Int>> {
    stride(from: 0, to: data.count, by: TapeEvaluator.blockRows).lazy.map {
      $0..<min($0 + TapeEvaluator.blockRows, data.count)
    }
  }

  /// The formula's values of some rows; those of one block have been loaded.
  private func evaluate(
    _ parameters: [Double], _ data: CurveData, _ rows: Range<Int>
  ) -> MutableView<Double> {
    if isOneBlock(data) { return evaluator.evaluate(parameters, rows: rows.count) }
    return evaluator.evaluate(
      parameters, data.variables.part(rows, 0..<data.variables.columns))
  }

  /// Fills in [J | r] of some rows.
  private func equations(
    _ data: CurveData, _ rows: Range<Int>, at parameters: [Double], isEvaluated: Bool
  ) -> MatrixView {
    let values =
      isEvaluated ? evaluator.result(rows.count) : evaluate(parameters, data, rows)
    let part = equations.view.part(0..<rows.count, 0..<(size + 1))
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
    return part
  }

  /// Bends the step of a linearised search along the curve that the parameters follow: geodesic acceleration.
  ///
  /// Source: M. K. Transtrum, J. P. Sethna, "Improvements to the Levenberg-Marquardt algorithm for nonlinear
  /// least-squares minimization", arXiv:1201.5885 (2012): the second derivative of the residuals along the
  /// step p by the difference 2/h² (r(b + h p) - r(b) - h J p) with h = 0.1, the bend refused where it is not small.
  func bendStep(_ data: CurveData, _ search: inout CurveSearch) {
    let reach = 0.1
    let (step, curvature) = (damped.step, damped.curvature)
    for index in 0..<size {
      search.trial[index] = search.parameters[index] + reach * step[index]
      curvature[index] = 0
    }
    for rows in Self.blocks(data) {
      let part =
        isOneBlock(data)
        ? equations.view.part(0..<rows.count, 0..<(size + 1))
        : equations(data, rows, at: search.parameters, isEvaluated: false)
      let second = block.view.column(0).slice(0, count: rows.count)
      let ahead = evaluate(search.trial, data, rows)
      let response = data.response.slice(rows.lowerBound, count: rows.count)
      for row in 0..<rows.count { second[row] = ahead[row] - response[row] }
      if let weights = data.rootWeights?.slice(rows.lowerBound, count: rows.count) {
        for row in 0..<rows.count { second[row] *= weights[row] }
      }
      let residual = part.column(size)
      for row in 0..<rows.count { second[row] -= residual[row] }
      for index in 0..<size {
        second.add(-reach * step[index], times: part.column(index))
      }
      for index in 0..<size where !search.atBound[index] {
        curvature[index] += 2 / (reach * reach) * part.column(index).dot(second)
      }
    }
    search.isEvaluated = false
    damped.bend(limit: 0.75)
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
