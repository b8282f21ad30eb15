import CBLAS

extension MatrixView {
  /// Becomes `scale A B + keep self`, where either factor may be taken transposed.
  package func setProduct(_ a: MatrixView, _ b: MatrixView, _ options: ProductOptions = .init()) {
    let inner = options.leftTransposed ? a.rows : a.columns
    precondition(
      (options.leftTransposed ? a.columns : a.rows) == rows
        && (options.rightTransposed ? b.rows : b.columns) == columns
        && (options.rightTransposed ? b.columns : b.rows) == inner, "matrices that do not fit")
    guard rows > 0, columns > 0 else { return }
    // Sound: the sizes were checked, and a view's numbers outlive the call.
    unsafe cblas_dgemm(
      CblasColMajor, options.leftTransposed ? CblasTrans : CblasNoTrans,
      options.rightTransposed ? CblasTrans : CblasNoTrans, Int32(rows), Int32(columns),
      Int32(inner), options.scale, a.numbers.base, Int32(a.stride), b.numbers.base,
      Int32(b.stride), options.keep, numbers.base, Int32(stride))
  }

  /// Which factors of a product are transposed, its own factor, and what is kept of the old value.
  package struct ProductOptions: Sendable {
    package var leftTransposed: Bool
    package var rightTransposed: Bool
    package var scale: Double
    package var keep: Double

    package init(
      leftTransposed: Bool = false, rightTransposed: Bool = false, scale: Double = 1,
      keep: Double = 0
    ) {
      self.leftTransposed = leftTransposed
      self.rightTransposed = rightTransposed
      self.scale = scale
      self.keep = keep
    }
  }

  /// Adds `scale Aᵀ A` to the upper triangle of this square matrix.
  package func addGram(_ a: MatrixView, scale: Double = 1) {
    precondition(rows == columns && a.columns == rows, "matrices that do not fit")
    guard rows > 0, a.rows > 0 else { return }
    // Sound: the sizes were checked, and a view's numbers outlive the call.
    unsafe cblas_dsyrk(
      CblasColMajor, CblasUpper, CblasTrans, Int32(rows), Int32(a.rows), scale, a.numbers.base,
      Int32(a.stride), 1, numbers.base, Int32(stride))
  }

  /// Makes `y = scale self x + keep y`, or with the transpose.
  package func multiply(
    _ x: MutableView<Double>, into y: MutableView<Double>, transposed: Bool = false,
    scale: Double = 1, keep: Double = 0
  ) {
    precondition(
      x.count >= (transposed ? rows : columns) && y.count >= (transposed ? columns : rows),
      "vectors that do not fit")
    guard rows > 0, columns > 0 else {
      for index in 0..<(transposed ? columns : rows) { y[index] *= keep }
      return
    }
    // Sound: the sizes were checked, and a view's numbers outlive the call.
    unsafe cblas_dgemv(
      CblasColMajor, transposed ? CblasTrans : CblasNoTrans, Int32(rows), Int32(columns), scale,
      numbers.base, Int32(stride), x.base, 1, keep, y.base, 1)
  }

  /// Solves `U X = B` or `Uᵀ X = B` with the upper triangle of this matrix; B becomes X.
  package func solveUpper(_ b: MatrixView, transposed: Bool = false) {
    precondition(rows == columns && b.rows == rows, "matrices that do not fit")
    guard rows > 0, b.columns > 0 else { return }
    // Sound: the sizes were checked, and a view's numbers outlive the call.
    unsafe cblas_dtrsm(
      CblasColMajor, CblasLeft, CblasUpper, transposed ? CblasTrans : CblasNoTrans, CblasNonUnit,
      Int32(rows), Int32(b.columns), 1, numbers.base, Int32(stride), b.numbers.base,
      Int32(b.stride))
  }
}
