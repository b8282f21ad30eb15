import CBLAS

/// Products of tall matrices with few columns, their rows shared by the threads of a team.
///
/// Columns lie `stride` numbers apart, of which the first `rows` count.
struct TeamPanels {
  let rows: Int
  let stride: Int
  let team: ThreadTeam

  /// `product = leftᵀ right`, shape `[left, right]` by columns, where both count columns.
  func project(
    _ left: MutableView<Double>, _ leftColumns: Int, onto right: MutableView<Double>,
    _ rightColumns: Int, into product: MutableView<Double>
  ) {
    let size = leftColumns * rightColumns
    guard size > 0 else { return }
    precondition(product.count >= size, "no room for the product")
    let parts = Buffer(repeating: 0.0, count: size * team.count)
    team.run { part in
      let range = team.share(part, of: rows)
      let (a, b) = (columns(left, leftColumns, range), columns(right, rightColumns, range))
      let target = parts.view.part(part * size, size)
      // Sound: the views reach to the last row of their last columns; the target has its part.
      unsafe cblas_dgemm(
        CblasColMajor, CblasTrans, CblasNoTrans, Int32(leftColumns), Int32(rightColumns),
        Int32(range.count), 1, a.base, Int32(stride), b.base, Int32(stride), 0, target.base,
        Int32(leftColumns))
    }
    for entry in 0..<size {
      product[entry] = (0..<team.count).reduce(0) { $0 + parts.view[$1 * size + entry] }
    }
  }

  /// `target = keep target + add panel coefficients`, `coefficients` of shape `[panel, target]`.
  func combine(
    _ panel: MutableView<Double>, _ panelColumns: Int, _ coefficients: MutableView<Double>,
    add: Double = 1, keep: Double = 0, into target: MutableView<Double>, _ targetColumns: Int
  ) {
    guard panelColumns > 0, targetColumns > 0 else { return }
    precondition(coefficients.count >= panelColumns * targetColumns, "not enough coefficients")
    team.run { part in
      let range = team.share(part, of: rows)
      let (a, b) = (columns(panel, panelColumns, range), columns(target, targetColumns, range))
      // Sound: as above; the two panels do not overlap.
      unsafe cblas_dgemm(
        CblasColMajor, CblasNoTrans, CblasNoTrans, Int32(range.count), Int32(targetColumns),
        Int32(panelColumns), add, a.base, Int32(stride), coefficients.base, Int32(panelColumns),
        keep, b.base, Int32(stride))
    }
  }

  /// Replaces the first columns of `panel` by combinations of all, in place.
  ///
  /// - Parameter coefficients: shape `[panelColumns, kept]` by columns.
  func rotate(
    _ panel: MutableView<Double>, _ panelColumns: Int, by coefficients: MutableView<Double>,
    kept: Int
  ) {
    guard panelColumns > 0, kept > 0 else { return }
    team.run { part in
      let range = team.share(part, of: rows)
      let height = min(512, max(range.count, 1))
      let scratch = Buffer(repeating: 0.0, count: height * kept)
      var first = range.lowerBound
      while first < range.upperBound {
        let some = first..<min(first + height, range.upperBound)
        let a = columns(panel, panelColumns, some)
        // Sound: as above; the scratch holds `height` rows.
        unsafe cblas_dgemm(
          CblasColMajor, CblasNoTrans, CblasNoTrans, Int32(some.count), Int32(kept),
          Int32(panelColumns), 1, a.base, Int32(stride), coefficients.base, Int32(panelColumns), 0,
          scratch.view.base, Int32(height))
        for column in 0..<kept {
          panel.part(column * stride + some.lowerBound, some.count)
            .copy(from: scratch.view.part(column * height, some.count))
        }
        first = some.upperBound
      }
    }
  }

  private func columns(
    _ panel: MutableView<Double>, _ count: Int, _ range: Range<Int>
  ) -> MutableView<Double> {
    panel.part(range.lowerBound, (count - 1) * stride + range.count)
  }
}
