/// The coarsest matrix, factorised in double precision.
final class CoarsestLevel {
  private let factor: CholeskyFactor
  private let blockSize: Int
  private let stride: Int
  private let rowCount: Int

  /// Leaves BLAS with one thread: the matrix is small, and the library's threads go on asking for work
  /// for a while after each call, on processors that the levels above need.
  init(_ matrix: BlockMatrix) throws(FactorisationError) {
    BLAS.useThreads(1)
    blockSize = matrix.blockRows
    stride = BlockMatrix.stride(matrix.blockColumns)
    rowCount = matrix.rowCount
    let upper = matrix.upperTriangle()
    let order = try matrix.graph().fillReducingOrder(.minimumDegree)
    let size = blockSize
    var factor = try CholeskyFactor(
      analysing: upper.pattern,
      elimination: order.flatMap { row in (0..<size).map { size * row + $0 } })
    do {
      try factor.factorise(upper)
    } catch .notPositiveDefinite {
      // Rounding in single precision may cost a matrix of small eigenvalues its definiteness.
      try factor.factorise(upper.shifted(by: 1e-6))
    }
    self.factor = factor
  }

  var vectorLength: Int { rowCount * stride + BlockMatrix.slack }

  func solve(_ right: MutableView<Float>, into solution: MutableView<Float>) {
    var numbers = [Double](repeating: 0, count: rowCount * blockSize)
    for row in 0..<rowCount {
      for i in 0..<blockSize { numbers[blockSize * row + i] = Double(right[stride * row + i]) }
    }
    // Only memory can fail here; without the coarse part the smoother still converges.
    let solved = (try? factor.solve(numbers)) ?? numbers
    for row in 0..<rowCount {
      for i in 0..<blockSize { solution[stride * row + i] = Float(solved[blockSize * row + i]) }
    }
  }
}

extension BlockMatrix {
  /// Which rows of blocks are connected.
  fileprivate func graph() -> Graph {
    var graphStarts = [0]
    var neighbours: [Int] = []
    for row in 0..<rowCount {
      let smaller = (starts[row]..<starts[row + 1]).map { Int(columns[$0]) }.filter { $0 < row }
      neighbours += smaller.sorted()
      graphStarts.append(neighbours.count)
    }
    return Graph(starts: graphStarts, neighbours: neighbours)
  }

  /// The upper triangle of the symmetric matrix, in double precision.
  fileprivate func upperTriangle() -> SymmetricMatrix {
    let step = Self.stride(blockColumns)
    var columnStarts = [0]
    var rows: [Int] = []
    var numbers: [Double] = []
    for block in 0..<rowCount {
      let entries = (starts[block]..<starts[block + 1]).filter { Int(columns[$0]) <= block }
        .sorted { columns[$0] < columns[$1] }
      for j in 0..<blockRows {
        for entry in entries {
          let first = blockRows * Int(columns[entry])
          let height = Int(columns[entry]) == block ? j + 1 : blockRows
          for i in 0..<height {
            rows.append(first + i)
            // Row `block` holds the transposed block of column `block`.
            numbers.append(Double(values[entry * blockSize + j * step + i]))
          }
        }
        columnStarts.append(rows.count)
      }
    }
    return SymmetricMatrix(
      pattern: SymmetricPattern(columnStarts: columnStarts, rows: rows), values: numbers)
  }
}

extension SymmetricMatrix {
  /// The matrix with its diagonal multiplied by `1 + share`.
  fileprivate func shifted(by share: Double) -> SymmetricMatrix {
    var shifted = self
    for column in 0..<order { shifted.values[pattern.columnStarts[column + 1] - 1] *= 1 + share }
    return shifted
  }
}
