import CBLAS

/// QR factorisation of one matrix, optionally with column pivoting: `A P = Q R`.
package struct OrthogonalFactor: ~Copyable {
  /// R in the upper triangle, reflectors below it.
  private let packed: DenseMatrix
  private var scales: [Double]
  /// Column `k` of R belongs to column `pivots[k]` of A.
  package private(set) var pivots: [Int]

  package var rows: Int { packed.rows }
  package var columns: Int { packed.columns }

  /// - Parameter pivoting: the largest remaining column comes next, so that |diagonal of R| falls.
  package init(_ matrix: MatrixView, pivoting: Bool = false) {
    packed = DenseMatrix(matrix)
    let rank = min(matrix.rows, matrix.columns)
    scales = [Double](repeating: 0, count: max(rank, 1))
    pivots = Array(0..<matrix.columns)
    guard rank > 0 else { return }
    let view = packed.view
    var order = [Int32](repeating: 0, count: matrix.columns)
    // Sound: `packed`, `scales` and `order` have the sizes that LAPACK expects.
    let status =
      pivoting
      ? unsafe LAPACKE_dgeqp3(
        LAPACK_COL_MAJOR, Int32(rows), Int32(columns), view.numbers.base, Int32(view.stride),
        &order, &scales)
      : unsafe LAPACKE_dgeqrf(
        LAPACK_COL_MAJOR, Int32(rows), Int32(columns), view.numbers.base, Int32(view.stride),
        &scales)
    precondition(status == 0, "a QR factorisation was called wrongly, or the matrix has NaN")
    if pivoting { pivots = order.map { Int($0) - 1 } }
  }

  /// R in its upper triangle; what lies below is not part of it.
  package var upper: MatrixView { packed.view }

  /// Replaces B by `Qᵀ B` or `Q B`.
  package borrowing func apply(to b: MatrixView, transposed: Bool) {
    precondition(b.rows == rows, "matrices that do not fit")
    let view = packed.view
    // Sound: the reflectors are those of the factorisation, and the sizes were checked.
    let status = unsafe scales.withUnsafeBufferPointer { scales in
      unsafe LAPACKE_dormqr(
        LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), CChar(UInt8(ascii: transposed ? "T" : "N")),
        Int32(rows), Int32(b.columns), Int32(min(rows, columns)), view.numbers.base,
        Int32(view.stride), scales.baseAddress, b.numbers.base, Int32(b.stride))
    }
    precondition(status == 0, "ormqr was called wrongly")
  }

  /// Replaces B (rows of A) by the least-squares solution in its first `columns` rows; full rank is
  /// the caller's promise. Rows below hold what is left of `Qᵀ B`: their norm is the residual's.
  package borrowing func solve(_ b: MatrixView) {
    precondition(rows >= columns, "at least as many equations as unknowns")
    apply(to: b, transposed: true)
    upper.part(0..<columns, 0..<columns).solveUpper(b.part(0..<columns, 0..<b.columns))
  }
}
