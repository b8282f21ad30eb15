import LinearAlgebra

/// Some rows of a table, stored column after column.
package struct TableBlock: ~Copyable {
  /// How many rows fit.
  package let capacity: Int
  package let columns: Int
  /// From one column to the next; see ``MatrixView/spreadStride(rows:)``.
  package let stride: Int
  /// How many rows are there now; a reader sets it.
  package var rows = 0
  private let numbers: Buffer<Double>

  package init(rows capacity: Int, columns: Int) {
    self.capacity = capacity
    self.columns = columns
    stride = MatrixView.spreadStride(rows: capacity)
    numbers = Buffer(repeating: 0, count: stride * columns)
  }

  /// All numbers: column `j` starts at `j * stride`.
  package var values: MutableView<Double> { numbers.view }

  /// The rows of one column.
  package func column(_ index: Int) -> MutableView<Double> {
    precondition(index >= 0 && index < columns, "no such column in the block")
    return numbers.view.slice(index * stride, count: rows)
  }

  /// The rows that are there, as a matrix.
  package var view: MatrixView {
    MatrixView(numbers.view, rows: rows, columns: columns, stride: stride)
  }
}
