import CBLAS

extension MutableView {
  /// `count` elements from `start` on.
  @inlinable
  package func part(_ start: Int, _ count: Int) -> MutableView {
    precondition(start >= 0 && count >= 0 && start + count <= self.count, "part outside the view")
    guard count > 0, let base = unsafe base else {
      return unsafe MutableView(UnsafeMutableBufferPointer(start: nil, count: 0))
    }
    // Sound: inside the loan, and not used longer than this view.
    return unsafe MutableView(UnsafeMutableBufferPointer(start: base + start, count: count))
  }

  /// Overwrites the first elements with those of `source`, which may overlap.
  @inlinable
  package func copy(from source: MutableView) {
    precondition(source.count <= count, "copy outside the view")
    guard let base = unsafe base, let from = unsafe source.base else { return }
    // Sound: both ranges lie inside their loans; `update` allows overlap.
    unsafe base.update(from: from, count: source.count)
  }
}

/// Products of tall matrices with few columns, stored by columns without gaps.
enum Panels {
  /// `product = leftᵀ right`, shape `[columns of left, columns of right]`; `rows` is the height.
  static func project(
    _ left: MutableView<Double>, onto right: MutableView<Double>, rows: Int,
    into product: MutableView<Double>
  ) {
    let (k, b) = (left.count / rows, right.count / rows)
    guard k > 0, b > 0 else { return }
    precondition(product.count >= k * b, "no room for the product")
    // Sound: the views hold `rows k`, `rows b` and `k b` numbers.
    unsafe cblas_dgemm(
      CblasColMajor, CblasTrans, CblasNoTrans, Int32(k), Int32(b), Int32(rows), 1, left.base,
      Int32(rows), right.base, Int32(rows), 0, product.base, Int32(k))
  }

  /// `target -= panel coefficients`, with `coefficients` of shape `[columns of panel, of target]`.
  static func subtract(
    _ panel: MutableView<Double>, times coefficients: MutableView<Double>, rows: Int,
    from target: MutableView<Double>
  ) {
    let (k, b) = (panel.count / rows, target.count / rows)
    guard k > 0, b > 0 else { return }
    precondition(coefficients.count >= k * b, "not enough coefficients")
    // Sound: as above.
    unsafe cblas_dgemm(
      CblasColMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(b), Int32(k), -1, panel.base,
      Int32(rows), coefficients.base, Int32(k), 1, target.base, Int32(rows))
  }

  /// `target = panel coefficients`; the two panels must not overlap.
  static func combine(
    _ panel: MutableView<Double>, _ coefficients: MutableView<Double>, rows: Int,
    into target: MutableView<Double>
  ) {
    let k = panel.count / rows
    guard k > 0 else { return }
    let b = coefficients.count / k
    precondition(target.count >= rows * b, "no room for the combination")
    // Sound: as above.
    unsafe cblas_dgemm(
      CblasColMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(b), Int32(k), 1, panel.base,
      Int32(rows), coefficients.base, Int32(k), 0, target.base, Int32(rows))
  }

  /// Replaces the columns of `panel` by their combinations, in place: the first ones are overwritten.
  static func rotate(_ panel: MutableView<Double>, by coefficients: MutableView<Double>, rows: Int)
  {
    let k = panel.count / rows
    guard k > 0 else { return }
    let kept = coefficients.count / k
    let height = min(rows, 512)
    let scratch = Buffer(repeating: 0.0, count: height * kept)
    var first = 0
    while first < rows {
      let count = min(height, rows - first)
      // Sound: row `first` of each column; the scratch holds `height` rows.
      unsafe cblas_dgemm(
        CblasColMajor, CblasNoTrans, CblasNoTrans, Int32(count), Int32(kept), Int32(k), 1,
        panel.part(first, panel.count - first).base, Int32(rows), coefficients.base, Int32(k), 0,
        scratch.view.base, Int32(height))
      for column in 0..<kept {
        panel.part(column * rows + first, count)
          .copy(from: scratch.view.part(column * height, count))
      }
      first += count
    }
  }

  static func dot(_ left: MutableView<Double>, _ right: MutableView<Double>) -> Double {
    precondition(left.count == right.count, "vectors of different lengths")
    // Sound: both views hold that many numbers.
    return unsafe cblas_ddot(Int32(left.count), left.base, 1, right.base, 1)
  }

  /// `target += factor source`.
  static func add(_ factor: Double, _ source: MutableView<Double>, to target: MutableView<Double>) {
    precondition(source.count == target.count, "vectors of different lengths")
    // Sound: as above.
    unsafe cblas_daxpy(Int32(source.count), factor, source.base, 1, target.base, 1)
  }

  static func scale(_ vector: MutableView<Double>, by factor: Double) {
    // Sound: the view holds that many numbers.
    unsafe cblas_dscal(Int32(vector.count), factor, vector.base, 1)
  }
}
