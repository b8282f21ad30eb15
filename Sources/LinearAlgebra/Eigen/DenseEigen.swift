import CBLAS

/// Eigenvalues and vectors of small dense symmetric matrices, by LAPACK.
enum DenseEigen {
  /// Solves `A s = θ s`; A by columns (its upper triangle is read) becomes the orthonormal vectors.
  ///
  /// - Returns: the eigenvalues, ascending.
  static func solve(_ matrix: MutableView<Double>, order: Int) throws(EigenError) -> [Double] {
    var values = [Double](repeating: 0, count: order)
    guard order > 0 else { return [] }
    precondition(matrix.count >= order * order, "a square matrix")
    // Sound: both arrays are as long as LAPACK expects.
    let status = unsafe values.withUnsafeMutableBufferPointer { values in
      unsafe LAPACKE_dsyevd(
        102, 86, 85, Int32(order), matrix.base, Int32(order), values.baseAddress)
    }
    guard status == 0 else { throw .dense(status: Int(status)) }
    return values
  }

  /// Solves `A s = θ B s` with B positive definite; A becomes the vectors with `sᵀ B s = 1`, B its factor.
  ///
  /// - Returns: the eigenvalues, ascending; nil when B is not positive definite.
  static func solve(
    _ matrix: MutableView<Double>, _ metric: MutableView<Double>, order: Int
  ) throws(EigenError) -> [Double]? {
    var values = [Double](repeating: 0, count: order)
    guard order > 0 else { return [] }
    precondition(matrix.count >= order * order && metric.count >= order * order, "square matrices")
    // Sound: all arrays are as long as LAPACK expects.
    let status = unsafe values.withUnsafeMutableBufferPointer { values in
      unsafe LAPACKE_dsygvd(
        102, 1, 86, 85, Int32(order), matrix.base, Int32(order), metric.base, Int32(order),
        values.baseAddress)
    }
    if status > order { return nil }
    guard status == 0 else { throw .dense(status: Int(status)) }
    return values
  }
}

extension SymmetricMatrix {
  /// All entries, by columns.
  var dense: Buffer<Double> {
    let full = Buffer(repeating: 0.0, count: order * order)
    let view = full.view
    for column in 0..<order {
      for entry in pattern.columnStarts[column]..<pattern.columnStarts[column + 1] {
        view[column * order + pattern.rows[entry]] = values[entry]
        view[pattern.rows[entry] * order + column] = values[entry]
      }
    }
    return full
  }
}
