import Testing

@testable import LinearAlgebra

@Suite("sparse Cholesky") struct CholeskyTests {
  /// Relative residual that a backward stable solution of a few thousand equations stays below.
  static let tolerance = 1e-12

  @Test(
    "the solution of a grid's Laplace equation leaves no residual", arguments: [1, 2, 7, 40],
    [OrderingMethod.nestedDissection, .minimumDegree])
  func residual(_ side: Int, _ method: OrderingMethod) throws {
    let (graph, matrix) = Self.laplace(side)
    var factor = try CholeskyFactor(
      analysing: matrix.pattern, elimination: try graph.fillReducingOrder(method))
    try factor.factorise(matrix)
    let right = (0..<matrix.order).map { Double($0 % 17) - 8.5 }
    let solution = try factor.solve(right)
    let product = matrix.multiplied(by: solution)
    let error = zip(product, right).map { abs($0 - $1) }.max() ?? 0
    #expect(error <= Self.tolerance * 10)
  }

  @Test("an order of elimination names every node once", arguments: [1, 5, 30])
  func permutation(_ side: Int) throws {
    let (graph, _) = Self.laplace(side)
    let order = try graph.fillReducingOrder(.nestedDissection)
    #expect(order.sorted() == Array(0..<graph.nodeCount))
  }

  @Test("a matrix that is not positive definite names the equation where elimination broke down")
  func indefinite() throws {
    var (_, matrix) = Self.laplace(3)
    matrix.values[matrix.pattern.columnStarts[5] - 1] = -4
    let pattern = matrix.pattern
    #expect(throws: FactorisationError.notPositiveDefinite(equation: 4)) {
      var factor = try CholeskyFactor(analysing: pattern, elimination: Array(0..<9))
      try factor.factorise(matrix)
    }
  }

  @Test("a factor solves several right-hand sides and can be computed anew")
  func reuse() throws {
    var (graph, matrix) = Self.laplace(6)
    var factor = try CholeskyFactor(
      analysing: matrix.pattern, elimination: try graph.fillReducingOrder(.minimumDegree))
    for scale in [1.0, 4.0] {
      matrix.values = Self.laplace(6).matrix.values.map { scale * $0 }
      try factor.factorise(matrix)
      for column in [0, 35] {
        var unit = [Double](repeating: 0, count: 36)
        unit[column] = 1
        let back = matrix.multiplied(by: try factor.solve(unit))
        #expect(zip(back, unit).allSatisfy { abs($0 - $1) < Self.tolerance })
      }
    }
  }

  @Test(
    "several right-hand sides at once give the same as one after the other", arguments: [3, 4, 7])
  func block(_ columns: Int) throws {
    let (graph, matrix) = Self.laplace(40)
    var factor = try CholeskyFactor(
      analysing: matrix.pattern, elimination: try graph.fillReducingOrder(.nestedDissection))
    try factor.factorise(matrix)
    let order = matrix.order
    var block = (0..<(columns * order)).map { Double($0 % 23) - 11 }
    let single = try (0..<columns).flatMap {
      try factor.solve(Array(block[($0 * order)..<(($0 + 1) * order)]))
    }
    try block.withMutableView { try factor.solve($0, columns: columns) }
    let scale = single.map(abs).max() ?? 0
    #expect(zip(block, single).allSatisfy { abs($0 - $1) < Self.tolerance * scale })
  }

  /// Five-point Laplace matrix of a square grid, and its graph.
  static func laplace(_ side: Int) -> (graph: Graph, matrix: SymmetricMatrix) {
    var starts = [0]
    var neighbours: [Int] = []
    var columnStarts = [0]
    var rows: [Int] = []
    var values: [Double] = []
    for node in 0..<(side * side) {
      if node >= side {
        neighbours.append(node - side)
      }
      if node % side > 0 { neighbours.append(node - 1) }
      for other in neighbours[starts[node]...] {
        rows.append(other)
        values.append(-1)
      }
      rows.append(node)
      values.append(4)
      starts.append(neighbours.count)
      columnStarts.append(rows.count)
    }
    let pattern = SymmetricPattern(columnStarts: columnStarts, rows: rows)
    return (
      Graph(starts: starts, neighbours: neighbours),
      SymmetricMatrix(pattern: pattern, values: values)
    )
  }
}
