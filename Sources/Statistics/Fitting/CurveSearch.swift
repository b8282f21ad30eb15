import LinearAlgebra

/// Where a fit stands: its parameters and all that the next step depends on.
struct CurveSearch {
  var parameters: [Double]
  var trial: [Double]
  var cost = 0.0
  var scales: [Double]
  var radius = 0.0
  var damping = 0.0
  var iterations = 0
  var evaluations = 1
  var atBound: [Bool]
  /// Whether the evaluator holds the values at the parameters, and the triangle the derivatives.
  var isEvaluated = false
  var isLinearised = false
  /// Whether the first radius did not shorten the first step.
  var isFirstStepWhole = false
  /// Sum, change, damping and parameters of each step.
  private var steps: [Double] = []
  private let keepsSteps: Bool

  init(_ start: [Double], _ options: CurveFitOptions) {
    parameters = zip(start, zip(options.lower, options.upper)).map { min(max($0, $1.0), $1.1) }
    trial = [Double](repeating: 0, count: start.count)
    scales = trial
    atBound = [Bool](repeating: false, count: start.count)
    switch options.history {
    case .none: keepsSteps = false
    case .ofFailures, .always: keepsSteps = true
    }
    if keepsSteps { steps.reserveCapacity(32 * (start.count + 3)) }
  }

  /// Length in the scaled norm.
  func norm(_ vector: [Double]) -> Double {
    var sum = 0.0
    for index in vector.indices {
      sum += scales[index] * vector[index] * (scales[index] * vector[index])
    }
    return sum.squareRoot()
  }

  /// Goes to the trial, which the evaluator holds if all rows are one block.
  mutating func accept(_ cost: Double, isEvaluated: Bool) {
    swap(&parameters, &trial)
    self.cost = cost
    self.isEvaluated = isEvaluated
    isLinearised = false
  }

  mutating func record(change: Double) {
    guard keepsSteps else { return }
    steps.append(cost)
    steps.append(change)
    steps.append(damping)
    steps += parameters
  }

  func history() -> [CurveFit.Step] {
    let width = parameters.count + 3
    return stride(from: 0, to: steps.count, by: width).map { start in
      CurveFit.Step(
        residualSum: steps[start], change: steps[start + 1], damping: steps[start + 2],
        parameters: Array(steps[(start + 3)..<(start + width)]))
    }
  }
}

extension CurveFitter {
  /// Most searches end after this many iterations; bends cost an evaluation and pay in the others.
  private static let straightIterations = 5

  /// One linearisation and the steps that it takes to lower the sum; a reason to end, if there is one.
  func iterate(
    _ search: inout CurveSearch, _ data: CurveData, _ options: CurveFitOptions, _ radius: Double
  ) -> CurveFit.Reason? {
    linearSystem(&search, options)
    if search.cost == 0 { return .exact }
    if search.iterations == 1 {
      let norm = search.norm(search.parameters)
      search.radius = radius * (norm > 0 ? norm : 1)
    }
    for round in 0..<60 {
      search.damping = damped.solve(radius: search.radius, damping: search.damping)
      var length = advance(&search, options)
      let (predicted, slope) = prediction(search.cost)
      if search.damping > 0, search.iterations > Self.straightIterations {
        bendStep(data, &search)
        length = advance(&search, options)
      }
      if search.iterations == 1 {
        search.radius = min(search.radius, length)
        if round == 0 { search.isFirstStepWhole = search.damping == 0 }
      }
      let cost = residualSum(data, search.trial)
      search.evaluations += 1
      search.isEvaluated = false
      let actual = cost.isFinite ? 1 - cost / search.cost : -1
      let ratio = predicted > 0 ? actual / predicted : 0
      adapt(&search, (ratio, actual, slope), length)
      let isBetter = ratio >= 1e-4 && actual > 0
      if isBetter {
        search.accept(cost, isEvaluated: isOneBlock(data))
        search.record(change: length / max(search.norm(search.parameters), 1e-300))
      }
      if cost == 0 { return .exact }
      if abs(actual) <= options.tolerance, predicted <= options.tolerance, ratio <= 2 {
        return .sumOfSquares
      }
      if search.radius <= options.tolerance * search.norm(search.parameters) { return .parameters }
      if isBetter { return nil }
      if predicted <= 1e-17, length <= 1e-17 * search.norm(search.parameters) { return .stuck }
    }
    return .stuck
  }

  /// Sets the trial, keeps the step within the bounds; returns its scaled length.
  private func advance(_ search: inout CurveSearch, _ options: CurveFitOptions) -> Double {
    let step = damped.step
    var square = 0.0
    for index in 0..<size {
      let from = search.parameters[index]
      let to = min(max(from + step[index], options.lower[index]), options.upper[index])
      search.trial[index] = to
      step[index] = to - from
      let scaled = search.scales[index] * step[index]
      square += scaled * scaled
    }
    return square.squareRoot()
  }

  /// Moré's rules for the radius.
  private func adapt(
    _ search: inout CurveSearch, _ quality: (ratio: Double, actual: Double, slope: Double),
    _ length: Double
  ) {
    if quality.ratio <= 0.25 {
      let slope = -quality.slope
      var factor =
        quality.actual >= 0 ? 0.5 : 0.5 * slope / (slope + 0.5 * quality.actual)
      if quality.actual < -99 || !(factor >= 0.1) { factor = 0.1 }
      search.radius = factor * min(search.radius, length / 0.1)
      search.damping /= factor
    } else if search.damping == 0 || quality.ratio >= 0.75 {
      search.radius = length / 0.5
      search.damping *= 0.5
    }
  }

  /// Relative fall of the sum that the linear model promises for the step, and half its slope along it.
  private func prediction(_ cost: Double) -> (fall: Double, slope: Double) {
    let (upper, right, step) = (damped.upper, damped.right, damped.step)
    var after = 0.0
    var linear = 0.0
    for row in 0..<size {
      var sum = 0.0
      for column in row..<size { sum += upper[row * size + column] * step[column] }
      after += sum * (sum + 2 * right[row])
      linear += sum * right[row]
    }
    return (-after / cost, -linear / cost)
  }

  /// Hands the triangle to the solver of steps; finds out which parameters are held at a bound.
  private func linearSystem(_ search: inout CurveSearch, _ options: CurveFitOptions) {
    let whole = wholeTriangle
    for index in 0..<size {
      var gradient = 0.0
      var square = 0.0
      for row in 0...index {
        gradient += whole[row, index] * whole[row, size]
        square += whole[row, index] * whole[row, index]
      }
      let value = search.parameters[index]
      search.atBound[index] =
        (value <= options.lower[index] && gradient > 0)
        || (value >= options.upper[index] && gradient < 0)
      search.scales[index] = max(search.scales[index], square.squareRoot())
      if search.scales[index] == 0 { search.scales[index] = 1 }
      damped.scales[index] = search.scales[index]
    }
    let source = triangle(without: search.atBound)
    let (upper, right) = (damped.upper, damped.right)
    for row in 0..<size {
      for column in row..<size { upper[row * size + column] = source[row, column] }
      right[row] = source[row, size]
    }
    // A held parameter is an equation of its own: its step is zero.
    for index in 0..<size where search.atBound[index] {
      upper[index * size + index] = search.scales[index]
      right[index] = 0
    }
  }

  /// Plain steps as long as each is smaller than the one before and the sum stays the smallest.
  func polish(_ search: inout CurveSearch, _ data: CurveData, _ options: CurveFitOptions) {
    var last = Double.infinity
    for _ in 0..<30 {
      linearise(data, &search)
      linearSystem(&search, options)
      guard damped.solve(radius: .greatestFiniteMagnitude, damping: 0) == 0 else { return }
      let whole = advance(&search, options)
      guard whole < 0.5 * last, whole <= 1e-4 * search.norm(search.parameters) else { return }
      let cost = residualSum(data, search.trial)
      search.evaluations += 1
      search.isEvaluated = false
      guard cost <= search.cost * (1 + 1e-12) else { return }
      search.accept(cost, isEvaluated: isOneBlock(data))
      last = whole
      if whole <= 1e-13 * search.norm(search.parameters) { return }
    }
  }
}
