import Base
import Testing

@testable import LinearAlgebra

@Suite("sparse LU") struct SparseLUTests {
  /// Backward error that elimination with partial pivoting of these sizes stays under.
  static let residualMax = 1e-12

  /// A random unsymmetric matrix with a strong diagonal: dense columns for checking, and the sparse form.
  struct Sample {
    var pattern: SparsePattern
    var values: [Double]

    init(order: Int, seed: UInt64, shift: Double = 0) {
      var random = SplitMix64(seed: seed)
      var starts: [Int32] = [0]
      var rows: [Int32] = []
      values = []
      for column in 0..<order {
        for row in 0..<order
        where row == column || Double.random(in: 0..<1, using: &random) < 4 / Double(order) {
          rows.append(Int32(row))
          values.append(
            row == column
              ? 4 + Double.random(in: 0..<1, using: &random) + shift
              : Double.random(in: -1...1, using: &random))
        }
        starts.append(Int32(rows.count))
      }
      pattern = SparsePattern(columnStarts: starts, rows: rows)
    }

    /// `A x`.
    func times(_ x: [Double]) -> [Double] {
      var product = [Double](repeating: 0, count: x.count)
      for column in 0..<pattern.order {
        for entry in Int(pattern.columnStarts[column])..<Int(pattern.columnStarts[column + 1]) {
          let row = Int(pattern.rows[entry])
          product[row] += values[entry] * x[column]
        }
      }
      return product
    }
  }

  static func solve(
    _ factor: inout SparseLU, _ right: [Double]
  ) -> [Double] {
    var block = right
    block.withMutableView { factor.solve($0) }
    return block
  }

  @Test("solves a system to rounding", arguments: [1, 2, 17, 300])
  func solves(order: Int) throws {
    let sample = Sample(order: order, seed: 7)
    var factor = try SparseLU(analysing: sample.pattern)
    try sample.values.withView { (view) throws(SparseLUError) in try factor.factorise(view) }
    let exact = (0..<order).map { Double($0 % 5) - 1.5 }
    let solution = Self.solve(&factor, sample.times(exact))
    let worst = zip(solution, exact).map { abs($0 - $1) }.max() ?? 0
    #expect(worst < Self.residualMax)
  }

  @Test("takes over the pivots for other numbers of the same pattern")
  func refactorises() throws {
    let (first, second) = (
      Sample(order: 200, seed: 3), Sample(order: 200, seed: 3, shift: 2.5)
    )
    try #require(first.pattern == second.pattern)
    var factor = try SparseLU(analysing: first.pattern)
    try first.values.withView { (view) throws(SparseLUError) in try factor.factorise(view) }
    try second.values.withView { (view) throws(SparseLUError) in try factor.refactorise(view) }
    let exact = (0..<200).map { 1 / Double($0 + 1) }
    let solution = Self.solve(&factor, second.times(exact))
    #expect((zip(solution, exact).map { abs($0 - $1) }.max() ?? 0) < Self.residualMax)
  }

  @Test("chooses new pivots where the old ones vanish")
  func repivots() throws {
    // [d 1; 1 d]: the diagonal is preferred while d is large, and impossible for d = 0.
    let pattern = SparsePattern(columnStarts: [0, 2, 4], rows: [0, 1, 0, 1])
    var factor = try SparseLU(analysing: pattern)
    let (large, zero) = ([5.0, 1, 1, 5], [0.0, 1, 1, 0])
    try large.withView { (view) throws(SparseLUError) in try factor.factorise(view) }
    try zero.withView { (view) throws(SparseLUError) in try factor.refactorise(view) }
    #expect(Self.solve(&factor, [2, 3]) == [3, 2])
  }

  @Test("solves several right-hand sides at once")
  func columns() throws {
    let sample = Sample(order: 50, seed: 11)
    var factor = try SparseLU(analysing: sample.pattern)
    try sample.values.withView { (view) throws(SparseLUError) in try factor.factorise(view) }
    let columns = (0..<6).map { column in (0..<50).map { Double(($0 * column) % 7) } }
    var block = columns.flatMap { sample.times($0) }
    block.withMutableView { factor.solve($0, columns: 6) }
    let worst = zip(block, columns.joined()).map { abs($0 - $1) }.max() ?? 0
    #expect(worst < Self.residualMax)
  }

  @Test("names the column of a singular matrix")
  func singular() throws {
    let pattern = SparsePattern(columnStarts: [0, 2, 4], rows: [0, 1, 0, 1])
    var factor = try SparseLU(analysing: pattern)
    #expect(throws: SparseLUError.singular(column: 1)) {
      try [1.0, 2, 2, 4].withView { (view) throws(SparseLUError) in try factor.factorise(view) }
    }
  }

  @Test("has nothing to do for no equations")
  func empty() throws {
    var factor = try SparseLU(analysing: SparsePattern(columnStarts: [0], rows: []))
    try [Double]().withView { (view) throws(SparseLUError) in try factor.factorise(view) }
    #expect(factor.reciprocalCondition == 1)
  }
}
