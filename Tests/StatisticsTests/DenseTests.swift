import Glibc
import LinearAlgebra
import TestSupport
import Testing

/// Dense routines against closed forms and against what they promise.
@Suite("dense matrices") struct DenseTests {
  /// Hilbert's matrix: ill-conditioned, with a known inverse.
  private func hilbert(_ order: Int) -> DenseMatrix {
    let matrix = DenseMatrix(rows: order, columns: order)
    for row in 0..<order {
      for column in 0..<order { matrix.view[row, column] = 1 / Double(row + column + 1) }
    }
    return matrix
  }

  @Test("the triangle of stacked blocks has the Gram matrix of all rows")
  func blocks() {
    let rows = 40
    let all = DenseMatrix(rows: rows, columns: 3)
    for row in 0..<rows {
      for column in 0..<3 { all.view[row, column] = Double((row * 7 + column * 5) % 11) - 4.5 }
    }
    let factor = TriangularFactor(order: 3)
    for start in [0, 1, 17] {
      let end = start == 0 ? 1 : start == 1 ? 17 : rows
      let block = DenseMatrix(all.view.part(start..<end, 0..<3))
      factor.eliminate(block.view)
    }
    let gram = DenseMatrix(rows: 3, columns: 3)
    gram.view.setProduct(all.view, all.view, .init(leftTransposed: true))
    let product = DenseMatrix(rows: 3, columns: 3)
    product.view.setProduct(factor.view, factor.view, .init(leftTransposed: true))
    for (value, exact) in zip(product.view.elements(), gram.view.elements()) {
      #expect(abs(value - exact) < 1e-12 * 1000)
    }
  }

  @Test("LU solves Hilbert's system within the bound that it gives")
  func hilbertSystem() throws {
    let matrix = hilbert(6)
    let ones = DenseMatrix(rows: 6, columns: 1, [Double](repeating: 1, count: 6))
    let right = DenseMatrix(rows: 6, columns: 1)
    right.view.setProduct(matrix.view, ones.view)
    let factor = try DenseLU(matrix.view)
    let x = DenseMatrix(rows: 6, columns: 1)
    let errors = factor.solve(right.view, into: x.view)
    for row in 0..<6 { #expect(abs(x.view[row, 0] - 1) <= errors.forward[0] + 1e-8) }
    #expect(errors.backward[0] < 1e-15)
    // The condition number in the 1-norm is 2.907e7 (published).
    let condition = abs(factor.reciprocalCondition * 2.907e7 - 1)
    #expect(condition < 1e-3)
    recordVerification(
      "dense.solve", "condition of Hilbert's matrix of order 6", source: "published: 2.907e7",
      measure: "relative error", value: condition, granted: 1e-3)
    recordVerification(
      "dense.solve", "system of Hilbert's matrix of order 6", source: "exact: ones",
      measure: "backward error", value: errors.backward[0], granted: 1e-15)
    // det H6 = 5.3673e-18.
    let determinant = factor.logDeterminant()
    #expect(determinant.sign == 1)
    #expect(abs(determinant.logarithm - -39.766149) < 1e-3)
  }

  @Test("a singular matrix is refused with the pivot that is zero")
  func singular() {
    let matrix = DenseMatrix(rows: 2, columns: 2, [1, 2, 2, 4])
    #expect(throws: DenseError.singular(column: 1)) { try DenseLU(matrix.view).reciprocalCondition }
  }

  @Test("singular values rebuild the matrix, and the largest component of a vector is positive")
  func decomposition() throws {
    let matrix = DenseMatrix(rows: 3, columns: 2, [1, 2, 3, -4, 5, -6])
    let parts = try SingularValues(matrix.view)
    for row in 0..<3 {
      for column in 0..<2 {
        let sum = (0..<2).reduce(0) {
          $0 + parts.left.view[row, $1] * parts.values[$1] * parts.rightTransposed.view[$1, column]
        }
        #expect(abs(sum - matrix.view[row, column]) < 1e-14)
      }
    }
    for index in 0..<2 {
      let vector = (0..<2).map { parts.rightTransposed.view[index, $0] }
      #expect(vector.max { abs($0) < abs($1) }.map { $0 > 0 } == true)
    }
    #expect(try SingularValues.values(of: matrix.view) == parts.values)
  }

  @Test("eigenvalues of the second difference are known")
  func eigenvalues() throws {
    let order = 5
    let matrix = DenseMatrix(rows: order, columns: order)
    for index in 0..<order {
      matrix.view[index, index] = 2
      if index > 0 { matrix.view[index - 1, index] = -1 }
    }
    let eigen = try SymmetricEigen(matrix.view)
    var largest = 0.0
    for (index, value) in eigen.values.enumerated() {
      let half = Double(index + 1) * .pi / Double(2 * (order + 1))
      largest = max(largest, abs(value - 4 * sin(half) * sin(half)))
    }
    #expect(largest < 1e-14)
    recordVerification(
      "dense.solve", "eigenvalues of the second difference of order 5",
      source: "4 sin²(kπ/12)", measure: "largest error", value: largest, granted: 1e-14)
  }

  @Test("least squares of a deficient matrix give the shortest solution")
  func shortest() throws {
    let matrix = DenseMatrix(rows: 3, columns: 2, [1, 1, 1, 1, 1, 1])
    let right = DenseMatrix(rows: 3, columns: 1, [2, 4, 6])
    let fit = try LeastSquares(matrix.view, right.view, threshold: 1e-12)
    #expect(fit.rank == 1)
    let error = max(abs(fit.solution.view[0, 0] - 2), abs(fit.solution.view[1, 0] - 2))
    #expect(error < 1e-14)
    recordVerification(
      "dense.solve", "shortest solution of three dependent equations", source: "exact: (2, 2)",
      measure: "largest error", value: error, granted: 1e-14)
  }

  @Test("pivoted QR solves and orders the columns by what they add")
  func pivoting() {
    let matrix = DenseMatrix(rows: 3, columns: 2, [1, 0, 0, 3, 4, 0])
    let factor = OrthogonalFactor(matrix.view, pivoting: true)
    #expect(factor.pivots == [1, 0])
    let plain = OrthogonalFactor(matrix.view)
    let right = DenseMatrix(rows: 3, columns: 1, [5, 8, 1])
    plain.solve(right.view)
    #expect(abs(right.view[0, 0] + 1) < 1e-14 && abs(right.view[1, 0] - 2) < 1e-14)
  }
}
