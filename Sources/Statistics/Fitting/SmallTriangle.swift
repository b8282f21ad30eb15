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
    for pivot in 0..<order {
      let column = block.column(pivot)
      let squares = column.dot(column)
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
        let share = factor * (first * upper[pivot, other] + column.dot(target))
        upper[pivot, other] -= share * first
        target.add(-share, times: column)
      }
    }
  }
}

extension MutableView<Double> {
  /// The sum of the products with as many other numbers.
  func dot(_ other: MutableView<Double>) -> Double {
    var sums = SIMD4<Double>()
    var index = 0
    while index + 4 <= count {
      sums += self[four: index] * other[four: index]
      index += 4
    }
    var sum = (sums.x + sums.z) + (sums.y + sums.w)
    while index < count {
      sum += self[index] * other[index]
      index += 1
    }
    return sum
  }

  /// Adds a multiple of as many other numbers.
  func add(_ factor: Double, times other: MutableView<Double>) {
    var index = 0
    while index + 4 <= count {
      self[four: index] += factor * other[four: index]
      index += 4
    }
    while index < count {
      self[index] += factor * other[index]
      index += 1
    }
  }
}
