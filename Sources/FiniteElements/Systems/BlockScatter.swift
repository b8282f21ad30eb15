import LinearAlgebra

/// Adds elements' matrices to some columns of a sparse matrix, block by block.
struct BlockScatter {
  let components: Int
  /// The places of elimination whose columns are filled.
  let range: Range<Int>
  /// Where the first of those columns begins in the values of the whole matrix.
  let base: Int
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

  /// Adds a matrix of shape `[components nodes, components nodes]`, both triangles filled.
  ///
  /// - Parameters:
  ///   - own: the elimination places of the element's nodes.
  ///   - values: of the columns in `range`.
  func add(
    _ matrix: MutableView<Double>, _ own: MutableView<Int>, count: Int,
    to values: MutableView<Double>
  ) {
    for b in 0..<count {
      let column = own[b]
      guard range.contains(column), equationCounts[column] > 0 else { continue }
      for a in 0..<count {
        let row = own[a]
        // A collapsed element holds a node twice: both transposes fall on its diagonal block.
        guard row <= column, equationCounts[row] > 0 else { continue }
        if components == 1 {
          let before = row == column ? ownOffsets[column] : offset(row, column)
          values[columnStarts[firstEquations[column]] &- base &+ before] += matrix[count &* b &+ a]
          continue
        }
        let from = components * (components * count * b + a)
        if row != column, components == 3, equationCounts[row] == 3, equationCounts[column] == 3 {
          addBlock(matrix, from, 3 * count, offset(row, column), column, values)
        } else {
          addPart(matrix, from, components * count, row, column, values)
        }
      }
    }
  }

  @inline(__always)
  private func addBlock(
    _ matrix: MutableView<Double>, _ from: Int, _ stride: Int, _ offset: Int, _ column: Int,
    _ values: MutableView<Double>
  ) {
    let equation = firstEquations[column]
    for j in 0..<3 {
      let start = columnStarts[equation &+ j] &- base &+ offset
      let at = from &+ stride &* j
      values[start] += matrix[at]
      values[start &+ 1] += matrix[at &+ 1]
      values[start &+ 2] += matrix[at &+ 2]
    }
  }

  /// As `addBlock`, where a freedom has no equation or the block lies on the diagonal.
  private func addPart(
    _ matrix: MutableView<Double>, _ from: Int, _ stride: Int, _ row: Int, _ column: Int,
    _ values: MutableView<Double>
  ) {
    let before = row == column ? ownOffsets[column] : offset(row, column)
    for j in 0..<components {
      let columnEquation = equations[components * order[column] + j]
      guard columnEquation >= 0 else { continue }
      let start = columnStarts[columnEquation] - base + before - firstEquations[row]
      for i in 0..<components {
        let rowEquation = equations[components * order[row] + i]
        guard rowEquation >= 0, rowEquation <= columnEquation else { continue }
        values[start + rowEquation] += matrix[from + stride * j + i]
      }
    }
  }

  /// Where the rows of `row` begin in the columns of `column`, `row < column`.
  @inline(__always)
  private func offset(_ row: Int, _ column: Int) -> Int {
    var low = graphStarts[column]
    var high = graphStarts[column &+ 1]
    while high &- low > 1 {
      let middle = (low &+ high) / 2
      if neighbours[middle] <= row { low = middle } else { high = middle }
    }
    return offsets[low]
  }
}

extension BlockLayout {
  /// Lends what it takes to fill the columns of the places in `range`.
  func withScatter<Result, Failure: Error>(
    _ range: Range<Int>, components: Int,
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
                        try body(
                          BlockScatter(
                            components: components, range: range,
                            base: start(of: range.lowerBound), places: places, order: order,
                            graphStarts: starts, neighbours: neighbours, offsets: offsets,
                            ownOffsets: own, firstEquations: firsts, equationCounts: counts,
                            equations: equations, columnStarts: columns))
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
