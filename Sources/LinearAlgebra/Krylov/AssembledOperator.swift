/// A symmetric matrix of which the upper triangle is stored, as an operator.
package final class AssembledOperator: DoubleOperator {
  private let matrix: SymmetricMatrix
  private let team: ThreadTeam
  /// The columns of each part, with about as many entries each.
  private let columnStarts: [Int]
  /// What the parts after the first add to rows of earlier ones, shape `[parts, order]`.
  private let others: Buffer<Double>

  /// - Parameter team: multiplies; threads of nobody else's.
  package init(_ matrix: SymmetricMatrix, team: ThreadTeam) {
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

  package var vectorLength: Int { matrix.order }
  /// Sixteen for an entry, and about twelve passes over vectors in double precision.
  var bytes: Double { 16 * Double(matrix.values.count) + 96 * Double(matrix.order) }

  package func multiply(_ vector: MutableView<Double>, into product: MutableView<Double>) {
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
