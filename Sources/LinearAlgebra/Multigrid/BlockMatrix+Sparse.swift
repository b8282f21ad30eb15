extension BlockMatrix {
  /// The product of two sparse matrices, row by row [Gustavson 1978, ACM TOMS 4(3)].
  package static func product(
    _ left: BlockMatrix, _ right: BlockMatrix, team: ThreadTeam
  ) -> BlockMatrix {
    precondition(
      left.columnCount == right.rowCount && left.blockColumns == right.blockRows,
      "the factors do not fit each other")
    if left.blockSize == 1, right.blockSize == 1 {
      return product(scalars: left, right, team: team)
    }
    let result = BlockMatrix(
      blockRows: left.blockRows, blockColumns: right.blockColumns, rowCount: left.rowCount,
      columnCount: right.columnCount, starts: counts(left, right, team))
    team.split(left.rowCount) { rows in
      let sums = Buffer(
        repeating: SIMD8<Float>(), count: left.blockRows * result.longestRow(rows) + 1)
      let slots = Buffer(repeating: Int32(-1), count: right.columnCount)
      for row in rows {
        fill(row, left, right, result, slots.view, sums.view)
      }
    }
    return result
  }

  /// Where the rows of a product begin.
  private static func counts(
    _ left: BlockMatrix, _ right: BlockMatrix, _ team: ThreadTeam
  ) -> Buffer<Int> {
    let starts = Buffer(repeating: 0, count: left.rowCount + 1)
    let view = starts.view
    team.split(left.rowCount) { rows in
      let seen = Buffer(repeating: Int32(-1), count: right.columnCount)
      for row in rows { view[row + 1] = count(row, left, right, seen.view) }
    }
    for row in 0..<left.rowCount { view[row + 1] += view[row] }
    return starts
  }

  private static func count(
    _ row: Int, _ left: BlockMatrix, _ right: BlockMatrix, _ seen: MutableView<Int32>
  ) -> Int {
    let (starts, columns) = (right.starts, right.columns)
    let mark = Int32(truncatingIfNeeded: row)
    var count = 0
    for entry in left.starts[row]..<left.starts[row + 1] {
      let middle = Int(left.columns[entry])
      for other in starts[middle]..<starts[middle + 1] {
        let column = Int(columns[other])
        guard seen[column] != mark else { continue }
        seen[column] = mark
        count += 1
      }
    }
    return count
  }

  private func longestRow(_ rows: Range<Int>) -> Int {
    rows.reduce(0) { max($0, starts[$1 + 1] - starts[$1]) }
  }

  /// Adds up one row of the product; `slots` is -1 everywhere before and after.
  private static func fill(
    _ row: Int, _ left: BlockMatrix, _ right: BlockMatrix, _ result: BlockMatrix,
    _ slots: MutableView<Int32>, _ sums: MutableView<SIMD8<Float>>
  ) {
    let (first, height, middleSize) = (result.starts[row], left.blockRows, left.blockColumns)
    var used = 0
    for entry in left.starts[row]..<left.starts[row + 1] {
      let middle = Int(left.columns[entry])
      for other in right.starts[middle]..<right.starts[middle + 1] {
        let column = Int(right.columns[other])
        var slot = Int(slots[column])
        if slot < 0 {
          slot = used
          used += 1
          slots[column] = Int32(truncatingIfNeeded: slot)
          result.columns[first + slot] = right.columns[other]
          for i in 0..<height { sums[height * slot + i] = SIMD8() }
        }
        let (a, b) = (entry * left.blockSize, other * right.blockSize)
        switch middleSize {
        case 1: addOne(left.values, a, right.values, b, sums, height * slot, height)
        case 3: addThree(left.values, a, right, b, sums, height * slot, height)
        case _: addSix(left.values, a, right.values, b, sums, height * slot, height)
        }
      }
    }
    let step = stride(result.blockColumns)
    for slot in 0..<used {
      slots[Int(result.columns[first + slot])] = -1
      let at = (first + slot) * result.blockSize
      for i in 0..<height {
        for j in 0..<result.blockColumns {
          result.values[at + i * step + j] = sums[height * slot + i][j]
        }
      }
    }
  }

  @inline(__always)
  private static func addOne(
    _ left: MutableView<Float>, _ a: Int, _ right: MutableView<Float>, _ b: Int,
    _ sums: MutableView<SIMD8<Float>>, _ slot: Int, _ height: Int
  ) {
    let row = right[vector8: b]
    for i in 0..<height { sums[slot &+ i].addProduct(row, left[a &+ i]) }
  }

  @inline(__always)
  private static func addThree(
    _ left: MutableView<Float>, _ a: Int, _ right: BlockMatrix, _ b: Int,
    _ sums: MutableView<SIMD8<Float>>, _ slot: Int, _ height: Int
  ) {
    let (values, step) = (right.values, stride(right.blockColumns))
    let (x, y, z) = (
      values[vector8: b], values[vector8: b &+ step], values[vector8: b &+ 2 &* step]
    )
    for i in 0..<height {
      let at = a &+ 3 &* i
      var sum = sums[slot &+ i]
      sum.addProduct(x, left[at])
      sum.addProduct(y, left[at &+ 1])
      sum.addProduct(z, left[at &+ 2])
      sums[slot &+ i] = sum
    }
  }

  @inline(__always)
  private static func addSix(
    _ left: MutableView<Float>, _ a: Int, _ right: MutableView<Float>, _ b: Int,
    _ sums: MutableView<SIMD8<Float>>, _ slot: Int, _ height: Int
  ) {
    let (x, y, z) = (right[vector8: b], right[vector8: b &+ 8], right[vector8: b &+ 16])
    let (u, v, w) = (right[vector8: b &+ 24], right[vector8: b &+ 32], right[vector8: b &+ 40])
    for i in 0..<height {
      let at = a &+ 8 &* i
      var sum = sums[slot &+ i]
      sum.addProduct(x, left[at])
      sum.addProduct(y, left[at &+ 1])
      sum.addProduct(z, left[at &+ 2])
      sum.addProduct(u, left[at &+ 3])
      sum.addProduct(v, left[at &+ 4])
      sum.addProduct(w, left[at &+ 5])
      sums[slot &+ i] = sum
    }
  }
}
