import LinearAlgebra

/// Rows that a curve is fitted to.
package struct CurveData {
  /// One column per variable of the tape.
  package let variables: MatrixView
  package let response: MutableView<Double>
  /// 1 / standard deviation of each row, up to a common factor; nil: all 1.
  package let rootWeights: MutableView<Double>?

  package init(
    variables: MatrixView, response: MutableView<Double>,
    rootWeights: MutableView<Double>? = nil
  ) {
    precondition(variables.rows == response.count, "as many responses as rows")
    precondition(rootWeights.map { $0.count == response.count } ?? true, "a weight for each row")
    self.variables = variables
    self.response = response
    self.rootWeights = rootWeights
  }

  package var count: Int { response.count }
}

/// Where a fit may go and when it ends.
package struct CurveFitOptions: Sendable {
  /// Which fits keep their steps.
  package enum History: Sendable {
    case none, ofFailures, always
  }

  /// Of each parameter; infinite: free.
  package var lower: [Double]
  package var upper: [Double]
  /// Relative: of the sum of squares and of the parameters.
  package var tolerance: Double
  package var iterationsMax: Int
  package var history: History
  /// First radius of the trust region in lengths of the (scaled) start; the others are tried where a
  /// fit does not converge or ends where its parameters are not determined.
  package var firstRadii = [1.0, 10, 0.1]

  package init(
    parameters: Int, tolerance: Double = 1e-14, iterationsMax: Int = 500,
    history: History = .none
  ) {
    lower = [Double](repeating: -.infinity, count: parameters)
    upper = [Double](repeating: .infinity, count: parameters)
    self.tolerance = tolerance
    self.iterationsMax = iterationsMax
    self.history = history
  }
}

/// The outcome of a nonlinear fit, converged or not.
package struct CurveFit: Sendable {
  package enum Reason: String, Sendable {
    case sumOfSquares = "the sum of squares changes no more"
    case parameters = "the parameters change no more"
    case exact = "the curve meets every row"
    case iterations = "the largest number of iterations was reached"
    case start = "the model has no finite value at the start"
    case stuck = "no step lowers the sum of squares"
    case rows = "there are fewer rows than parameters"
  }

  package struct Step: Sendable {
    package let residualSum: Double
    /// Size of the step relative to the parameters, in the scaled norm.
    package let change: Double
    /// Levenberg-Marquardt parameter of the step.
    package let damping: Double
    package let parameters: [Double]
  }

  package var parameters: [Double]
  package var residualSum: Double
  package var reason: Reason
  package var iterations: Int
  package var evaluations: Int
  /// Parameters that stayed at a bound.
  package var atBound: [Bool]
  /// (JᵀJ)⁻¹ of the free parameters, by columns; empty where J is deficient.
  var inverse: [Double]
  package var history: [Step]
  package let count: Int

  package var hasConverged: Bool {
    switch reason {
    case .sumOfSquares, .parameters, .exact: true
    case .iterations, .start, .stuck, .rows: false
    }
  }

  /// What stands for a fit to fewer rows than parameters: nothing is known.
  package static func missing(parameters: Int, rows: Int) -> CurveFit {
    CurveFit(
      parameters: [Double](repeating: .nan, count: parameters), residualSum: .nan, reason: .rows,
      iterations: 0, evaluations: 0, atBound: [Bool](repeating: false, count: parameters),
      inverse: [], history: [], count: rows)
  }

  /// Rows less free parameters.
  package var degrees: Int { count - atBound.filter { !$0 }.count }

  package var residualDeviation: Double {
    degrees > 0 ? (residualSum / Double(degrees)).squareRoot() : .nan
  }

  /// Of the parameters, by columns; NaN where the rows do not determine them, 0 for those at a bound.
  ///
  /// - Parameter absolute: the weights are the rows' true standard deviations; else they are scaled by
  ///   the residual variance.
  package func covariance(absolute: Bool = false) -> [Double] {
    let size = parameters.count
    guard !inverse.isEmpty else { return [Double](repeating: .nan, count: size * size) }
    let variance = absolute ? 1 : residualDeviation * residualDeviation
    return inverse.map { $0 * variance }
  }

  package func standardErrors(absolute: Bool = false) -> [Double] {
    let covariance = covariance(absolute: absolute)
    return parameters.indices.map { covariance[$0 * (parameters.count + 1)].squareRoot() }
  }
}
