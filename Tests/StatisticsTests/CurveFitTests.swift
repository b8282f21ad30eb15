import Base
import Glibc
import LinearAlgebra
import TestSupport
import Testing

@testable import Statistics

/// Nonlinear fits against the certified NIST problems and closed forms.
@Suite("curve fits") struct CurveFitTests {
  /// The response of NIST's Nelson problem is the logarithm of its data.
  static func response(_ problem: CurveReference) -> [Double] {
    problem.name == "Nelson" ? problem.response.map { log($0) } : problem.response
  }

  static func fit(
    _ model: String, _ variables: [(String, [Double])], _ response: [Double], start: [Double],
    weights: [Double]? = nil, _ change: (inout CurveFitOptions) -> Void = { _ in }
  ) throws -> CurveFit {
    let expression = try ExpressionParser.parse(model, source: "model")
    let names = variables.map(\.0)
    let parameters = expression.names.filter { !names.contains($0) }.sorted()
    let fitter = CurveFitter(Tape(expression, parameters: parameters, variables: names))
    let table = DenseMatrix(
      rows: response.count, columns: variables.count, variables.flatMap(\.1))
    let right = DenseMatrix(rows: response.count, columns: 2, response + (weights ?? response))
    var options = CurveFitOptions(parameters: parameters.count)
    change(&options)
    let data = CurveData(
      variables: table.view, response: right.view.column(0),
      rootWeights: weights == nil ? nil : right.view.column(1))
    return fitter.fit(data, start: start, options)
  }

  @Test(
    "the NIST problems reach their certified digits from both starts",
    arguments: CurveReference.all, [0, 1])
  func reference(_ problem: CurveReference, _ start: Int) throws {
    let fit = try Self.fit(
      problem.model, Array(zip(problem.variableNames, problem.variables)),
      Self.response(problem), start: problem.starts[start])
    let worst =
      zip(fit.parameters, problem.parameters)
      .map { RegressionTests.digits($0, $1) }.min() ?? 0
    #expect(fit.hasConverged, "\(fit.reason.rawValue)")
    #expect(worst >= 6, "\(worst) digits after \(fit.iterations) iterations: \(fit.parameters)")
    recordVerification(
      "data.fit", "NIST \(problem.name), start \(start + 1)", source: "NIST StRD",
      measure: "fewest correct digits of a parameter", value: min(worst, 11), granted: 6)
    // The sums of the problems without noise are rounding only.
    guard problem.residualSum > 1e-20 else { return }
    #expect(RegressionTests.digits(fit.residualSum, problem.residualSum) >= 6)
    guard !problem.standardErrors.isEmpty else { return }
    let errors =
      zip(fit.standardErrors(), problem.standardErrors)
      .map { RegressionTests.digits($0, $1) }.min() ?? 0
    #expect(errors >= 5, "standard errors: \(errors) digits")
  }

  @Test("bounds hold, and the rest is the best within them")
  func bounds() throws {
    let x = (0..<20).map { Double($0) / 4 }
    let y = x.map { 3 * exp(-0.8 * $0) + 0.5 }
    let fit = try Self.fit("a*exp(-b*x)+c", [("x", x)], y, start: [1, 0.1, 0.9]) {
      $0.lower[2] = 0.7
    }
    #expect(fit.parameters[2] == 0.7 && fit.atBound == [false, false, true])
    let held = try Self.fit("a*exp(-b*x)+0.7", [("x", x)], y, start: [1, 0.1])
    for index in 0..<2 {
      #expect(RegressionTests.digits(fit.parameters[index], held.parameters[index]) > 6)
      #expect(
        RegressionTests.digits(fit.standardErrors()[index], held.standardErrors()[index]) > 5)
    }
    #expect(fit.degrees == held.degrees)
  }

  @Test(
    "a straight line has the errors of linear regression, weighted or not",
    arguments: [
      false, true,
    ])
  func line(weighted: Bool) throws {
    var random = SplitMix64(seed: 3)
    let x = (0..<300).map { Double($0) / 10 }
    let y = x.map { 2 + 0.5 * $0 + random.unit() }
    let weights = x.map { 1 + $0 / 10 }
    var model = RegressionTests.model(1, degree: 1, hasIntercept: true)
    if weighted { model.weight = 2 }
    let exact = try RegressionTests.fit(model, [x, y, weights.map { $0 * $0 }])
    let fit = try Self.fit(
      "a + b*x", [("x", x)], y, start: [0, 0], weights: weighted ? weights : nil)
    for index in 0..<2 {
      #expect(RegressionTests.digits(fit.parameters[index], exact.coefficients[index]) > 11)
      #expect(
        RegressionTests.digits(fit.standardErrors()[index], exact.standardErrors[index]) > 10)
    }
  }

  @Test(
    "a search along a curved valley arrives without another first radius", arguments: [1, 2])
  func valley(copies: Int) throws {
    // Straight steps need more than 500 iterations here; two copies are more than one block of rows.
    let problem = CurveReference.bennett5
    let repeated: ([Double]) -> [Double] = { Array(repeatElement($0, count: copies).joined()) }
    let fit = try Self.fit(
      problem.model, [("x", repeated(problem.variables[0]))], repeated(problem.response),
      start: problem.starts[0],
      weights: copies == 1 ? nil : repeated(problem.response.map { _ in 3 })
    ) { $0.firstRadii = [1] }
    #expect(fit.hasConverged && fit.iterations < 100, "\(fit.iterations) iterations")
    for (found, certified) in zip(fit.parameters, problem.parameters) {
      #expect(RegressionTests.digits(found, certified) >= 6)
    }
  }

  @Test("a larger first radius is not tried where the first step was whole")
  func equalRadii() throws {
    let problem = CurveReference.bennett5
    let names = ["b1", "b2", "b3"]
    let expression = try ExpressionParser.parse(problem.model, source: "model")
    let fitter = CurveFitter(Tape(expression, parameters: names, variables: ["x"]))
    let table = DenseMatrix(
      rows: problem.response.count, columns: 2, problem.variables[0] + problem.response)
    var asked = 0
    fitter.isCancelled = {
      asked += 1
      return false
    }
    var options = CurveFitOptions(parameters: 3, iterationsMax: 4)
    options.firstRadii = [1, 10]
    _ = fitter.fit(
      CurveData(
        variables: table.view.part(0..<problem.response.count, 0..<1),
        response: table.view.column(1)),
      start: problem.starts[0], options)
    #expect(asked == 5, "four iterations and the end of one attempt, not of two: \(asked)")
  }

  @Test("what does not converge returns its last point with reason and history")
  func notConverged() throws {
    let problem = CurveReference.mgh09
    let short = try Self.fit(
      problem.model, [("x", problem.variables[0])], problem.response, start: problem.starts[0]
    ) {
      $0.iterationsMax = 3
      $0.history = .always
    }
    #expect(!short.hasConverged && short.reason == .iterations && short.iterations == 3)
    #expect(!short.history.isEmpty && short.history.last?.residualSum == short.residualSum)
    let lost = try Self.fit("a*log(x - b)", [("x", [1, 2, 3])], [1, 2, 3], start: [1, 5])
    #expect(lost.reason == .start && lost.parameters == [1, 5])
  }

  @Test("parameters that the rows do not determine have no errors")
  func undetermined() throws {
    let fit = try Self.fit("a*b*x", [("x", [1, 2, 3])], [2, 4, 6.1], start: [1, 1])
    #expect(abs(fit.parameters[0] * fit.parameters[1] - 2.0214) < 1e-3)
    #expect(!fit.standardErrors().contains { !$0.isNaN })
  }
}

/// Formulas: how they are read and what their derivatives are.
@Suite("formulas") struct ExpressionTests {
  private func value(_ text: String, _ names: [String: Double] = [:]) throws -> Double {
    let expression = try ExpressionParser.parse(text, source: "model")
    let evaluator = TapeEvaluator(
      Tape(expression, parameters: names.keys.sorted(), variables: []))
    let row = DenseMatrix(rows: 1, columns: 0)
    return evaluator.evaluate(names.keys.sorted().map { names[$0] ?? 0 }, row.view)[0]
  }

  @Test(
    "operators bind as in mathematics",
    arguments: [
      ("1 + 2 * 3", 7), ("2 ^ 3 ^ 2", 512), ("-2 ^ 2", -4), ("2 ** -1", 0.5), ("8 / 4 / 2", 1),
      ("(1 + 2) * 3", 9), ("1 - 2 - 3", -4), ("2 * -3", -6), ("1e-3 + .5", 0.501), ("4^0.5", 2),
      ("min(2, 3) + max(2, 3) * pow(2, 3)", 26), ("log(exp(2))", 2), ("cos(pi)", -1),
      ("step(2) - step(-2)", 1), ("abs(-3) + sqrt(16) + cbrt(27)", 10),
    ])
  func precedence(_ text: String, _ expected: Double) throws {
    let result = try value(text)
    #expect(abs(result - expected) < 1e-14)
  }

  @Test(
    "a mistake is named with its place",
    arguments: [
      ("1 +", "the formula ends", 4), ("2 x", "`x` does not belong here", 3),
      ("sinn(1)", "there is no function `sinn`", 1), ("(1 + 2", "a `)` is missing", 7),
      ("exp(1, 2)", "`exp` takes one argument", 10), ("1..2", "`1..2` is not a number", 1),
      ("a # b", "`#` does not belong", 3), ("* 2", "`*` is neither", 1),
    ])
  func mistakes(_ text: String, _ message: String, _ place: Int) {
    let error = #expect(throws: KilnError.self) {
      try ExpressionParser.parse(text, source: "model")
    }
    #expect(error?.message.hasPrefix(message) == true, "\(String(describing: error))")
    #expect(error?.place == "model:\(place)")
  }

  @Test(
    "derivatives are those of central differences, for every function and operator",
    arguments:
      Expression.UnaryFunction.allCases.filter { $0 != .step }.map { "\($0.rawValue)(a*b + 0.1)" }
      + ["a/b", "a^b", "(a*b)^-3", "min(a, b)*a", "max(a*a, b)", "-a*b + a - b", "2^(a+b)", "a^5"])
  func derivatives(_ text: String) throws {
    let point = [0.7, 0.9]
    let expression = try ExpressionParser.parse(text, source: "model")
    let evaluator = TapeEvaluator(Tape(expression, parameters: ["a", "b"], variables: []))
    let row = DenseMatrix(rows: 1, columns: 0)
    let jacobian = DenseMatrix(rows: 1, columns: 2)
    _ = evaluator.evaluate(point, row.view)
    evaluator.differentiate(into: jacobian.view)
    let exact = jacobian.view.elements()
    for index in 0..<2 {
      let step = 1e-5
      var above = point
      var below = point
      above[index] += step
      below[index] -= step
      let difference =
        (evaluator.evaluate(above, row.view)[0] - evaluator.evaluate(below, row.view)[0])
        / (2 * step)
      // Second order in the step, and rounding of the values over the step.
      #expect(abs(exact[index] - difference) < 1e-8 * (1 + abs(difference)))
    }
  }
}
