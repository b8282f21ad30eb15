extension SymmetricMatrix {
  /// The same matrix without entries that are zero, except on the diagonal.
  ///
  /// A consistent mass matrix couples equal directions only: a third of the stiffness' entries.
  package func withoutZeros() -> SymmetricMatrix {
    var starts = [0]
    starts.reserveCapacity(order + 1)
    var rows: [Int] = []
    var kept: [Double] = []
    for column in 0..<order {
      for entry in pattern.columnStarts[column]..<pattern.columnStarts[column + 1]
      where values[entry] != 0 || pattern.rows[entry] == column {
        rows.append(pattern.rows[entry])
        kept.append(values[entry])
      }
      starts.append(rows.count)
    }
    return SymmetricMatrix(
      pattern: SymmetricPattern(columnStarts: starts, rows: rows), values: kept)
  }

  /// This matrix plus `factor` times another one with the same pattern.
  package func adding(_ factor: Double, times other: SymmetricMatrix) -> SymmetricMatrix {
    precondition(values.count == other.values.count, "the matrices have different patterns")
    guard factor != 0 else { return self }
    var sum = self
    sum.values.withMutableView { target in
      other.values.withView { source in
        for entry in 0..<source.count { target[entry] += factor * source[entry] }
      }
    }
    return sum
  }

  /// `product = A block` for columns of `order` numbers each; the two must not overlap.
  package func multiply(_ block: MutableView<Double>, into product: MutableView<Double>) {
    guard order > 0 else { return }
    let columns = block.count / order
    precondition(product.count >= order * columns, "no room for the product")
    let groups = (columns + 3) / 4
    let source = Buffer(repeating: SIMD4<Double>(), count: order)
    let target = Buffer(repeating: SIMD4<Double>(), count: order)
    for group in 0..<groups {
      let first = 4 * group
      let count = min(4, columns - first)
      interleave(block.part(first * order, count * order), count, source.view)
      multiplyFour(source.view, target.view)
      let (result, here) = (product.part(first * order, count * order), target.view)
      for column in 0..<count {
        for row in 0..<order { result[column * order + row] = here[row][column] }
      }
    }
  }

  private func interleave(
    _ block: MutableView<Double>, _ count: Int, _ target: MutableView<SIMD4<Double>>
  ) {
    for row in 0..<order {
      var four = SIMD4<Double>()
      for column in 0..<count { four[column] = block[column * order + row] }
      target[row] = four
    }
  }

  /// Four products at once: each entry is read once, used twice.
  private func multiplyFour(
    _ source: MutableView<SIMD4<Double>>, _ target: MutableView<SIMD4<Double>>
  ) {
    pattern.columnStarts.withView { starts in
      pattern.rows.withView { rows in
        values.withView { values in
          for column in 0..<(starts.count - 1) {
            let (first, last) = (starts[column], starts[column + 1] - 1)
            let own = source[column]
            guard first <= last else {
              target[column] = SIMD4()
              continue
            }
            var sum = values[last] * own
            for entry in first..<last {
              let (row, value) = (rows[entry], values[entry])
              sum.addProduct(source[row], SIMD4(repeating: value))
              target[row].addProduct(own, SIMD4(repeating: value))
            }
            target[column] = sum
          }
        }
      }
    }
  }
}
