import LinearAlgebra

/// Means and cross products of the columns of a table of any length, in one pass.
///
/// The first rows give a shift that later rows are taken from, so that large means cost no digits
/// [Chan, Golub, LeVeque 1983, The American Statistician 37(3)]; products go through `syrk`.
package struct CovarianceAccumulator: ~Copyable {
  package let columns: Int
  package private(set) var rows = 0
  private let shift: Buffer<Double>
  private let sums: Buffer<Double>
  private let products: DenseMatrix
  private var hasShift = false

  package init(columns: Int) {
    precondition(columns > 0, "a table has columns")
    self.columns = columns
    shift = Buffer(repeating: 0, count: columns)
    sums = Buffer(repeating: 0, count: columns)
    products = DenseMatrix(rows: columns, columns: columns)
  }

  /// Takes rows in: finite numbers, which are overwritten; a thousand rows stay in the second cache.
  package mutating func add(_ block: MatrixView) {
    precondition(block.columns == columns, "blocks have the accumulator's columns")
    guard block.rows > 0 else { return }
    if !hasShift {
      for column in 0..<columns { shift.view[column] = mean(block.column(column)) }
      hasShift = true
    }
    for column in 0..<columns {
      sums.view[column] += take(shift.view[column], from: block.column(column))
    }
    products.view.addGram(block)
    rows += block.rows
  }

  package var means: [Double] {
    (0..<columns).map { shift.view[$0] + sums.view[$0] / Double(max(1, rows)) }
  }

  /// Writes the upper triangle of the cross products, about the means or about zero, over `rows - 1`.
  package func covariance(into matrix: MatrixView, isCentred: Bool) {
    precondition(matrix.rows == columns && matrix.columns == columns, "matrices that do not fit")
    let count = Double(rows)
    let (sum, origin) = (sums.view, shift.view)
    for column in 0..<columns {
      for row in 0...column {
        var value = products.view[row, column]
        if isCentred {
          value -= sum[row] * sum[column] / count
        } else {
          value += origin[row] * sum[column] + origin[column] * sum[row]
          value += count * origin[row] * origin[column]
        }
        matrix[row, column] = value / (count - 1)
      }
    }
  }
}

private func mean(_ numbers: MutableView<Double>) -> Double {
  var sum = 0.0
  for index in 0..<numbers.count { sum += numbers[index] }
  return sum / Double(max(1, numbers.count))
}

/// Takes the shift from all numbers; returns the sum of what is left.
private func take(_ shift: Double, from numbers: MutableView<Double>) -> Double {
  let four = SIMD4<Double>(repeating: shift)
  var sums = SIMD4<Double>(repeating: 0)
  let whole = numbers.count & ~3
  for index in stride(from: 0, to: whole, by: 4) {
    let left = numbers[four: index] - four
    numbers[four: index] = left
    sums += left
  }
  var sum = sums.sum()
  for index in whole..<numbers.count {
    let left = numbers[index] - shift
    numbers[index] = left
    sum += left
  }
  return sum
}
