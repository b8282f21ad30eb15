/// A sparse matrix of small dense blocks in single precision, compressed by rows of blocks.
///
/// Blocks are 1, 3 or 6 numbers high and wide and stored by rows. A row of six, of a block or of a
/// vector, takes eight places of which the last two are zero; see ``BlockMatrix/stride(_:)``.
package final class BlockMatrix {
  /// Height and width of a block.
  package let blockRows: Int
  package let blockColumns: Int
  /// How many rows and columns of blocks there are.
  package let rowCount: Int
  package let columnCount: Int
  /// The blocks of row `i` are `starts[i]..<starts[i + 1]`.
  let startsBuffer: Buffer<Int>
  /// The column of each block; in no particular order within a row.
  let columnsBuffer: Buffer<Int32>
  let valuesBuffer: Buffer<Float>

  /// How many places a row of `size` numbers takes.
  @inlinable
  package static func stride(_ size: Int) -> Int { size == 6 ? 8 : size }

  /// Places beyond the end of a vector or matrix that may be read, since loads come in eights.
  package static let slack = 8

  /// A matrix of zeros; columns are to be filled in.
  package init(
    blockRows: Int, blockColumns: Int, rowCount: Int, columnCount: Int,
    starts: consuming Buffer<Int>
  ) {
    self.blockRows = blockRows
    self.blockColumns = blockColumns
    self.rowCount = rowCount
    self.columnCount = columnCount
    let blockCount = starts.view[rowCount]
    startsBuffer = starts
    columnsBuffer = Buffer(repeating: 0, count: blockCount)
    valuesBuffer = Buffer(
      repeating: 0, count: blockCount * blockRows * Self.stride(blockColumns) + Self.slack)
  }

  package var starts: MutableView<Int> { startsBuffer.view }
  package var columns: MutableView<Int32> { columnsBuffer.view }
  package var values: MutableView<Float> { valuesBuffer.view }
  package var blockCount: Int { columnsBuffer.count }
  /// Values and columns of the blocks.
  package var bytes: Double { 4 * Double(blockCount) * Double(blockSize + 1) }
  /// How many places one block takes.
  package var blockSize: Int { blockRows * Self.stride(blockColumns) }
  /// Length of a vector that is multiplied.
  package var vectorLength: Int { columnCount * Self.stride(blockColumns) + Self.slack }

  /// The transposed matrix.
  package func transposed() -> BlockMatrix {
    let counts = Buffer(repeating: 0, count: columnCount + 1)
    let (next, columns, starts) = (counts.view, self.columns, self.starts)
    for entry in 0..<blockCount { next[Int(columns[entry]) + 1] += 1 }
    let transposedStarts = Buffer(repeating: 0, count: columnCount + 1)
    for column in 0..<columnCount {
      transposedStarts.view[column + 1] = transposedStarts.view[column] + next[column + 1]
    }
    for column in 0..<columnCount { next[column] = transposedStarts.view[column] }
    let result = BlockMatrix(
      blockRows: blockColumns, blockColumns: blockRows, rowCount: columnCount,
      columnCount: rowCount, starts: transposedStarts)
    let (from, to) = (Self.stride(blockColumns), Self.stride(blockRows))
    let (values, target, rows) = (self.values, result.values, result.columns)
    for row in 0..<rowCount {
      for entry in starts[row]..<starts[row + 1] {
        let column = Int(columns[entry])
        let place = next[column]
        next[column] = place + 1
        rows[place] = Int32(truncatingIfNeeded: row)
        for i in 0..<blockRows {
          for j in 0..<blockColumns {
            target[place * result.blockSize + j * to + i] =
              values[entry * blockSize + i * from + j]
          }
        }
      }
    }
    return result
  }

  /// The place of the diagonal block of a row; nil when it is not stored.
  func diagonal(_ row: Int) -> Int? {
    for entry in starts[row]..<starts[row + 1] where Int(columns[entry]) == row { return entry }
    return nil
  }
}
