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

  /// Whether all rows are finite, after ``mark(_:_:)``.
  package static func areFinite(_ flags: MutableView<Double>, count: Int) -> Bool {
    var sum = 0.0
    for row in 0..<count { sum += flags[row] }
    return sum == 0
  }
}
