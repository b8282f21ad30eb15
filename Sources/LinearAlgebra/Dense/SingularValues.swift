import CBLAS

/// Singular values and vectors: `A = U diag(values) Vᵀ`, thin, by LAPACK `gesdd`.
package struct SingularValues: ~Copyable {
  /// Falling.
  package let values: [Double]
  /// By columns, `rows * rank`.
  package let left: DenseMatrix
  /// Vᵀ, `rank * columns`: row `k` is the k-th right vector.
  package let rightTransposed: DenseMatrix

  /// The signs of the vectors follow the rule: the largest component of each right vector is positive.
  package init(_ matrix: MatrixView) throws(DenseError) {
    let rank = min(matrix.rows, matrix.columns)
    let copy = DenseMatrix(matrix)
    var values = [Double](repeating: 0, count: rank)
    left = DenseMatrix(rows: matrix.rows, columns: rank)
    rightTransposed = DenseMatrix(rows: rank, columns: matrix.columns)
    if rank > 0 {
      // Sound: all arrays have the sizes that a thin decomposition needs.
      let status = unsafe LAPACKE_dgesdd(
        LAPACK_COL_MAJOR, CChar(UInt8(ascii: "S")), Int32(matrix.rows), Int32(matrix.columns),
        copy.view.numbers.base, Int32(matrix.rows), &values, left.view.numbers.base,
        Int32(matrix.rows), rightTransposed.view.numbers.base, Int32(rank))
      guard status == 0 else { throw .notConverged(status: Int(status)) }
    }
    self.values = values
    for index in 0..<rank { orient(index) }
  }

  private func orient(_ index: Int) {
    let right = rightTransposed.view
    var largest = 0.0
    for column in 0..<right.columns where abs(right[index, column]) > abs(largest) {
      largest = right[index, column]
    }
    guard largest < 0 else { return }
    for column in 0..<right.columns { right[index, column] = -right[index, column] }
    let vector = left.view.column(index)
    for row in 0..<vector.count { vector[row] = -vector[row] }
  }

  /// Only the singular values, falling.
  package static func values(of matrix: MatrixView) throws(DenseError) -> [Double] {
    let rank = min(matrix.rows, matrix.columns)
    guard rank > 0 else { return [] }
    let copy = DenseMatrix(matrix)
    var values = [Double](repeating: 0, count: rank)
    // Sound: without vectors LAPACK touches the copy and the values only.
    let status = unsafe LAPACKE_dgesdd(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "N")), Int32(matrix.rows), Int32(matrix.columns),
      copy.view.numbers.base, Int32(matrix.rows), &values, nil, 1, nil, 1)
    guard status == 0 else { throw .notConverged(status: Int(status)) }
    return values
  }
}
