/// Which equations belong together: the displacements of a node, or one temperature.
///
/// Equations of one block must follow each other.
package struct EquationBlocks: Sendable {
  /// 1 or 3.
  package let size: Int
  /// The block of each equation, ascending, and its place in the block.
  package let blocks: [Int]
  package let components: [Int]

  package init(size: Int, blocks: [Int], components: [Int]) {
    precondition(size == 1 || size == 3, "blocks of one or three equations")
    precondition(blocks.count == components.count, "a place in its block for each equation")
    self.size = size
    self.blocks = blocks
    self.components = components
  }

  /// Each equation by itself.
  package static func single(_ count: Int) -> EquationBlocks {
    EquationBlocks(
      size: 1, blocks: Array(0..<count), components: [Int](repeating: 0, count: count))
  }

  package var count: Int { (blocks.last ?? -1) + 1 }
}

/// Solves with an assembled symmetric positive definite matrix by conjugate gradients,
/// preconditioned by smoothed aggregation.
package final class AssembledSolver {
  private let system: AssembledOperator
  private let preconditioner: AssembledPreconditioner
  private let team: ThreadTeam

  /// - Parameter nearNullSpace: of the blocks: constants, or rigid motions of the nodes.
  /// - Throws: when the coarsest matrix is not positive definite in single precision.
  package init(
    _ matrix: SymmetricMatrix, blocks: EquationBlocks, nearNullSpace: consuming NearNullSpace,
    threads: Int
  ) throws(FactorisationError) {
    precondition(blocks.blocks.count == matrix.order, "a block for each equation")
    team = ThreadTeam(count: threads)
    system = AssembledOperator(matrix, team: team)
    let multigrid = try AlgebraicMultigrid(
      BlockMatrix(matrix, blocks), nearNullSpace: nearNullSpace, team: team)
    preconditioner = AssembledPreconditioner(multigrid, blocks)
  }

  /// - Parameter observe: told the iteration and the relative residual; false ends the iteration.
  package func solve(
    _ right: [Double], observe: (Int, Double) -> Bool = { _, _ in true }
  ) -> (solution: [Double], report: ConjugateGradients.Report) {
    let b = Buffer(repeating: 0.0, count: system.vectorLength)
    let x = Buffer(repeating: 0.0, count: system.vectorLength)
    for (index, value) in right.enumerated() { b.view[index] = value }
    let report = ConjugateGradients(team: team).solve(
      system, preconditioner, right: b.view, solution: x.view, count: right.count, observe: observe)
    return (x.view.copy(first: right.count), report)
  }
}

/// A symmetric matrix of which the upper triangle is stored, as an operator.
private final class AssembledOperator: DoubleOperator {
  private let matrix: SymmetricMatrix
  private let team: ThreadTeam
  /// The columns of each part, with about as many entries each.
  private let columnStarts: [Int]
  /// What the parts after the first add to rows of earlier ones, shape `[parts, order]`.
  private let others: Buffer<Double>

  init(_ matrix: SymmetricMatrix, team: ThreadTeam) {
    self.matrix = matrix
    self.team = team
    let starts = matrix.pattern.columnStarts
    columnStarts = (0...team.count).map { part in
      let target = starts[matrix.order] / team.count * part
      return part == team.count
        ? matrix.order : starts.firstIndex { $0 >= target }.map { min($0, matrix.order) } ?? 0
    }
    others = Buffer(repeating: 0, count: team.count * matrix.order)
  }

  var vectorLength: Int { matrix.order }

  func multiply(_ vector: MutableView<Double>, into product: MutableView<Double>) {
    let (order, others) = (matrix.order, others.view)
    matrix.pattern.columnStarts.withView { starts in
      matrix.pattern.rows.withView { rows in
        matrix.values.withView { values in
          team.run { part in
            let range = columnStarts[part]..<columnStarts[part + 1]
            let first = part * order
            others.fill(first..<(first + range.lowerBound), with: 0)
            product.fill(range, with: 0)
            for column in range {
              var sum = 0.0
              let own = vector[column]
              for entry in starts[column]..<(starts[column &+ 1] &- 1) {
                let (row, value) = (rows[entry], values[entry])
                sum.addProduct(value, vector[row])
                if row < range.lowerBound {
                  others[first &+ row] += value * own
                } else {
                  product[row] += value * own
                }
              }
              product[column] += sum + values[starts[column &+ 1] &- 1] * own
            }
          }
        }
      }
    }
    for part in 1..<max(team.count, 1) where part < team.count {
      for row in 0..<columnStarts[part] { product[row] += others[part * order + row] }
    }
  }
}

/// Carries vectors of equations to blocks and back.
private final class AssembledPreconditioner: Preconditioner {
  private let multigrid: AlgebraicMultigrid
  private let places: [Int]
  private let right: Buffer<Float>
  private let solution: Buffer<Float>

  init(_ multigrid: AlgebraicMultigrid, _ blocks: EquationBlocks) {
    self.multigrid = multigrid
    places = blocks.blocks.indices.map { blocks.size * blocks.blocks[$0] + blocks.components[$0] }
    right = Buffer(repeating: 0, count: multigrid.vectorLength)
    solution = Buffer(repeating: 0, count: multigrid.vectorLength)
  }

  var vectorLength: Int { places.count }

  func apply(_ vector: MutableView<Float>, into result: MutableView<Float>) {
    let (right, solution) = (right.view, solution.view)
    places.withView { places in
      for index in 0..<places.count { right[places[index]] = vector[index] }
      multigrid.apply(right, into: solution)
      for index in 0..<places.count { result[index] = solution[places[index]] }
    }
  }
}

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
}
