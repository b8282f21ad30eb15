import Base
import Formats
import LinearAlgebra

/// Matrices from tables.
enum DenseInput {
  /// A whole table, every cell a finite number.
  static func matrix(_ input: String, _ context: KernelContext) throws -> DenseMatrix {
    let table = try context.openTable(input)
    let width = table.columns.count
    if let rows = table.rowCount {
      try check(bytes: Double(rows) * Double(width) * 8, context)
    }
    var columns = [[Double]](repeating: [], count: width)
    var block = TableBlock(rows: 1024, columns: width)
    while true {
      try context.checkCancelled()
      try table.read(into: &block)
      guard block.rows > 0 else { break }
      for index in 0..<width {
        let numbers = block.column(index)
        let before = columns[index].count
        for row in 0..<block.rows {
          guard numbers[row].isFinite else {
            throw KilnError(
              .taskFailed,
              "the number in row \(before + row + 1), column \(index + 1) of `\(input)` is missing "
                + "or not finite")
          }
          columns[index].append(numbers[row])
        }
      }
      try check(bytes: Double(columns[0].count) * Double(width) * 8, context)
    }
    let rows = columns.first?.count ?? 0
    guard rows > 0 else { throw KilnError(.taskFailed, "`\(input)` has no rows") }
    let matrix = DenseMatrix(rows: rows, columns: width)
    for index in 0..<width {
      let to = matrix.view.column(index)
      for row in 0..<rows { to[row] = columns[index][row] }
      columns[index] = []
    }
    return matrix
  }

  /// The factorisations need some copies.
  private static func check(bytes: Double, _ context: KernelContext) throws {
    let needed = copies * bytes
    guard needed > Double(context.memoryLimit.bytes) else { return }
    throw OutOfMemory("a dense matrix of \(Int(bytes / 1e6)) MB needs \(Int(needed / 1e6)) MB")
  }

  private static let copies = 4.0
}
