import LinearAlgebra

/// Orthogonal elimination for few columns: as ``TriangularFactor``, without the cost of library calls.
struct SmallTriangle: ~Copyable {
  let order: Int
  private let triangle: DenseMatrix

  init(order: Int) {
    self.order = order
    triangle = DenseMatrix(rows: order, columns: order)
  }

  var view: MatrixView { triangle.view }

  func clear() { triangle.view.fill(0) }

  /// Householder reflections of [R; block]; the block is overwritten.
  func eliminate(_ block: MatrixView) {
    let upper = triangle.view
    let rows = block.rows
    for pivot in 0..<order {
      let column = block.column(pivot)
      let squares = Self.dot(column, column, rows)
      guard squares > 0 else { continue }
      let head = upper[pivot, pivot]
      let length = (head * head + squares).squareRoot()
      let diagonal = head > 0 ? -length : length
      // v = [head - diagonal; column], reflection I - 2 v vᵀ / vᵀv.
      let first = head - diagonal
      let factor = -1 / (diagonal * first)
      upper[pivot, pivot] = diagonal
      for other in (pivot + 1)..<max(order, pivot + 1) {
        let target = block.column(other)
        let share = factor * (first * upper[pivot, other] + Self.dot(column, target, rows))
        upper[pivot, other] -= share * first
        var row = 0
        while row + 4 <= rows {
          target[four: row] -= share * column[four: row]
          row += 4
        }
        while row < rows {
          target[row] -= share * column[row]
          row += 1
        }
      }
    }
  }

  private static func dot(
    _ a: MutableView<Double>, _ b: MutableView<Double>, _ count: Int
  ) -> Double {
    var sums = SIMD4<Double>()
    var index = 0
    while index + 4 <= count {
      sums += a[four: index] * b[four: index]
      index += 4
    }
    var sum = (sums.x + sums.z) + (sums.y + sums.w)
    while index < count {
      sum += a[index] * b[index]
      index += 1
    }
    return sum
  }
}
