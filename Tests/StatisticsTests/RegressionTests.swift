import Base
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
      let worst =
        zip(fit.coefficients, problem.coefficients)
        .map { Self.digits($0, $1) }.min() ?? 0
      #expect(worst >= problem.digits, "\(name): \(worst) digits")
      recordVerification(
        "data.regress", "NIST \(problem.name), \(name)",
        source: "NIST StRD, solved exactly",
        measure: "fewest correct digits of a coefficient", value: worst, granted: problem.digits)
      guard problem.residualSum > 0 else { continue }
      let errors =
        zip(fit.standardErrors, problem.standardErrors)
        .map { Self.digits($0, $1) }.min() ?? 0
      #expect(errors >= problem.digits, "\(name): standard errors")
      #expect(Self.digits(fit.residualSum, problem.residualSum) >= problem.digits)
      #expect(Self.digits(fit.rSquared, problem.rSquared) >= problem.digits)
      #expect(fit.rank == model.terms.count)
    }
  }

  /// Reproducible numbers without meaning: y = 1 + 2 a - b + a small disturbance.
  private static func sample(_ rows: Int) -> [[Double]] {
    var random = SplitMix64(seed: 7)
    var columns = [[Double]](repeating: [], count: 4)
    for _ in 0..<rows {
      let a = random.unit() * 4
      let b = 10 + random.unit()
      columns[0].append(a)
      columns[1].append(b)
      let disturbance = random.unit() / 10
      columns[2].append(1 + 2 * a - b + disturbance)
      columns[3].append(0.5 + random.unit())
    }
    return columns
  }

  @Test("block length and order of magnitude of the columns do not change the fit")
  func invariance() throws {
    let columns = Self.sample(3000)
    let model = Self.model(2, degree: 2, hasIntercept: true)
    let whole = try Self.fit(model, Array(columns[0...2]), block: 3000)
    let pieces = try Self.fit(model, Array(columns[0...2]), block: 701)
    let scaled = try Self.fit(
      model, [columns[0].map { $0 * 1e6 }, columns[1], columns[2]], block: 3000)
    for (index, exact) in whole.coefficients.enumerated() {
      #expect(Self.digits(pieces.coefficients[index], exact) > 10)
    }
    #expect(Self.digits(scaled.coefficients[1] * 1e6, whole.coefficients[1]) > 10)
    #expect(Self.digits(scaled.rSquared, whole.rSquared) > 12)
  }

  @Test("weights count rows: weight 2 is the row twice")
  func weights() throws {
    var columns = Self.sample(40)
    columns[3] = columns[3].map { $0 > 1 ? 2 : 1 }
    var model = Self.model(2, degree: 1, hasIntercept: true)
    model.weight = 3
    let weighted = try Self.fit(model, columns)
    let repeated = columns.map { column in
      zip(column, columns[3]).flatMap { Array(repeating: $0, count: Int($1)) }
    }
    model.weight = nil
    let plain = try Self.fit(model, repeated)
    for index in 0..<3 {
      #expect(Self.digits(weighted.coefficients[index], plain.coefficients[index]) > 11)
    }
    #expect(Self.digits(weighted.residualSum, plain.residualSum) > 11)
    #expect(Self.digits(weighted.rSquared, plain.rSquared) > 11)
  }

  @Test("dependent terms are found, named by their relation, and the fitted values stay")
  func deficient() throws {
    var columns = Self.sample(60)
    columns[3] = zip(columns[0], columns[1]).map { $0 + $1 }
    let three = [columns[0], columns[1], columns[3], columns[2]]
    let deficient = try Self.fit(Self.model(3, degree: 1, hasIntercept: true), three)
    let full = try Self.fit(
      Self.model(2, degree: 1, hasIntercept: true), [columns[0], columns[1], columns[2]])
    #expect(deficient.rank == 3)
    #expect(deficient.degrees == full.degrees)
    let relation = try #require(deficient.relations.first)
    #expect(relation.map(\.term).sorted().suffix(3) == [1, 2, 3])
    #expect(Self.digits(deficient.residualSum, full.residualSum) > 10)
  }

  @Test("without a penalty ridge is least squares; its trace shrinks as the penalty grows")
  func ridge() throws {
    let columns = Self.sample(100)
    let model = Self.model(2, degree: 1, hasIntercept: true)
    let fit = try Self.fit(model, Array(columns[0...2]))
    let path = try RidgePath(fit, penalties: [0, 1, 100, 1e12], standardised: true)
    for (ridge, plain) in zip(path.points[0].coefficients, fit.coefficients) {
      #expect(Self.digits(ridge, plain) > 11)
    }
    for (ridge, plain) in zip(path.points[0].standardErrors, fit.standardErrors) {
      #expect(Self.digits(ridge, plain) > 11)
    }
    #expect(abs(path.points[0].effectiveDegrees - 3) < 1e-12)
    #expect(
      path.points.map { abs($0.coefficients[1]) }
        == path.points.map {
          abs($0.coefficients[1])
        }.sorted(by: >))
    // Only the mean is left.
    let mean = columns[2].reduce(0, +) / 100
    #expect(Self.digits(path.points[3].coefficients[0], mean) > 8)
    #expect(path.best?.penalty == path.points[0].penalty)
  }

  @Test(
    "ridge solves its normal equations in the units that were asked for",
    arguments: [
      true, false,
    ])
  func ridgeEquations(standardised: Bool) throws {
    let columns = Self.sample(50)
    let fit = try Self.fit(Self.model(2, degree: 1, hasIntercept: true), Array(columns[0...2]))
    let penalty = 3.0
    let point = try #require(
      try RidgePath(fit, penalties: [penalty], standardised: standardised).points.first)
    let n = 50.0
    let means = columns.map { $0.reduce(0, +) / n }
    for term in 0..<2 {
      let square = columns[term].reduce(0) { $0 + ($1 - means[term]) * ($1 - means[term]) } / n
      // Σ (x - mean) residual = λ b times the squared unit of b.
      let gradient = (0..<50).reduce(0.0) { sum, row in
        let residual =
          columns[2][row] - point.coefficients[0] - point.coefficients[1] * columns[0][row]
          - point.coefficients[2] * columns[1][row]
        return sum + (columns[term][row] - means[term]) * residual
      }
      let expected = penalty * point.coefficients[term + 1] * (standardised ? square : 1)
      #expect(Self.digits(gradient, expected) > 9)
    }
  }

  @Test("leverage, Cook's distance and studentised residuals are those of fits without the row")
  func influence() throws {
    let columns = Array(Self.sample(25)[0...2])
    let model = Self.model(2, degree: 1, hasIntercept: true)
    let fit = try Self.fit(model, columns)
    let table = DenseMatrix(rows: 25, columns: 3, columns.flatMap { $0 })
    var rows: [RegressionRow] = []
    var diagnostics = RegressionDiagnostics(fit)
    diagnostics.add(table.view) { _, row in rows.append(row) }
    #expect(Self.digits(rows.reduce(0) { $0 + $1.leverage }, 3) > 12)
    for left in [0, 11, 24] {
      let without = try Self.fit(
        model, columns.map { $0.enumerated().filter { $0.offset != left }.map(\.element) })
      let prediction =
        without.coefficients[0] + without.coefficients[1] * columns[0][left]
        + without.coefficients[2] * columns[1][left]
      let deleted = columns[2][left] - prediction
      #expect(Self.digits(rows[left].residual / (1 - rows[left].leverage), deleted) > 9)
      let spread = without.residualDeviation * (1 / (1 - rows[left].leverage)).squareRoot()
      #expect(Self.digits(rows[left].studentised, deleted / spread) > 9)
      let move = (0..<25).reduce(0.0) { sum, row in
        let differences = zip(fit.coefficients, without.coefficients).map { $0 - $1 }
        let change: Double =
          differences[0] + differences[1] * columns[0][row] + differences[2] * columns[1][row]
        return sum + change * change
      }
      let cook = move / 3 / (fit.residualDeviation * fit.residualDeviation)
      #expect(Self.digits(rows[left].cook, cook) > 8)
    }
  }

  @Test("variance inflation is 1 / (1 - R²) of a term on the others")
  func inflation() throws {
    let columns = Self.sample(30)
    let three = [columns[0], columns[1], zip(columns[0], columns[3]).map { $0 + $1 }, columns[2]]
    let fit = try Self.fit(Self.model(3, degree: 1, hasIntercept: true), three)
    let others = try Self.fit(
      Self.model(2, degree: 1, hasIntercept: true), [three[1], three[2], three[0]])
    #expect(Self.digits(fit.varianceInflation[1], 1 / (1 - others.rSquared)) > 10)
  }
}

/// What is no number must not get into a fit.
@Suite("rows that are screened") struct RowScreenTests {
  @Test("a single NaN or infinity is found wherever it lies", arguments: [0, 1, 7, 8, 19])
  func found(_ rows: Int) {
    let matrix = DenseMatrix(
      rows: rows, columns: 3, stride: MatrixView.spreadStride(rows: rows))
    for row in 0..<rows {
      for column in 0..<3 { matrix.view[row, column] = Double(row - column) * 1e300 }
    }
    #expect(RowScreen.areFinite(matrix.view))
    for row in 0..<rows {
      for column in 0..<3 {
        for wrong in [Double.nan, .infinity, -.infinity] {
          let right = matrix.view[row, column]
          matrix.view[row, column] = wrong
          #expect(!RowScreen.areFinite(matrix.view), "\(wrong) in row \(row), column \(column)")
          matrix.view[row, column] = right
        }
      }
    }
  }

  @Test("columns that are worked on together begin in different sets of the first cache")
  func spread() {
    for rows in [1, 8, 512, 1000, 1024, 4096] {
      let lines = MatrixView.spreadStride(rows: rows) * 8 / 64
      // 64 sets of lines of 64 bytes: an odd step visits all of them.
      #expect(Set((0..<64).map { $0 * lines % 64 }).count == 64)
      #expect(lines * 8 >= rows && lines * 8 <= rows + 16)
    }
  }
}

/// Terms as people write them.
@Suite("regression formulas") struct RegressionFormulaTests {
  private let columns = ["x", "y z", "shift", "out"]

  private func names(_ formula: RegressionFormula) throws -> [String] {
    try formula.model(columns: columns, response: "out", weight: nil).terms
      .map { formula.name($0, columns) }
  }

  @Test("powers, products, names with blanks and labels are understood")
  func understood() throws {
    var formula = RegressionFormula(
      predictors: ["x", "shift"], levels: ["shift": ["day", "late", "night"]])
    #expect(try names(formula) == ["intercept", "x", "shift[late]", "shift[night]"])
    formula.terms = "x, x^2, x*y z, x*x, x*shift"
    #expect(
      try names(formula)
        == ["intercept", "x", "x^2", "x*y z", "x*shift[late]", "x*shift[night]"])
    formula.terms = ""
    formula.degree = 3
    formula.hasIntercept = false
    #expect(try names(formula) == ["x", "x^2", "x^3", "shift[late]", "shift[night]"])
  }

  @Test(
    "what is wrong with a formula is said with its fix",
    arguments: [
      ("x, , y z", "`terms` has an empty term"), ("x^0", "the exponent `0` in the term `x^0`"),
      ("x^1.5", "the exponent `1.5`"), ("q", "the table has no column `q`"),
      ("x, out^2", "the response `out` is among the terms (`out^2`)"),
    ])
  func refused(_ terms: String, _ message: String) {
    let formula = RegressionFormula(terms: terms, predictors: [])
    let error = #expect(throws: KilnError.self) {
      try formula.model(columns: columns, response: "out", weight: nil)
    }
    #expect(error?.message.hasPrefix(message) == true, "\(String(describing: error))")
  }
}
