/// A dense matrix by columns that someone else owns: element (i, j) lies at `i + j * stride`.
///
/// Valid only as long as the numbers that it was made of. All dense routines take these; indices are
/// checked in debug builds only, sizes always.
@usableFromInline
package struct MatrixView {
  @usableFromInline package let numbers: MutableView<Double>
  @usableFromInline package let rows: Int
  @usableFromInline package let columns: Int
  /// From one column to the next; at least `rows`.
  @usableFromInline package let stride: Int

  @inlinable
  package init(_ numbers: MutableView<Double>, rows: Int, columns: Int, stride: Int? = nil) {
    self.stride = max(stride ?? rows, 1)
    precondition(rows >= 0 && columns >= 0 && self.stride >= rows, "a matrix has a size")
    precondition(
      rows == 0 || columns == 0 || (columns - 1) * self.stride + rows <= numbers.count,
      "the matrix reaches beyond its numbers")
    self.numbers = numbers
    self.rows = rows
    self.columns = columns
  }

  @inlinable
  package subscript(row: Int, column: Int) -> Double {
    get {
      assert(row >= 0 && row < rows && column >= 0 && column < columns, "outside the matrix")
      return numbers[row + column * stride]
    }
    nonmutating set {
      assert(row >= 0 && row < rows && column >= 0 && column < columns, "outside the matrix")
      numbers[row + column * stride] = newValue
    }
  }

  /// The numbers of a column.
  @inlinable
  package func column(_ index: Int) -> MutableView<Double> {
    precondition(index >= 0 && index < columns, "no such column")
    return numbers.slice(index * stride, count: rows)
  }

  /// The part in these rows and columns; the loan is the same.
  @inlinable
  package func part(_ rowRange: Range<Int>, _ columnRange: Range<Int>) -> MatrixView {
    precondition(
      rowRange.lowerBound >= 0 && rowRange.upperBound <= rows && columnRange.lowerBound >= 0
        && columnRange.upperBound <= columns, "the part reaches beyond the matrix")
    guard !rowRange.isEmpty, !columnRange.isEmpty else {
      return MatrixView(
        numbers.slice(0, count: 0), rows: rowRange.count, columns: columnRange.count,
        stride: stride)
    }
    let start = rowRange.lowerBound + columnRange.lowerBound * stride
    let count = (columnRange.count - 1) * stride + rowRange.count
    return MatrixView(
      numbers.slice(start, count: count), rows: rowRange.count, columns: columnRange.count,
      stride: stride)
  }

  /// A stride for columns of `rows` numbers that are worked on side by side: an odd number of cache
  /// lines, so that the columns do not fall into the same few sets of the first cache, as they do when the
  /// stride is a power of two.
  package static func spreadStride(rows: Int) -> Int { 8 * ((rows + 7) / 8 | 1) }

  /// Sets every element.
  package func fill(_ value: Double) {
    for column in 0..<columns {
      let numbers = self.column(column)
      for row in 0..<rows { numbers[row] = value }
    }
  }

  /// Takes the elements of a matrix of the same size.
  package func copy(_ other: MatrixView) {
    precondition(other.rows == rows && other.columns == columns, "matrices of one size")
    for column in 0..<columns {
      let to = self.column(column)
      let from = other.column(column)
      for row in 0..<rows { to[row] = from[row] }
    }
  }

  /// The elements by columns, without gaps.
  package func elements() -> [Double] {
    var all: [Double] = []
    all.reserveCapacity(rows * columns)
    for index in 0..<columns { all += column(index).copy(first: rows) }
    return all
  }
}

/// A dense matrix by columns with numbers of its own.
package struct DenseMatrix: ~Copyable {
  package let rows: Int
  package let columns: Int
  private let stride: Int
  private let numbers: Buffer<Double>

  /// Zeros.
  ///
  /// - Parameter stride: from one column to the next; without one, the columns have no gaps.
  package init(rows: Int, columns: Int, stride: Int? = nil) {
    self.rows = rows
    self.columns = columns
    self.stride = stride ?? rows
    numbers = Buffer(repeating: 0, count: self.stride * columns)
  }

  /// A copy.
  package init(_ other: MatrixView) {
    self.init(rows: other.rows, columns: other.columns)
    view.copy(other)
  }

  /// From elements by columns.
  package init(rows: Int, columns: Int, _ elements: [Double]) {
    precondition(elements.count == rows * columns, "as many elements as the matrix has")
    self.init(rows: rows, columns: columns)
    let to = numbers.view
    for (index, element) in elements.enumerated() { to[index] = element }
  }

  /// The elements; not to be used after the matrix is gone.
  package var view: MatrixView {
    MatrixView(numbers.view, rows: rows, columns: columns, stride: stride)
  }
}

/// Why a dense routine has no answer.
package enum DenseError: Error, Hashable, Sendable {
  /// A pivot is exactly zero; columns count from 0.
  case singular(column: Int)
  /// An iteration of LAPACK did not converge.
  case notConverged(status: Int)

  /// One sentence for the user.
  package var message: String {
    switch self {
    case .singular(let column): "the matrix is singular: pivot \(column + 1) is zero"
    case .notConverged(let status): "LAPACK's iteration did not converge (status \(status))"
    }
  }
}
