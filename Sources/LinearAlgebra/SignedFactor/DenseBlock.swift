import CBLAS

/// A part of a dense matrix, stored by columns that are `stride` numbers apart.
struct DenseBlock<Number: FactorNumber> {
  let numbers: MutableView<Number>
  let rows: Int
  let columns: Int
  let stride: Int

  /// - Parameter numbers: its first one is the first of the block.
  init(_ numbers: MutableView<Number>, rows: Int, columns: Int, stride: Int) {
    precondition(
      rows == 0 || columns == 0 || numbers.count >= stride * (columns - 1) + rows,
      "a block larger than its numbers")
    self.numbers = numbers
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  /// The block of the given rows and columns.
  func part(_ rowRange: Range<Int>, _ columnRange: Range<Int>) -> DenseBlock {
    let first = stride * columnRange.lowerBound + rowRange.lowerBound
    return DenseBlock(
      numbers[part: min(first, numbers.count)..<numbers.count], rows: rowRange.count,
      columns: columnRange.count, stride: stride)
  }
}

/// The precisions of a ``SignedFactor``, with what BLAS does in each.
protocol FactorNumber: BinaryFloatingPoint, BitwiseCopyable {
  /// `c = add a bᵀ + keep c`.
  static func product(
    _ a: DenseBlock<Self>, transposed b: DenseBlock<Self>, add: Self, keep: Self,
    into c: DenseBlock<Self>)
  /// `c -= a b`, or `c -= aᵀ b`.
  static func subtract(
    _ a: DenseBlock<Self>, isTransposed: Bool, times b: DenseBlock<Self>, from c: DenseBlock<Self>)
  /// `b = b L⁻ᵀ`, or `b = L⁻¹ b`, or `b = L⁻ᵀ b`, with L the lower triangle of `triangle`.
  static func solve(
    _ triangle: DenseBlock<Self>, _ side: TriangleSide, _ b: DenseBlock<Self>)
}

/// Where the triangle stands that is inverted.
enum TriangleSide { case rightTransposed, left, leftTransposed }

// Sound, all of them: a block's numbers reach as far as its rows, columns and stride say.
extension Double: FactorNumber {
  static func product(
    _ a: DenseBlock<Double>, transposed b: DenseBlock<Double>, add: Double, keep: Double,
    into c: DenseBlock<Double>
  ) {
    unsafe cblas_dgemm(
      CblasColMajor, CblasNoTrans, CblasTrans, Int32(c.rows), Int32(c.columns), Int32(a.columns),
      add, a.numbers.base, Int32(a.stride), b.numbers.base, Int32(b.stride), keep, c.numbers.base,
      Int32(c.stride))
  }

  static func subtract(
    _ a: DenseBlock<Double>, isTransposed: Bool, times b: DenseBlock<Double>,
    from c: DenseBlock<Double>
  ) {
    unsafe cblas_dgemm(
      CblasColMajor, isTransposed ? CblasTrans : CblasNoTrans, CblasNoTrans, Int32(c.rows),
      Int32(c.columns), Int32(b.rows), -1, a.numbers.base, Int32(a.stride), b.numbers.base,
      Int32(b.stride), 1, c.numbers.base, Int32(c.stride))
  }

  static func solve(
    _ triangle: DenseBlock<Double>, _ side: TriangleSide, _ b: DenseBlock<Double>
  ) {
    unsafe cblas_dtrsm(
      CblasColMajor, side == .rightTransposed ? CblasRight : CblasLeft, CblasLower,
      side == .left ? CblasNoTrans : CblasTrans, CblasNonUnit, Int32(b.rows), Int32(b.columns), 1,
      triangle.numbers.base, Int32(triangle.stride), b.numbers.base, Int32(b.stride))
  }
}

extension Float: FactorNumber {
  static func product(
    _ a: DenseBlock<Float>, transposed b: DenseBlock<Float>, add: Float, keep: Float,
    into c: DenseBlock<Float>
  ) {
    unsafe cblas_sgemm(
      CblasColMajor, CblasNoTrans, CblasTrans, Int32(c.rows), Int32(c.columns), Int32(a.columns),
      add, a.numbers.base, Int32(a.stride), b.numbers.base, Int32(b.stride), keep, c.numbers.base,
      Int32(c.stride))
  }

  static func subtract(
    _ a: DenseBlock<Float>, isTransposed: Bool, times b: DenseBlock<Float>,
    from c: DenseBlock<Float>
  ) {
    unsafe cblas_sgemm(
      CblasColMajor, isTransposed ? CblasTrans : CblasNoTrans, CblasNoTrans, Int32(c.rows),
      Int32(c.columns), Int32(b.rows), -1, a.numbers.base, Int32(a.stride), b.numbers.base,
      Int32(b.stride), 1, c.numbers.base, Int32(c.stride))
  }

  static func solve(
    _ triangle: DenseBlock<Float>, _ side: TriangleSide, _ b: DenseBlock<Float>
  ) {
    unsafe cblas_strsm(
      CblasColMajor, side == .rightTransposed ? CblasRight : CblasLeft, CblasLower,
      side == .left ? CblasNoTrans : CblasTrans, CblasNonUnit, Int32(b.rows), Int32(b.columns), 1,
      triangle.numbers.base, Int32(triangle.stride), b.numbers.base, Int32(b.stride))
  }
}
