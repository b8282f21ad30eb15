extension SignedFactor {
  /// Solves `A X = B` in place; `block` holds `columns` columns of one number for each equation.
  func solve(_ block: MutableView<Double>, columns: Int) {
    let order = supernodes.order
    precondition(block.count >= order * columns, "one number for each equation and column")
    let work = Buffer(repeating: Number(0), count: order * columns)
    let local = Buffer(repeating: Number(0), count: order * columns)
    for column in 0..<columns {
      for place in 0..<order {
        work.view[order * column + place] =
          Number(block[order * column + supernodes.permutation[place]])
      }
    }
    let numbers = DenseBlock(work.view, rows: order, columns: columns, stride: order)
    for supernode in 0..<supernodes.count { forward(supernode, numbers, local.view) }
    for column in 0..<columns {
      for place in 0..<order { work.view[order * column + place] *= signs.view[place] }
    }
    for supernode in (0..<supernodes.count).reversed() {
      backward(supernode, numbers, local.view)
    }
    for column in 0..<columns {
      for place in 0..<order {
        block[order * column + supernodes.permutation[place]] =
          Double(work.view[order * column + place]) / scale
      }
    }
  }

  /// L y = b.
  private func forward(
    _ supernode: Int, _ numbers: DenseBlock<Number>, _ local: MutableView<Number>
  ) {
    let block = block(supernode)
    let (first, width) = (supernodes.columns[supernode], block.columns)
    let own = numbers.part(first..<(first + width), 0..<numbers.columns)
    Number.solve(block, .left, own)
    let below = block.rows - width
    guard below > 0 else { return }
    for index in 0..<(below * numbers.columns) { local[index] = 0 }
    let change = DenseBlock(local, rows: below, columns: numbers.columns, stride: below)
    Number.subtract(
      block.part(width..<block.rows, 0..<width), isTransposed: false, times: own, from: change)
    let rowStart = supernodes.rowStarts[supernode] + width
    for column in 0..<numbers.columns {
      for row in 0..<below {
        numbers.numbers[numbers.stride * column + supernodes.rows[rowStart + row]] +=
          local[below * column + row]
      }
    }
  }

  /// Lᵀ x = y.
  private func backward(
    _ supernode: Int, _ numbers: DenseBlock<Number>, _ local: MutableView<Number>
  ) {
    let block = block(supernode)
    let (first, width) = (supernodes.columns[supernode], block.columns)
    let own = numbers.part(first..<(first + width), 0..<numbers.columns)
    let below = block.rows - width
    if below > 0 {
      let rowStart = supernodes.rowStarts[supernode] + width
      for column in 0..<numbers.columns {
        for row in 0..<below {
          local[below * column + row] =
            numbers.numbers[numbers.stride * column + supernodes.rows[rowStart + row]]
        }
      }
      let known = DenseBlock(local, rows: below, columns: numbers.columns, stride: below)
      Number.subtract(
        block.part(width..<block.rows, 0..<width), isTransposed: true, times: known, from: own)
    }
    Number.solve(block, .leftTransposed, own)
  }
}
