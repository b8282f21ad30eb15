import LinearAlgebra

/// Some rows of a table, stored column after column.
package struct TableBlock: ~Copyable {
  /// How many rows fit.
  package let capacity: Int
  package let columns: Int
  /// How many rows are there now; a reader sets it.
  package var rows = 0
  private let numbers: Buffer<Double>

  package init(rows capacity: Int, columns: Int) {
    self.capacity = capacity
    self.columns = columns
    numbers = Buffer(repeating: 0, count: capacity * columns)
  }

  /// All numbers: column `j` starts at `j * capacity`.
  package var values: MutableView<Double> { numbers.view }

  /// The rows of one column.
  package func column(_ index: Int) -> MutableView<Double> {
    precondition(index >= 0 && index < columns, "no such column in the block")
    return numbers.view.slice(index * capacity, count: rows)
  }
}
