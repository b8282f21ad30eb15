import CBLAS

/// Factor `A = Uᵀ U` of a dense symmetric positive definite matrix, by LAPACK `potrf`.
package struct DenseCholesky: ~Copyable {
  private let factor: DenseMatrix
  /// Estimate of 1 / (‖A‖₁ ‖A⁻¹‖₁).
  package let reciprocalCondition: Double

  /// Reads the upper triangle.
  package init(_ matrix: MatrixView) throws(DenseError) {
    precondition(matrix.rows == matrix.columns, "a square matrix")
    factor = DenseMatrix(matrix)
    let view = factor.view
    let order = Int32(matrix.rows)
    let triangle = CChar(UInt8(ascii: "U"))
    var condition = 1.0
    if order > 0 {
      // Sound: the copy is a full square matrix of this order in every call.
      let norm = unsafe LAPACKE_dlansy(
        LAPACK_COL_MAJOR, CChar(UInt8(ascii: "1")), triangle, order, view.numbers.base, order)
      let status = unsafe LAPACKE_dpotrf(
        LAPACK_COL_MAJOR, triangle, order, view.numbers.base, order)
      guard status == 0 else { throw .notPositiveDefinite(order: Int(status)) }
      unsafe LAPACKE_dpocon(
        LAPACK_COL_MAJOR, triangle, order, view.numbers.base, order, norm, &condition)
    }
    reciprocalCondition = condition
  }

  /// U in the upper triangle; what lies below is not part of it.
  package var upper: MatrixView { factor.view }

  /// Solves `A X = B`; B becomes X.
  package borrowing func solve(_ b: MatrixView) {
    factor.view.solveUpper(b, transposed: true)
    factor.view.solveUpper(b)
  }
}
