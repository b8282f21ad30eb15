extension BlockMatrix {
  /// A symmetric matrix by blocks, both triangles; places without an equation get a one on the
  /// diagonal.
  convenience init(_ matrix: SymmetricMatrix, _ blocks: EquationBlocks) {
    let count = blocks.count
    let upper = Self.upperBlocks(matrix.pattern, blocks)
    let starts = Buffer(repeating: 0, count: count + 1)
    let view = starts.view
    for column in 0..<count {
      for row in upper[column] {
        view[row + 1] += 1
        if row != column { view[column + 1] += 1 }
      }
    }
    for row in 0..<count { view[row + 1] += view[row] }
    self.init(
      blockRows: blocks.size, blockColumns: blocks.size, rowCount: count, columnCount: count,
      starts: starts)
    fill(upper, matrix, blocks)
  }

  /// For each column of blocks the rows above and on the diagonal.
  private static func upperBlocks(
    _ pattern: SymmetricPattern, _ blocks: EquationBlocks
  ) -> [[Int]] {
    var upper = [[Int]](repeating: [], count: blocks.count)
    var seen = [Int](repeating: -1, count: blocks.count)
    for equation in 0..<pattern.order {
      let column = blocks.blocks[equation]
      for entry in pattern.columnStarts[equation]..<pattern.columnStarts[equation + 1] {
        let row = blocks.blocks[pattern.rows[entry]]
        guard seen[row] != column else { continue }
        seen[row] = column
        upper[column].append(row)
      }
    }
    return upper
  }

  private func fill(_ upper: [[Int]], _ matrix: SymmetricMatrix, _ blocks: EquationBlocks) {
    let (starts, columns, values, size) = (starts, self.columns, self.values, blocks.size)
    var next = (0..<rowCount).map { starts[$0] }
    // Where the blocks (row, column) and (column, row) of the current column are.
    var (above, below) = (
      [Int](repeating: 0, count: rowCount), [Int](repeating: 0, count: rowCount)
    )
    var equation = 0
    for column in 0..<rowCount {
      for row in upper[column] {
        above[row] = next[row]
        columns[next[row]] = Int32(truncatingIfNeeded: column)
        next[row] += 1
        guard row != column else { continue }
        below[row] = next[column]
        columns[next[column]] = Int32(truncatingIfNeeded: row)
        next[column] += 1
      }
      while equation < matrix.order, blocks.blocks[equation] == column {
        let j = blocks.components[equation]
        for entry in matrix.pattern.columnStarts[
          equation]..<matrix.pattern.columnStarts[equation + 1]
        {
          let row = blocks.blocks[matrix.pattern.rows[entry]]
          let i = blocks.components[matrix.pattern.rows[entry]]
          let value = Float(matrix.values[entry])
          values[above[row] * blockSize + i * size + j] = value
          values[(row == column ? above[row] : below[row]) * blockSize + j * size + i] = value
        }
        equation += 1
      }
      for i in 0..<size {
        let place = above[column] * blockSize + i * size + i
        if values[place] == 0 { values[place] = 1 }
      }
    }
  }

  /// A symmetric matrix of single numbers, both triangles; a zero on the diagonal becomes a one.
  convenience init(scalars matrix: SymmetricMatrix) {
    let order = matrix.order
    let counts = Buffer(repeating: 0, count: order + 1)
    let begins = counts.view
    let (columnStarts, rows) = (matrix.pattern.columnStarts, matrix.pattern.rows)
    columnStarts.withView { columnStarts in
      rows.withView { rows in
        for column in 0..<order {
          for entry in columnStarts[column]..<columnStarts[column &+ 1] {
            let row = rows[entry]
            begins[row &+ 1] += 1
            if row != column { begins[column &+ 1] += 1 }
          }
        }
      }
    }
    for row in 0..<order { begins[row &+ 1] += begins[row] }
    self.init(
      blockRows: 1, blockColumns: 1, rowCount: order, columnCount: order, starts: counts)
    fill(scalars: matrix)
  }

  private func fill(scalars matrix: SymmetricMatrix) {
    let (places, target) = (columns, values)
    let ends = Buffer(repeating: 0, count: rowCount)
    let next = ends.view
    for row in 0..<rowCount { next[row] = starts[row] }
    matrix.pattern.columnStarts.withView { columnStarts in
      matrix.pattern.rows.withView { rows in
        matrix.values.withView { values in
          for column in 0..<rowCount {
            for entry in columnStarts[column]..<columnStarts[column &+ 1] {
              let row = rows[entry]
              let value = Float(values[entry])
              places[next[row]] = Int32(truncatingIfNeeded: column)
              target[next[row]] = row == column && value == 0 ? 1 : value
              next[row] &+= 1
              guard row != column else { continue }
              places[next[column]] = Int32(truncatingIfNeeded: row)
              target[next[column]] = value
              next[column] &+= 1
            }
          }
        }
      }
    }
  }
}
