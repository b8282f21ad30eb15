import LinearAlgebra
import TestSupport
import Testing

@testable import Statistics

/// Least squares against exact solutions of the NIST problems, closed forms and invariances.
@Suite("regression") struct RegressionTests {
  /// Terms of every column up to a degree.
  static func model(_ columns: Int, degree: Int, hasIntercept: Bool) -> RegressionModel {
    var terms = hasIntercept ? [RegressionTerm.intercept] : []
    for column in 0..<columns {
      for exponent in 1...degree {
        terms.append(RegressionTerm(powers: [.init(column: column, exponent: exponent)]))
      }
    }
    return RegressionModel(terms: terms, response: columns)
  }

  static func fit(
    _ model: RegressionModel, _ columns: [[Double]], refinements: Int = 0, block: Int = 1000
  ) throws -> RegressionFit {
    let rows = columns[0].count
    let table = DenseMatrix(rows: rows, columns: columns.count, columns.flatMap { $0 })
    var accumulator = RegressionAccumulator(model)
    for start in stride(from: 0, to: rows, by: block) {
      accumulator.add(table.view.part(start..<min(start + block, rows), 0..<columns.count))
    }
    var fit = try #require(try accumulator.solve())
    for _ in 0..<refinements {
      var refinement = RegressionRefinement(fit)
      refinement.add(table.view)
      fit = refinement.corrected().fit
    }
    return fit
  }

  /// Correct decimal digits (the logarithm of the relative error), 15 at most.
  static func digits(_ value: Double, _ exact: Double) -> Double {
    let error = exact == 0 ? abs(value) : abs(value - exact) / abs(exact)
    return error < 1e-15 ? 15 : -error.decimalLogarithm
  }

  @Test("the NIST problems keep their digits", arguments: LinearReference.all)
  func reference(_ problem: LinearReference) throws {
    let model = Self.model(
      problem.columns.count, degree: problem.degree, hasIntercept: problem.hasIntercept)
    let columns = problem.columns + [problem.response]
    let plain = try Self.fit(model, columns)
    let refined = try Self.fit(model, columns, refinements: 2)
    for (name, fit) in [("one pass", plain), ("refined", refined)] {
      let worst = zip(fit.coefficients, problem.coefficients)
        .map { Self.digits($0, $1) }.min() ?? 0
      #expect(worst >= problem.digits, "\(name): \(worst) digits")
      recordVerification(
        "data.regress", "NIST \(problem.name), \(name)", source: "NIST StRD, solved exactly",
        measure: "fewest correct digits of a coefficient", value: worst, granted: problem.digits)
      guard problem.residualSum > 0 else { continue }
      let errors = zip(fit.standardErrors, problem.standardErrors)
        .map { Self.digits($0, $1) }.min() ?? 0
      #expect(errors >= problem.digits, "\(name): standard errors")
      #expect(Self.digits(fit.residualSum, problem.residualSum) >= problem.digits)
      #expect(Self.digits(fit.rSquared, problem.rSquared) >= problem.digits)
      #expect(fit.rank == model.terms.count)
    }
  }
}
