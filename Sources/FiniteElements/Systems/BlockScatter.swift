import LinearAlgebra

/// Adds elements' matrices to some columns of a sparse matrix, block by block.
struct BlockScatter {
  let components: Int
  /// The places of elimination whose columns are filled.
  let range: Range<Int>
  /// Of the whole matrix.
  let values: MutableView<Double>
  let places: View<Int>
  let order: View<Int>
  let graphStarts: View<Int>
  let neighbours: View<Int>
  let offsets: View<Int>
  let ownOffsets: View<Int>
  let firstEquations: View<Int>
  let equationCounts: View<Int>
  let equations: View<Int>
  let columnStarts: View<Int>
  let rows: View<Int>

  /// Adds a matrix of shape `[components nodes, components nodes]`, both triangles filled.
  ///
  /// - Parameter own: the elimination places of the element's nodes.
  func add(_ matrix: MutableView<Double>, _ own: MutableView<Int>, count: Int) {
    for b in 0..<count {
      let column = own[b]
      guard range.contains(column), equationCounts[column] > 0 else { continue }
      for a in 0..<count {
        let row = own[a]
        // A collapsed element holds a node twice: both transposes fall on its diagonal block.
        guard row <= column, equationCounts[row] > 0 else { continue }
        if components == 1 {
          let place = entry(row: firstEquations[row], column: firstEquations[column])
          values[place] += matrix[count &* b &+ a]
          continue
        }
        let from = components * (components * count * b + a)
        if row != column, components == 3, equationCounts[row] == 3, equationCounts[column] == 3 {
          addBlock(matrix, from, 3 * count, offset(row, column), column)
        } else {
          addPart(matrix, from, components * count, row, column)
        }
      }
    }
  }

  @inline(__always)
  private func addBlock(
    _ matrix: MutableView<Double>, _ from: Int, _ stride: Int, _ offset: Int, _ column: Int
  ) {
    let equation = firstEquations[column]
    for j in 0..<3 {
      let start = columnStarts[equation &+ j] &+ offset
      let at = from &+ stride &* j
      values[start] += matrix[at]
      values[start &+ 1] += matrix[at &+ 1]
      values[start &+ 2] += matrix[at &+ 2]
    }
  }

  /// As `addBlock`, where a freedom has no equation or the block lies on the diagonal.
  private func addPart(
    _ matrix: MutableView<Double>, _ from: Int, _ stride: Int, _ row: Int, _ column: Int
  ) {
    let before = row == column ? ownOffsets[column] : offset(row, column)
    for j in 0..<components {
      let columnEquation = equations[components * order[column] + j]
      guard columnEquation >= 0 else { continue }
      let start = columnStarts[columnEquation] + before - firstEquations[row]
      for i in 0..<components {
        let rowEquation = equations[components * order[row] + i]
        guard rowEquation >= 0, rowEquation <= columnEquation else { continue }
        values[start + rowEquation] += matrix[from + stride * j + i]
      }
    }
  }

  /// Adds the matrix of one element with one freedom for each node.
  ///
  /// - Parameters:
  ///   - triangle: entries (a, b), a <= b, at `b (b + 1) / 2 + a`, of eight elements.
  ///   - own: as in ``add(_:_:count:)``.
  ///   - columns: room for three numbers of each node.
  func add(
    lane: Int, of triangle: MutableView<SIMD8<Double>>, _ own: MutableView<Int>,
    _ columns: MutableView<Int>, count: Int
  ) {
    for node in 0..<count {
      let equation = firstEquations[own[node]]
      let isOurs = equation >= 0 && range.contains(own[node])
      columns[3 &* node] = equation
      columns[3 &* node &+ 1] = isOurs ? columnStarts[equation] : -1
      columns[3 &* node &+ 2] = isOurs ? columnStarts[equation &+ 1] : -1
    }
    var pair = 0
    for b in 0..<count {
      for a in 0...b {
        let value = triangle[pair &+ a][lane]
        let isAscending = columns[3 &* a] <= columns[3 &* b]
        let (low, high) = isAscending ? (3 &* a, 3 &* b) : (3 &* b, 3 &* a)
        let (row, start, end) = (columns[low], columns[high &+ 1], columns[high &+ 2])
        guard row >= 0, start >= 0 else { continue }
        guard row != columns[high] else {
          // A collapsed element holds a node twice: both transposes fall on its diagonal.
          values[end &- 1] += a == b ? value : 2 * value
          continue
        }
        values[place(of: row, in: rows, start..<end)] += value
      }
      pair &+= b &+ 1
    }
  }

  /// Where the rows of `row` begin in the columns of `column`, `row < column`.
  @inline(__always)
  private func offset(_ row: Int, _ column: Int) -> Int {
    offsets[place(of: row, in: neighbours, graphStarts[column]..<graphStarts[column &+ 1])]
  }

  /// Where an entry of the matrix is stored, `row <= column`.
  @inline(__always)
  private func entry(row: Int, column: Int) -> Int {
    let end = columnStarts[column &+ 1]
    return row == column ? end &- 1 : place(of: row, in: rows, columnStarts[column]..<end)
  }

  /// The last place whose number is at most `number`; without branches that could be mispredicted.
  @inline(__always)
  private func place(of number: Int, in ascending: View<Int>, _ range: Range<Int>) -> Int {
    var (low, length) = (range.lowerBound, range.count)
    while length > 1 {
      let half = length / 2
      low = ascending[low &+ half] <= number ? low &+ half : low
      length &-= half
    }
    return low
  }
}

extension BlockLayout {
  /// Lends what it takes to fill the columns of the places in `range`.
  func withScatter<Result, Failure: Error>(
    _ range: Range<Int>, components: Int, to values: MutableView<Double>,
    _ body: (BlockScatter) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try places.withView { (places) throws(Failure) in
      try order.withView { (order) throws(Failure) in
        try graph.starts.withView { (starts) throws(Failure) in
          try graph.neighbours.withView { (neighbours) throws(Failure) in
            try offsets.withView { (offsets) throws(Failure) in
              try ownOffsets.withView { (own) throws(Failure) in
                try firstEquations.withView { (firsts) throws(Failure) in
                  try equationCounts.withView { (counts) throws(Failure) in
                    try equations.withView { (equations) throws(Failure) in
                      try pattern.columnStarts.withView { (columns) throws(Failure) in
                        try pattern.rows.withView { (rows) throws(Failure) in
                          try body(
                            BlockScatter(
                              components: components, range: range, values: values,
                              places: places, order: order, graphStarts: starts,
                              neighbours: neighbours, offsets: offsets, ownOffsets: own,
                              firstEquations: firsts, equationCounts: counts,
                              equations: equations, columnStarts: columns, rows: rows))
                        }
                      }
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
