extension BlockMatrix {
  /// The prolongation of smoothed aggregation, `P = (1 - omega D⁻¹ A) T`.
  ///
  /// [Vanek, Brezina, Mandel 2001, Numer. Math. 88.]
  /// - Parameters:
  ///   - basis: the tentative prolongation T, as ``Aggregation/tentative(_:team:)`` gives it.
  ///   - omega: 4/3 over the largest eigenvalue of `D⁻¹ A`.
  func prolongator(
    _ groups: borrowing Aggregation, basis: MutableView<Double>, modes: Int,
    diagonal: BlockDiagonal, omega: Double, team: ThreadTeam
  ) -> BlockMatrix {
    if blockSize == 1, modes == 1 {
      return scalarProlongator(groups, basis: basis, diagonal: diagonal, omega: omega, team: team)
    }
    let tentative = self.tentative(groups, basis, modes, team)
    let smoothed = BlockMatrix.product(self, tentative, team: team)
    let inverse = diagonal.inverse.view
    let (width, height) = (Self.stride(modes), blockRows)
    let (values, own) = (smoothed.values, tentative.values)
    let group = groups.groupOfRow.view
    let factor = Float(omega)
    team.split(rowCount) { rows in
      let scratch = Buffer(repeating: SIMD8<Float>(), count: 8)
      for row in rows {
        for entry in smoothed.starts[row]..<smoothed.starts[row + 1] {
          let at = entry * smoothed.blockSize
          let isOwn = smoothed.columns[entry] == group[row]
          for i in 0..<height {
            var sum = SIMD8<Float>()
            for k in 0..<height {
              let weight = inverse[(row * height + i) * Self.stride(height) + k]
              sum.addProduct(values[vector8: at + k * width], -factor * weight)
            }
            if isOwn { sum += own[vector8: (tentative.starts[row] * height + i) * width] }
            scratch.view[i] = sum
          }
          for i in 0..<height {
            for j in 0..<modes { values[at + i * width + j] = scratch.view[i][j] }
          }
        }
      }
    }
    return smoothed
  }

  /// T as a matrix: one block in each row that has a group.
  private func tentative(
    _ groups: borrowing Aggregation, _ basis: MutableView<Double>, _ modes: Int, _ team: ThreadTeam
  ) -> BlockMatrix {
    let starts = Buffer(repeating: 0, count: rowCount + 1)
    let group = groups.groupOfRow.view
    for row in 0..<rowCount {
      starts.view[row + 1] = starts.view[row] + (group[row] >= 0 ? 1 : 0)
    }
    let result = BlockMatrix(
      blockRows: blockRows, blockColumns: modes, rowCount: rowCount, columnCount: groups.groupCount,
      starts: starts)
    let (height, width) = (blockRows, Self.stride(modes))
    let (place, columns, values) = (result.starts, result.columns, result.values)
    team.split(rowCount) { rows in
      for row in rows where group[row] >= 0 {
        let entry = place[row]
        columns[entry] = group[row]
        for i in 0..<height {
          for j in 0..<modes {
            values[(entry * height + i) * width + j] = Float(basis[(row * height + i) * modes + j])
          }
        }
      }
    }
    return result
  }
}
