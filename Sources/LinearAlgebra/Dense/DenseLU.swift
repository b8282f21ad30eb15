import CBLAS
import Glibc

/// Factor `P A = L U` of a dense square matrix, by LAPACK `getrf`, with its condition and refinement.
package struct DenseLU: ~Copyable {
  private let matrix: DenseMatrix
  private let factor: DenseMatrix
  private var pivots: [Int32]
  /// Estimate of 1 / (‖A‖₁ ‖A⁻¹‖₁).
  package let reciprocalCondition: Double

  package init(_ matrix: MatrixView) throws(DenseError) {
    precondition(matrix.rows == matrix.columns && matrix.rows > 0, "a square matrix")
    self.matrix = DenseMatrix(matrix)
    factor = DenseMatrix(matrix)
    let view = factor.view
    let order = Int32(matrix.rows)
    let norm = CChar(UInt8(ascii: "1"))
    pivots = [Int32](repeating: 0, count: matrix.rows)
    var condition = 0.0
    // Sound: the copy is a full square matrix of this order in every call, with a pivot per row.
    let size = unsafe LAPACKE_dlange(
      LAPACK_COL_MAJOR, norm, order, order, view.numbers.base, order)
    let status = unsafe LAPACKE_dgetrf(
      LAPACK_COL_MAJOR, order, order, view.numbers.base, order, &pivots)
    guard status == 0 else { throw .singular(column: Int(status) - 1) }
    unsafe LAPACKE_dgecon(
      LAPACK_COL_MAJOR, norm, order, view.numbers.base, order, size, &condition)
    reciprocalCondition = condition
  }

  /// What is known about a solution, one number per right-hand side.
  package struct Errors: Sendable {
    /// Estimated bound on ‖x - exact‖∞ / ‖x‖∞.
    package let forward: [Double]
    /// Smallest relative change of A and b for which x is exact.
    package let backward: [Double]
  }

  /// Solves `A X = B` with iterative refinement (LAPACK `gerfs`); B is kept.
  package borrowing func solve(_ b: MatrixView, into x: MatrixView) -> Errors {
    precondition(
      b.rows == matrix.rows && x.rows == b.rows && x.columns == b.columns, "sizes that fit")
    x.copy(b)
    let order = Int32(matrix.rows)
    let count = Int32(b.columns)
    let plain = CChar(UInt8(ascii: "N"))
    var forward = [Double](repeating: 0, count: b.columns)
    var backward = forward
    guard count > 0 else { return Errors(forward: [], backward: []) }
    // Sound: matrix, factor and pivots belong together, and the sizes were checked.
    unsafe pivots.withUnsafeBufferPointer { pivots in
      unsafe LAPACKE_dgetrs(
        LAPACK_COL_MAJOR, plain, order, count, factor.view.numbers.base, order,
        pivots.baseAddress, x.numbers.base, Int32(x.stride))
      unsafe LAPACKE_dgerfs(
        LAPACK_COL_MAJOR, plain, order, count, matrix.view.numbers.base, order,
        factor.view.numbers.base, order, pivots.baseAddress, b.numbers.base, Int32(b.stride),
        x.numbers.base, Int32(x.stride), &forward, &backward)
    }
    return Errors(forward: forward, backward: backward)
  }

  /// log |det A| and its sign.
  package borrowing func logDeterminant() -> (logarithm: Double, sign: Double) {
    var sum = 0.0
    var sign = 1.0
    let view = factor.view
    for index in 0..<matrix.rows {
      let pivot = view[index, index]
      sum += log(abs(pivot))
      if pivot < 0 { sign = -sign }
      if Int(pivots[index]) != index + 1 { sign = -sign }
    }
    return (sum, sign)
  }
}
