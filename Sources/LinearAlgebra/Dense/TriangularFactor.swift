import CBLAS

/// QR factorisation of a matrix of any height that arrives in blocks of rows: only R is kept.
///
/// Each block is eliminated against the triangle of all rows before it by Householder reflections of
/// the stacked matrix [R; block] (LAPACK `tpqrt`, which knows that R is triangular): 2 m n² operations
/// in all, backward stable as one QR of the whole matrix (Demmel, Grigori, Hoemmen, Langou, "Communication-optimal
/// parallel and sequential QR and LU factorizations", SIAM J. Sci. Comput. 34, 2012). With the
/// response as last column, R holds the triangle, `Qᵀ y` and the norm of the residual.
package struct TriangularFactor: ~Copyable {
  package let order: Int
  private let triangle: DenseMatrix
  private let reflectors: Buffer<Double>
  private let work: Buffer<Double>
  private let panel: Int

  /// Columns that are reflected together: measured best for blocks of 512 to 1024 rows.
  private static let panelWidth = 8

  package init(order: Int) {
    precondition(order > 0, "a factor has columns")
    self.order = order
    panel = min(Self.panelWidth, order)
    triangle = DenseMatrix(rows: order, columns: order)
    reflectors = Buffer(repeating: 0, count: panel * order)
    work = Buffer(repeating: 0, count: panel * order)
  }

  /// R: upper triangular, below the diagonal zeros. The signs of its rows are arbitrary.
  package var view: MatrixView { triangle.view }

  /// Takes rows in; the block's numbers are overwritten.
  package func eliminate(_ block: MatrixView) { eliminate(block, triangularRows: 0) }

  /// Takes in a triangle that other rows were reduced to; it is overwritten, below its diagonal nothing is read.
  package func eliminate(triangle: MatrixView) {
    precondition(triangle.rows == order, "a triangle of the factor's order")
    eliminate(triangle, triangularRows: order)
  }

  private func eliminate(_ block: MatrixView, triangularRows: Int) {
    precondition(block.columns == order, "blocks have the factor's columns")
    guard block.rows > 0 else { return }
    let upper = triangle.view
    // Sound: all sizes follow from `order` and the block, whose extent its view has checked.
    let status = unsafe LAPACKE_dtpqrt_work(
      LAPACK_COL_MAJOR, Int32(block.rows), Int32(order), Int32(triangularRows), Int32(panel), upper.numbers.base,
      Int32(order), block.numbers.base, Int32(block.stride), reflectors.view.base, Int32(panel),
      work.view.base)
    precondition(status == 0, "tpqrt was called wrongly")
  }
}
