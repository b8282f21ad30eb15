import Base
import LinearAlgebra
import TestSupport
import Testing

@testable import Statistics

@Suite("partial least squares") struct PartialLeastSquaresTests {
  /// Of the largest coefficient: what the reference data ask of the same algorithm.
  static let coefficients = 1e-9
  static let errors = 1e-6

  @Test(
    "of gasoline spectra have the coefficients and errors of R's pls (skipped where the data is missing)",
    .enabled(if: PublishedTable.areThere), arguments: PartialLeastSquares.Algorithm.allCases)
  func gasoline(_ algorithm: PartialLeastSquares.Algorithm) throws {
    let columns = try PublishedTable.columns("chemometrics/gasoline.csv")
    let y = PublishedTable.matrix([columns[0]])
    let x = PublishedTable.matrix(Array(columns.dropFirst()))
    var options = LatentRegression.Options()
    options.algorithm = algorithm
    options.componentsMax = 10
    let regression = try LatentRegression(x.view, y.view, options)
    let name =
      switch algorithm {
      case .kernel: "kernelpls"
      case .simpls: "simpls"
      case .principal: "svdpc"
      }
    let expected = try PublishedTable.columns("chemometrics/gasoline.\(name).coef10.csv")[0]
    let found = regression.equation(10).coefficients
    let scale = expected.map(abs).max() ?? 1
    let difference = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
    #expect(difference < Self.coefficients * scale)
    let errors = try CalibrationErrors(regression, x.view, y.view, options)
    let table = try PublishedTable.columns("chemometrics/gasoline.\(name).rmsep.y1.csv")
    #expect(relativeDifference(errors.calibration[0], table[1]) < Self.errors)
    let validation = relativeDifference(
      errors.validation[0].dropFirst().map { $0 }, Array(table[2].dropFirst()))
    #expect(validation < Self.errors)
    recordVerification(
      "data.pls", "gasoline, \(algorithm.rawValue)", source: "R pls 2.8",
      measure: "largest difference of a coefficient over the largest one",
      value: difference / scale, granted: Self.coefficients)
    recordVerification(
      "data.pls", "gasoline, \(algorithm.rawValue)", source: "R pls 2.8",
      measure: "largest relative difference of an RMSEP, leave one out", value: validation,
      granted: Self.errors)
  }

  /// A table with as many rows as wished, of which the responses are exact linear functions.
  static func exact(rows: Int, responses: Int) -> (x: [[Double]], y: [[Double]]) {
    var random = SplitMix64(seed: 3)
    let x = (0..<5).map { column in (0..<rows).map { _ in 10 * Double(column) + random.unit() } }
    var y: [[Double]] = []
    for response in 0..<responses {
      var column = [Double](repeating: 7, count: rows)
      for term in 0..<5 {
        let factor = Double((term + 2 * response) % 5 - 1)
        for row in 0..<rows { column[row] += factor * x[term][row] }
      }
      y.append(column)
    }
    return (x, y)
  }

  @Test(
    "with all components is least squares", arguments: PartialLeastSquares.Algorithm.allCases,
    [1, 2])
  func exact(_ algorithm: PartialLeastSquares.Algorithm, responses: Int) throws {
    let (x, y) = Self.exact(rows: 40, responses: responses)
    var options = LatentRegression.Options()
    options.algorithm = algorithm
    options.componentsMax = 5
    options.scaling = .standardise
    options.responseScaling = .standardise
    let xs = PublishedTable.matrix(x)
    let ys = PublishedTable.matrix(y)
    let regression = try LatentRegression(xs.view, ys.view, options)
    let (coefficients, constants) = regression.equation(5)
    for response in 0..<responses {
      #expect(abs(constants[response] - 7) < 1e-8)
      for column in 0..<5 {
        let wanted = Double((column + 2 * response) % 5 - 1)
        #expect(abs(coefficients[response * 5 + column] - wanted) < 1e-9)
      }
    }
  }

  @Test("has importances whose mean square is one")
  func importance() throws {
    let (x, y) = Self.exact(rows: 40, responses: 2)
    let xs = PublishedTable.matrix(x)
    let ys = PublishedTable.matrix(y)
    let regression = try LatentRegression(xs.view, ys.view, .init())
    for count in 1...3 {
      let squares = regression.model.importance(count).map { $0 * $0 }
      #expect(abs(squares.reduce(0, +) / 5 - 1) < 1e-12)
    }
  }

  @Test("stops when nothing is left to explain", arguments: PartialLeastSquares.Algorithm.allCases)
  func exhausted(_ algorithm: PartialLeastSquares.Algorithm) throws {
    let x = PublishedTable.matrix([[1.0, 2, 3, 4], [2.0, 4, 6, 8]])
    let y = PublishedTable.matrix([[1.0, 2, 3, 4]])
    var options = LatentRegression.Options()
    options.algorithm = algorithm
    let regression = try LatentRegression(x.view, y.view, options)
    #expect(regression.model.components == 1)
  }

  @Test(
    "leaves every row out once",
    arguments: [
      LatentRegression.Validation.leaveOneOut, .consecutive(4), .interleaved(4),
      .random(4, seed: 1),
    ])
  func segments(_ validation: LatentRegression.Validation) throws {
    let (x, y) = Self.exact(rows: 23, responses: 1)
    var options = LatentRegression.Options()
    options.validation = validation
    options.componentsMax = 5
    let xs = PublishedTable.matrix(x)
    let ys = PublishedTable.matrix(y)
    let regression = try LatentRegression(xs.view, ys.view, options)
    let errors = try CalibrationErrors(regression, xs.view, ys.view, options)
    #expect(errors.leftOut.allSatisfy { row in row.allSatisfy { $0.isFinite } })
    // An exact law is found again without the rows left out.
    #expect((errors.validation[0].last ?? 1) < 1e-8)
    #expect(errors.predictivity(0, 5) > 0.999999)
    #expect(errors.best == 5)
  }

  @Test("deals rows to segments as their names say")
  func dealing() {
    #expect(LatentRegression.Validation.consecutive(3).segments(7) == [0, 0, 0, 1, 1, 2, 2])
    #expect(LatentRegression.Validation.interleaved(3).segments(7) == [0, 1, 2, 0, 1, 2, 0])
    let random = LatentRegression.Validation.random(3, seed: 4).segments(9)
    #expect((0..<3).allSatisfy { segment in random.filter { $0 == segment }.count == 3 })
  }
}
