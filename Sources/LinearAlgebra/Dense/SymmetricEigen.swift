import CBLAS

/// Eigenvalues and vectors of a dense symmetric matrix, by LAPACK `syevd`.
package struct SymmetricEigen: ~Copyable {
  /// Ascending.
  package let values: [Double]
  /// Orthonormal, one per column; the largest component of each is positive.
  package let vectors: DenseMatrix

  /// Reads the upper triangle.
  package init(_ matrix: MatrixView) throws(DenseError) {
    precondition(matrix.rows == matrix.columns, "a square matrix")
    let copy = DenseMatrix(matrix)
    do throws(EigenError) {
      values = try DenseEigen.solve(copy.view.numbers, order: matrix.rows)
    } catch {
      throw .notConverged(status: 1)
    }
    vectors = copy
    for index in 0..<values.count {
      let vector = vectors.view.column(index)
      var largest = 0.0
      for row in 0..<vector.count where abs(vector[row]) > abs(largest) { largest = vector[row] }
      guard largest < 0 else { continue }
      for row in 0..<vector.count { vector[row] = -vector[row] }
    }
  }
}
