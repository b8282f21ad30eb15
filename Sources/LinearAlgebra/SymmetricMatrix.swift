/// Which entries of a sparse symmetric matrix are stored: its upper triangle by columns.
///
/// `rows[columnStarts[j]..<columnStarts[j + 1]]` are the row indices of column `j`, ascending, all
/// at most `j`; the diagonal entry is the last of its column.
package struct SymmetricPattern: Sendable, Equatable {
  package let columnStarts: [Int]
  package let rows: [Int]

  package init(columnStarts: [Int], rows: [Int]) {
    precondition(
      !columnStarts.isEmpty && columnStarts[columnStarts.count - 1] == rows.count,
      "malformed sparse pattern")
    self.columnStarts = columnStarts
    self.rows = rows
  }

  package var order: Int { columnStarts.count - 1 }
}

/// A sparse symmetric matrix: a pattern and one value for each stored entry.
package struct SymmetricMatrix: Sendable {
  package let pattern: SymmetricPattern
  package var values: [Double]

  /// A matrix of zeros.
  package init(pattern: SymmetricPattern) {
    self.pattern = pattern
    values = [Double](repeating: 0, count: pattern.rows.count)
  }

  package init(pattern: SymmetricPattern, values: [Double]) {
    precondition(values.count == pattern.rows.count, "one value for each entry of the pattern")
    self.pattern = pattern
    self.values = values
  }

  package var order: Int { pattern.order }

  /// The diagonal, in order.
  package var diagonal: [Double] {
    (0..<order).map { values[pattern.columnStarts[$0 + 1] - 1] }
  }

  /// Adds `factor` times a matrix of the same pattern.
  package mutating func add(_ factor: Double, times other: SymmetricMatrix) {
    precondition(other.values.count == values.count, "matrices of one pattern")
    for entry in values.indices { values[entry] += factor * other.values[entry] }
  }

  /// The product with `vector`, which has `order` elements.
  package func multiplied(by vector: [Double]) -> [Double] {
    precondition(vector.count == order, "the vector's length is the order of the matrix")
    var product = [Double](repeating: 0, count: order)
    product.withMutableView { product in
      vector.withView { vector in
        values.withView { values in
          pattern.columnStarts.withView { starts in
            pattern.rows.withView { rows in
              multiplySymmetric(starts, rows, values, by: vector, into: product)
            }
          }
        }
      }
    }
    return product
  }
}

/// Adds the product of a symmetric matrix, its upper triangle given by columns, diagonal entries last.
private func multiplySymmetric(
  _ starts: View<Int>, _ rows: View<Int>, _ values: View<Double>, by vector: View<Double>,
  into product: MutableView<Double>
) {
  for column in 0..<product.count {
    let own = vector[column]
    let last = starts[column + 1] - 1
    guard last >= starts[column] else { continue }
    var sum = values[last] * own
    for entry in starts[column]..<last {
      let row = rows[entry]
      sum += values[entry] * vector[row]
      product[row] += values[entry] * own
    }
    product[column] += sum
  }
}
