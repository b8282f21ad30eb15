import CBLAS

/// Triangle of [terms | response] of rows that arrive in blocks, for least squares.
///
/// A block is reduced to a triangle of its own by Cholesky's factor of its products where that costs at most one and
/// a half digits: with the response freed from what earlier rows explain of it and all columns scaled to length
/// 1, the products must have a condition κ² below 1024. Coefficients are then wrong by some ε κ² instead of
/// ε κ, κ below 32 (N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2002, chapter 20). All other
/// blocks go through Householder's reflections, which take twice as many operations.
package struct RegressionTriangle: ~Copyable {
  package let order: Int
  private let factor: TriangularFactor
  private let products: DenseMatrix
  /// What the rows so far say of the coefficients.
  private let solution: Buffer<Double>
  private let lengths: Buffer<Double>
  private let work: Buffer<Double>
  /// Blocks that are reflected without a trial after the next refusal, and now.
  private var pause = 1
  private var resting = 0

  private static let conditionMax = 1024.0
  private static let pauseMax = 64

  package init(order: Int) {
    self.order = order
    factor = TriangularFactor(order: order)
    products = DenseMatrix(rows: order, columns: order)
    solution = Buffer(repeating: 0, count: order)
    lengths = Buffer(repeating: 0, count: order)
    work = Buffer(repeating: 0, count: 3 * order)
  }

  /// R; see ``TriangularFactor/view``.
  package var view: MatrixView { factor.view }

  /// Rows that make the most of the processor's second cache: so many numbers, but not too few rows.
  package static func blockRows(order: Int) -> Int { max(1024, min(4096, (1 << 19) / order)) }

  /// Takes rows in: finite numbers, the response last; they are overwritten.
  package mutating func eliminate(_ block: MatrixView) {
    precondition(block.columns == order, "blocks have the triangle's columns")
    guard block.rows >= 8 * order, isDue(), solve() else { return reflect(block) }
    // Adding columns to the last one changes neither space nor rounding where they are well conditioned.
    let response = block.column(order - 1)
    block.part(0..<block.rows, 0..<(order - 1))
      .multiply(solution.view, into: response, scale: -1, keep: 1)
    factor.view.column(order - 1).fill(0..<(order - 1), with: 0)
    if factorise(block) {
      pause = 1
      factor.eliminate(triangle: products.view)
    } else {
      resting = pause
      pause = min(2 * pause, Self.pauseMax)
      reflect(block)
    }
    let above = 0..<(order - 1)
    let part = factor.view.part(above, above)
    part.multiplyUpper(solution.view)
    let last = factor.view.column(order - 1)
    for row in above { last[row] += solution.view[row] }
  }

  /// By reflections, in parts that stay in the second cache.
  private borrowing func reflect(_ block: MatrixView) {
    var start = 0
    while start < block.rows {
      let end = min(start + 1024, block.rows)
      factor.eliminate(block.part(start..<end, 0..<order))
      start = end
    }
  }

  private mutating func isDue() -> Bool {
    if resting == 0 { return true }
    resting -= 1
    return false
  }

  /// The coefficients of the rows so far; false where they are too few or too dependent.
  private borrowing func solve() -> Bool {
    let triangle = factor.view
    for column in 0..<(order - 1) {
      var square = 0.0
      for row in 0...column { square += triangle[row, column] * triangle[row, column] }
      let pivot = triangle[column, column]
      guard square > 0, pivot * pivot * Self.conditionMax >= square else { return false }
    }
    for row in 0..<(order - 1) { solution.view[row] = triangle[row, order - 1] }
    let terms = 0..<(order - 1)
    triangle.part(terms, terms)
      .solveUpper(MatrixView(solution.view, rows: order - 1, columns: 1))
    return true
  }

  /// Replaces the products of a block by their Cholesky factor; false where that is not accurate enough.
  private borrowing func factorise(_ block: MatrixView) -> Bool {
    let upper = products.view
    upper.fill(0)
    upper.addGram(block)
    for index in 0..<order {
      let square = upper[index, index]
      guard square > 0, square.isFinite else { return false }
      lengths.view[index] = square.squareRoot()
    }
    for column in 0..<order {
      for row in 0...column { upper[row, column] /= lengths.view[row] * lengths.view[column] }
    }
    guard upper.choleskyCondition(work.view) <= Self.conditionMax else { return false }
    for column in 0..<order {
      for row in 0...column { upper[row, column] *= lengths.view[column] }
    }
    return true
  }
}
