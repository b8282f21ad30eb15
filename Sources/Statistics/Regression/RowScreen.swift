import LinearAlgebra

/// Finds rows with a gap or an infinity, column by column.
package enum RowScreen {
  /// Sets `flags` to 0 for rows of finite numbers, to NaN for the others.
  package static func mark(_ rows: MatrixView, _ flags: MutableView<Double>) {
    precondition(flags.count >= rows.rows, "a flag for each row")
    flags.fill(0..<rows.rows, with: 0)
    for index in 0..<rows.columns {
      let column = rows.column(index)
      for row in 0..<rows.rows { flags[row] += column[row] * 0 }
    }
  }

  /// Whether all numbers of the rows are finite.
  package static func areFinite(_ rows: MatrixView) -> Bool {
    let whole = rows.rows & ~7
    var (even, odd) = (SIMD4<Double>(repeating: 0), SIMD4<Double>(repeating: 0))
    var rest = 0.0
    for index in 0..<rows.columns {
      let column = rows.column(index)
      // Zero times a number is zero, times NaN or an infinity NaN.
      for row in Swift.stride(from: 0, to: whole, by: 8) {
        even += column[four: row] * 0
        odd += column[four: row + 4] * 0
      }
      for row in whole..<rows.rows { rest += column[row] * 0 }
    }
    return (even + odd).sum() + rest == 0
  }
}
