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
  private let evaluator: TapeEvaluator
  private let triangle: SmallTriangle
  private let freeTriangle: SmallTriangle
  private let block: DenseMatrix
  private let size: Int
  private var damped: DampedStep
  private var system: DampedStep.System
  /// Parameters whose values the evaluator still holds, for data of one block.
  private var evaluated: [Double] = []
  /// Parameters at which the triangle stands.
  private var linearised: [Double] = []

  package init(_ tape: Tape) {
    self.tape = tape
    size = tape.parameters.count
    evaluator = TapeEvaluator(tape)
    triangle = SmallTriangle(order: size + 1)
    freeTriangle = SmallTriangle(order: size + 1)
    block = DenseMatrix(rows: TapeEvaluator.blockRows, columns: size + 1)
    damped = DampedStep(order: size)
    system = DampedStep.System(order: size)
  }

  /// The best end of the first radii that were needed.
  package func fit(_ data: CurveData, start: [Double], _ options: CurveFitOptions) -> CurveFit {
    var best: CurveFit?
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
    var state = Search(start, options)
    evaluated = []
    linearised = []
    state.cost = residualSum(data, state.parameters)
    guard state.cost.isFinite else { return finish(state, .start, data) }
    var reason = CurveFit.Reason.iterations
    while state.iterations < options.iterationsMax, !isCancelled() {
      state.iterations += 1
      linearise(data, state.parameters)
      if let end = iterate(&state, data, options, radius) {
        reason = end
        break
      }
    }
    if reason != .iterations, reason != .exact { polish(&state, data, options) }
    return finish(state, reason, data)
  }

  // MARK: Model

  /// Weighted sum of squared residuals.
  package func residualSum(_ data: CurveData, _ parameters: [Double]) -> Double {
    var sum = 0.0
    forEachBlock(data) { rows, variables in
      let values = evaluator.evaluate(parameters, variables)
      sum += Self.squares(values, data, rows)
    }
    evaluated = data.count <= TapeEvaluator.blockRows ? parameters : []
    return sum
  }

  private static func squares(
    _ values: MutableView<Double>, _ data: CurveData, _ rows: Range<Int>
  ) -> Double {
    let first = rows.lowerBound
    var sum = 0.0
    guard let weights = data.rootWeights else {
      for index in 0..<rows.count {
        let residual = values[index] - data.response[first + index]
        sum += residual * residual
      }
      return sum
    }
    for index in 0..<rows.count {
      let residual = (values[index] - data.response[first + index]) * weights[first + index]
      sum += residual * residual
    }
    return sum
  }

  /// The formula's value for each row of a table with the variables' columns.
  package func values(_ parameters: [Double], _ variables: MatrixView) -> [Double] {
    var all: [Double] = []
    evaluated = []
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
  private func linearise(_ data: CurveData, _ parameters: [Double]) {
    guard linearised != parameters else { return }
    triangle.clear()
    let isFresh = !parameters.isEmpty && evaluated == parameters
    forEachBlock(data) { rows, variables in
      let part = block.view.part(0..<rows.count, 0..<(size + 1))
      let values =
        isFresh ? evaluator.result(rows.count) : evaluator.evaluate(parameters, variables)
      let residual = part.column(size)
      let first = rows.lowerBound
      for index in 0..<rows.count { residual[index] = values[index] - data.response[first + index] }
      evaluator.differentiate(variables, into: part.part(0..<rows.count, 0..<size))
      if let weights = data.rootWeights {
        for column in 0...size {
          for index in 0..<rows.count { part[index, column] *= weights[first + index] }
        }
      }
      triangle.eliminate(part)
    }
    linearised = parameters
  }

  private func forEachBlock(_ data: CurveData, _ body: (Range<Int>, MatrixView) -> Void) {
    var start = 0
    while start < data.count {
      let end = min(start + TapeEvaluator.blockRows, data.count)
      body(start..<end, data.variables.part(start..<end, 0..<data.variables.columns))
      start = end
    }
  }

  // MARK: Iteration

  private struct Search {
    var parameters: [Double]
    var cost = 0.0
    var scales: [Double]
    var radius = 0.0
    var damping = 0.0
    var iterations = 0
    var evaluations = 1
    var atBound: [Bool]
    var history: [CurveFit.Step] = []

    init(_ start: [Double], _ options: CurveFitOptions) {
      parameters = zip(start, zip(options.lower, options.upper)).map { min(max($0, $1.0), $1.1) }
      scales = [Double](repeating: 0, count: start.count)
      atBound = [Bool](repeating: false, count: start.count)
    }

    func norm(_ vector: [Double]) -> Double {
      var sum = 0.0
      for index in vector.indices {
        sum += scales[index] * vector[index] * (scales[index] * vector[index])
      }
      return sum.squareRoot()
    }
  }

  /// One linearisation and the steps that it takes to lower the sum; a reason to end, if there is one.
  private func iterate(
    _ state: inout Search, _ data: CurveData, _ options: CurveFitOptions, _ radius: Double
  ) -> CurveFit.Reason? {
    linearSystem(&state, options)
    if state.cost == 0 { return .exact }
    if state.iterations == 1 {
      let norm = state.norm(state.parameters)
      state.radius = radius * (norm > 0 ? norm : 1)
    }
    for _ in 0..<60 {
      state.damping = damped.solve(system, radius: state.radius, damping: state.damping)
      var trial = state.parameters
      var step = damped.step
      for index in 0..<size {
        trial[index] = min(
          max(trial[index] + step[index], options.lower[index]), options.upper[index])
        step[index] = trial[index] - state.parameters[index]
      }
      let length = state.norm(step)
      if state.iterations == 1 { state.radius = min(state.radius, length) }
      let cost = residualSum(data, trial)
      state.evaluations += 1
      let (predicted, slope) = prediction(step, state.cost)
      let actual = cost.isFinite ? 1 - cost / state.cost : -1
      let ratio = predicted > 0 ? actual / predicted : 0
      adapt(&state, (ratio, actual, slope), length)
      let isBetter = ratio >= 1e-4 && actual > 0
      if isBetter {
        state.parameters = trial
        state.cost = cost
        if options.keepsHistory {
          state.history.append(
            CurveFit.Step(
              residualSum: cost, change: length / max(state.norm(trial), 1e-300),
              damping: state.damping, parameters: trial))
        }
      }
      if cost == 0 { return .exact }
      if abs(actual) <= options.tolerance, predicted <= options.tolerance, ratio <= 2 {
        return .sumOfSquares
      }
      if state.radius <= options.tolerance * state.norm(state.parameters) { return .parameters }
      if isBetter { return nil }
      if predicted <= 1e-17, length <= 1e-17 * state.norm(state.parameters) { return .stuck }
    }
    return .stuck
  }

  /// Moré's rules for the radius.
  private func adapt(
    _ state: inout Search, _ quality: (ratio: Double, actual: Double, slope: Double),
    _ length: Double
  ) {
    if quality.ratio <= 0.25 {
      let slope = -quality.slope
      var factor =
        quality.actual >= 0 ? 0.5 : 0.5 * slope / (slope + 0.5 * quality.actual)
      if quality.actual < -99 || !(factor >= 0.1) { factor = 0.1 }
      state.radius = factor * min(state.radius, length / 0.1)
      state.damping /= factor
    } else if state.damping == 0 || quality.ratio >= 0.75 {
      state.radius = length / 0.5
      state.damping *= 0.5
    }
  }

  /// Relative fall of the sum that the linear model promises, and half its slope along the step.
  private func prediction(
    _ step: [Double], _ cost: Double
  ) -> (fall: Double, slope: Double) {
    var after = 0.0
    var linear = 0.0
    for row in 0..<size {
      var sum = 0.0
      for column in row..<size { sum += system.upper[row * size + column] * step[column] }
      after += sum * (sum + 2 * system.right[row])
      linear += sum * system.right[row]
    }
    return (-after / cost, -linear / cost)
  }

  /// The triangle without the parameters that are held at a bound (their columns are empty).
  private func linearSystem(_ state: inout Search, _ options: CurveFitOptions) {
    let upper = triangle.view
    for index in 0..<size {
      var gradient = 0.0
      var square = 0.0
      for row in 0...index {
        gradient += upper[row, index] * upper[row, size]
        square += upper[row, index] * upper[row, index]
      }
      let value = state.parameters[index]
      state.atBound[index] =
        (value <= options.lower[index] && gradient > 0)
        || (value >= options.upper[index] && gradient < 0)
      state.scales[index] = max(state.scales[index], square.squareRoot())
    }
    for index in 0..<size where state.scales[index] == 0 { state.scales[index] = 1 }
    let source = state.atBound.contains(true) ? reduced(state.atBound) : upper
    for index in 0..<size { system.scales[index] = state.scales[index] }
    for row in 0..<size {
      for column in row..<size { system.upper[row * size + column] = source[row, column] }
      system.right[row] = source[row, size]
    }
    // A held parameter is an equation of its own: its step is zero.
    for index in 0..<size where state.atBound[index] {
      system.upper[index * size + index] = state.scales[index]
      system.right[index] = 0
    }
  }

  /// The triangle eliminated again with empty columns.
  private func reduced(_ atBound: [Bool]) -> MatrixView {
    let copy = DenseMatrix(triangle.view)
    for column in 0..<size where atBound[column] {
      copy.view.column(column).fill(0..<(size + 1), with: 0)
    }
    freeTriangle.clear()
    freeTriangle.eliminate(copy.view)
    return freeTriangle.view
  }

  /// Plain steps as long as each is smaller than the one before and the sum stays the smallest.
  private func polish(_ state: inout Search, _ data: CurveData, _ options: CurveFitOptions) {
    var last = Double.infinity
    for _ in 0..<10 {
      linearise(data, state.parameters)
      linearSystem(&state, options)
      guard damped.solve(system, radius: .greatestFiniteMagnitude, damping: 0) == 0 else { return }
      let length = state.norm(damped.step)
      guard length < 0.5 * last, length <= 1e-4 * state.norm(state.parameters) else { return }
      var trial = state.parameters
      for index in 0..<size {
        trial[index] = min(
          max(trial[index] + damped.step[index], options.lower[index]), options.upper[index])
      }
      let cost = residualSum(data, trial)
      state.evaluations += 1
      guard cost <= state.cost * (1 + 1e-12) else { return }
      state.parameters = trial
      state.cost = cost
      last = length
      if length <= 1e-13 * state.norm(trial) { return }
    }
  }

  // MARK: Result

  private func finish(
    _ state: Search, _ reason: CurveFit.Reason, _ data: CurveData
  ) -> CurveFit {
    var inverse: [Double] = []
    if state.cost.isFinite {
      linearise(data, state.parameters)
      inverse = covarianceFactor(state.atBound)
    }
    return CurveFit(
      parameters: state.parameters, residualSum: state.cost, reason: reason,
      iterations: state.iterations, evaluations: state.evaluations, atBound: state.atBound,
      inverse: inverse, history: state.history, count: data.count)
  }

  /// (JᵀJ)⁻¹ of the free parameters, by columns; empty where they are not determined.
  private func covarianceFactor(_ atBound: [Bool]) -> [Double] {
    let upper = atBound.contains(true) ? reduced(atBound) : triangle.view
    var root = [Double](repeating: 0, count: size * size)
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
          sum -= upper[row, other] * root[column * size + other]
        }
        root[column * size + row] = sum / upper[row, row]
      }
    }
    var product = [Double](repeating: 0, count: size * size)
    for a in 0..<size {
      for b in 0..<size {
        var sum = 0.0
        for column in 0..<size { sum += root[column * size + a] * root[column * size + b] }
        product[a + b * size] = sum
      }
    }
    return product
  }
}
