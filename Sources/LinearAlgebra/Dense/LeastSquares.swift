import CBLAS

/// Smallest solution of `min ‖A X - B‖` for any rank, by singular values (LAPACK `gelsd`).
package struct LeastSquares: ~Copyable {
  /// `columns * right-hand sides`.
  package let solution: DenseMatrix
  /// Singular values of A, falling.
  package let singularValues: [Double]
  /// How many of them count.
  package let rank: Int

  /// - Parameter threshold: singular values below this part of the largest count as zero.
  package init(_ matrix: MatrixView, _ b: MatrixView, threshold: Double) throws(DenseError) {
    precondition(matrix.rows == b.rows && matrix.rows > 0 && matrix.columns > 0, "sizes that fit")
    let copy = DenseMatrix(matrix)
    let tall = max(matrix.rows, matrix.columns)
    let right = DenseMatrix(rows: tall, columns: b.columns)
    right.view.part(0..<b.rows, 0..<b.columns).copy(b)
    var values = [Double](repeating: 0, count: min(matrix.rows, matrix.columns))
    var rank: Int32 = 0
    // Sound: the right-hand side has room for the taller of both sides, as LAPACK asks.
    let status = unsafe LAPACKE_dgelsd(
      LAPACK_COL_MAJOR, Int32(matrix.rows), Int32(matrix.columns), Int32(b.columns),
      copy.view.numbers.base, Int32(matrix.rows), right.view.numbers.base, Int32(tall), &values,
      threshold, &rank)
    guard status == 0 else { throw .notConverged(status: Int(status)) }
    solution = DenseMatrix(right.view.part(0..<matrix.columns, 0..<b.columns))
    singularValues = values
    self.rank = Int(rank)
  }
}
