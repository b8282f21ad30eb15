import CBLAS

extension MatrixView {
  /// Replaces the upper triangle of this symmetric matrix by its Cholesky factor (LAPACK `potrf`, `pocon`).
  ///
  /// - Parameter work: room for three numbers of each column.
  /// - Returns: an estimate of the matrix's condition in the 1-norm; infinite where it is not positive definite.
  package func choleskyCondition(_ work: MutableView<Double>) -> Double {
    precondition(rows == columns && work.count >= 3 * rows, "a square matrix and room to work")
    guard rows > 0 else { return 1 }
    let norm = symmetricNorm()
    var reciprocal = 0.0
    var places = [Int32](repeating: 0, count: rows)
    // Sound: the matrix is square, and the work has the room that LAPACK asks for.
    let status = unsafe LAPACKE_dpotrf_work(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), Int32(rows), numbers.base, Int32(stride))
    guard status == 0 else { return .infinity }
    // Sound: as above.
    let estimated = unsafe LAPACKE_dpocon_work(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), Int32(rows), numbers.base, Int32(stride), norm,
      &reciprocal, work.base, &places)
    precondition(estimated == 0, "pocon was called wrongly")
    return 1 / reciprocal
  }

  /// Largest sum of magnitudes of a column of the symmetric matrix whose upper triangle this is.
  private func symmetricNorm() -> Double {
    var sums = [Double](repeating: 0, count: columns)
    for column in 0..<columns {
      for row in 0..<column {
        let size = abs(self[row, column])
        sums[row] += size
        sums[column] += size
      }
      sums[column] += abs(self[column, column])
    }
    return sums.max() ?? 0
  }

  /// Replaces the vector by the product of this matrix's upper triangle with it.
  package func multiplyUpper(_ x: MutableView<Double>) {
    precondition(rows == columns && x.count >= rows, "a square matrix and a vector that fits")
    guard rows > 0 else { return }
    // Sound: the sizes were checked.
    unsafe cblas_dtrmv(
      CblasColMajor, CblasUpper, CblasNoTrans, CblasNonUnit, Int32(rows), numbers.base,
      Int32(stride), x.base, 1)
  }
}
