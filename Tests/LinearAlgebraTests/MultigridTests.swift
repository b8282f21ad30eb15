import Base
import Testing

@testable import LinearAlgebra

@Suite("multigrid") struct MultigridTests {
  @Test("conjugate gradients with smoothed aggregation need as many steps for a finer grid")
  func steps() throws {
    let counts = try [12, 24, 40].map { side -> Int in
      let team = ThreadTeam(count: 2)
      let matrix = Grid.laplace(side)
      let right = Grid.right(matrix)
      let multigrid = try AlgebraicMultigrid(
        matrix, nearNullSpace: .constant(rows: matrix.rowCount), options: Self.small, team: team)
      let system = Grid.Operator(matrix)
      let solution = Buffer(repeating: 0.0, count: matrix.vectorLength)
      let report = ConjugateGradients(team: team).solve(
        system, multigrid, right: right.view, solution: solution.view, count: matrix.rowCount
      ) { _, _ in .goOn }
      #expect(report.ending == .converged && report.residual <= 2e-8)
      #expect(multigrid.sizes.count > 1 && multigrid.complexity < 2)
      return report.iterations
    }
    #expect(counts.allSatisfy { $0 <= 20 } && (counts.max() ?? 0) - (counts.min() ?? 0) <= 6)
  }

  /// Coarsens down to few equations even for small grids.
  static let small: AlgebraicMultigrid.Options = {
    var options = AlgebraicMultigrid.Options()
    options.coarsest = 100
    return options
  }()

  @Test(
    "the product of two block matrices is the product of the full ones",
    arguments: [(1, 1, 1), (3, 3, 6), (6, 3, 6), (6, 6, 6), (3, 3, 3)])
  func product(_ sizes: (Int, Int, Int)) {
    let left = Random.matrix(rows: 7, columns: 5, sizes.0, sizes.1, seed: 1)
    let right = Random.matrix(rows: 5, columns: 6, sizes.1, sizes.2, seed: 2)
    let product = BlockMatrix.product(left, right, team: ThreadTeam(count: 1))
    let (a, b, c) = (left.full, right.full, product.full)
    for row in a.indices {
      for column in b[0].indices {
        let sum = b.indices.reduce(0) { $0 + a[row][$1] * b[$1][column] }
        #expect(abs(sum - c[row][column]) < 1e-5)
      }
    }
  }

  @Test(
    "a vector is multiplied like by the full matrix",
    arguments: [(1, 1), (3, 3), (3, 6), (6, 3), (6, 6)])
  func multiply(_ sizes: (Int, Int)) {
    let matrix = Random.matrix(rows: 9, columns: 8, sizes.0, sizes.1, seed: 3)
    let full = matrix.full
    let vector = Buffer(repeating: Float(0), count: matrix.vectorLength)
    let product = Buffer(repeating: Float(0), count: matrix.transposed().vectorLength)
    var numbers: [Double] = []
    for block in 0..<8 {
      for i in 0..<sizes.1 {
        numbers.append(Double(block) - 3 + Double(i) / 4)
        vector.view[block * BlockMatrix.stride(sizes.1) + i] = Float(numbers[numbers.count - 1])
      }
    }
    matrix.multiply(vector.view, into: product.view, team: ThreadTeam(count: 1))
    for row in full.indices {
      let place = row / sizes.0 * BlockMatrix.stride(sizes.0) + row % sizes.0
      let sum = zip(full[row], numbers).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(Double(product.view[place]) - sum) < 1e-4)
    }
    let transposed = matrix.transposed().full
    for row in full.indices {
      for column in full[row].indices { #expect(transposed[column][row] == full[row][column]) }
    }
  }

  @Test("the largest eigenvalue is estimated within three per cent, from below")
  func eigenvalue() {
    let matrix = Grid.laplace(24)
    let team = ThreadTeam(count: 1)
    let diagonal = BlockDiagonal(matrix, team: team)
    let estimate = largestEigenvalue(
      StoredOperator(matrix, team: team), diagonal: diagonal, steps: 12, seed: 1, team: team)
    // 1 + cos(pi / 25) for the seven point stencil over its diagonal.
    let exact = 1.992115
    #expect(estimate <= exact * 1.0001 && estimate >= 0.97 * exact)
  }

  @Test("an assembled matrix is solved as by its factor", arguments: [1, 2])
  func assembled(_ threads: Int) throws {
    let (graph, matrix) = CholeskyTests.laplace(60)
    var factor = try CholeskyFactor(
      analysing: matrix.pattern, elimination: try graph.fillReducingOrder(.minimumDegree))
    try factor.factorise(matrix)
    let right = (0..<matrix.order).map { Double($0 % 17) - 7 }
    let exact = try factor.solve(right)
    let solver = try AssembledSolver(
      matrix, blocks: .single(matrix.order), nearNullSpace: .constant(rows: matrix.order),
      threads: threads)
    let (solution, report) = solver.solve(right)
    let largest = exact.reduce(0) { max($0, abs($1)) }
    #expect(report.ending == .converged && report.iterations <= 30)
    #expect(zip(exact, solution).allSatisfy { abs($0 - $1) < 1e-6 * largest })
  }

  @Test("an indefinite operator and an observer's advice end the iteration")
  func endings() throws {
    let team = ThreadTeam(count: 1)
    let matrix = Grid.laplace(8)
    let right = Grid.right(matrix)
    let multigrid = try AlgebraicMultigrid(
      matrix, nearNullSpace: .constant(rows: matrix.rowCount), options: Self.small, team: team)
    let solution = Buffer(repeating: 0.0, count: matrix.vectorLength)
    func ending(
      _ factor: Double, _ advice: ConjugateGradients.Advice
    ) -> ConjugateGradients.Ending {
      ConjugateGradients(team: team).solve(
        Grid.Operator(matrix, factor: factor), multigrid, right: right.view,
        solution: solution.view, count: matrix.rowCount
      ) { iteration, _ in iteration < 2 ? .goOn : advice }.ending
    }
    #expect(ending(1, .goOn) == .converged)
    #expect(ending(-1, .goOn) == .indefinite)
    #expect(ending(1, .cancel) == .cancelled)
    #expect(ending(1, .accept) == .accepted)
  }

  @Test("a team computes every part once", arguments: [1, 2, 3])
  func team(_ threads: Int) {
    let team = ThreadTeam(count: threads)
    #expect(team.sum(100_000) { range in Double(range.reduce(0, +)) } == 4_999_950_000)
    for round in 0..<50 {
      let sums = Buffer(repeating: 0, count: team.count)
      let view = sums.view
      team.run { view[$0] += round }
      #expect((0..<team.count).allSatisfy { view[$0] == round })
    }
  }
}

/// Laplace's equation on a cube of side³ points with zero values around it.
enum Grid {
  static func laplace(_ side: Int) -> BlockMatrix {
    let count = side * side * side
    let starts = Buffer(repeating: 0, count: count + 1)
    var rows: [[Int]] = []
    for point in 0..<count {
      let (x, y, z) = (point % side, point / side % side, point / side / side)
      var columns = [point]
      for (here, step) in [(x, 1), (y, side), (z, side * side)] {
        if here > 0 { columns.append(point - step) }
        if here < side - 1 { columns.append(point + step) }
      }
      rows.append(columns)
      starts.view[point + 1] = starts.view[point] + columns.count
    }
    let matrix = BlockMatrix(
      blockRows: 1, blockColumns: 1, rowCount: count, columnCount: count, starts: starts)
    for (row, columns) in rows.enumerated() {
      for (index, column) in columns.enumerated() {
        matrix.columns[matrix.starts[row] + index] = Int32(column)
        matrix.values[matrix.starts[row] + index] = column == row ? 6 : -1
      }
    }
    return matrix
  }

  static func right(_ matrix: BlockMatrix) -> Buffer<Double> {
    let right = Buffer(repeating: 0.0, count: matrix.vectorLength)
    for row in 0..<matrix.rowCount { right.view[row] = Double(row % 13) - 5 }
    return right
  }

  final class Operator: DoubleOperator {
    let matrix: BlockMatrix
    let factor: Double

    init(_ matrix: BlockMatrix, factor: Double = 1) {
      self.matrix = matrix
      self.factor = factor
    }

    var vectorLength: Int { matrix.vectorLength }

    func multiply(_ vector: MutableView<Double>, into product: MutableView<Double>) {
      for row in 0..<matrix.rowCount {
        product[row] = (matrix.starts[row]..<matrix.starts[row + 1]).reduce(0) {
          $0 + factor * Double(matrix.values[$1]) * vector[Int(matrix.columns[$1])]
        }
      }
    }
  }
}

/// Matrices with about half of their blocks filled.
enum Random {
  static func matrix(
    rows: Int, columns: Int, _ height: Int, _ width: Int, seed: UInt64
  ) -> BlockMatrix {
    var random = SplitMix64(seed: seed)
    let filled = (0..<rows).map { _ in (0..<columns).filter { _ in random.next() % 2 == 0 } }
    let starts = Buffer(repeating: 0, count: rows + 1)
    for row in 0..<rows { starts.view[row + 1] = starts.view[row] + filled[row].count }
    let matrix = BlockMatrix(
      blockRows: height, blockColumns: width, rowCount: rows, columnCount: columns, starts: starts)
    for row in 0..<rows {
      for (index, column) in filled[row].enumerated() {
        let entry = matrix.starts[row] + index
        matrix.columns[entry] = Int32(column)
        for i in 0..<height {
          for j in 0..<width {
            matrix.values[entry * matrix.blockSize + i * BlockMatrix.stride(width) + j] =
              Float(Int(random.next() % 201) - 100) / 100
          }
        }
      }
    }
    return matrix
  }
}

extension BlockMatrix {
  var full: [[Double]] {
    var full = [[Double]](
      repeating: [Double](repeating: 0, count: columnCount * blockColumns),
      count: rowCount * blockRows)
    for row in 0..<rowCount {
      for entry in starts[row]..<starts[row + 1] {
        for i in 0..<blockRows {
          for j in 0..<blockColumns {
            full[row * blockRows + i][Int(columns[entry]) * blockColumns + j] = Double(
              values[entry * blockSize + i * Self.stride(blockColumns) + j])
          }
        }
      }
    }
    return full
  }
}
