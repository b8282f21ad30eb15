import CCholmod

/// Solutions for four right-hand sides at once, from the factor's supernodes.
///
/// A solution is bound by reading the factor from memory; four numbers side by side make one SIMD
/// operation of each entry, with nothing copied.
struct SupernodalSolver {
  private let nodes: Supernodes
  private let values: View<Double>

  /// - Returns: nil when the factor is not stored by supernodes. Valid as long as the factor.
  init?(_ factor: UnsafeMutablePointer<cholmod_factor>?) {
    guard let nodes = unsafe Supernodes(factor), let factor = unsafe factor,
      unsafe factor.pointee.xtype == CHOLMOD_REAL
    else { return nil }
    self.nodes = nodes
    // Sound: a numerical factor has `xsize` numbers, and outlives the solver.
    let numbers = unsafe factor.pointee.x?.assumingMemoryBound(to: Double.self)
    unsafe values = View(UnsafeBufferPointer(start: numbers, count: nodes.valueCount))
  }

  /// Solves in place for columns of `order` numbers each.
  func solve(_ block: MutableView<Double>, columns count: Int) {
    let (order, permutation) = (nodes.order, nodes.permutation)
    let work = Buffer(repeating: SIMD4<Double>(), count: order)
    let local = Buffer(repeating: SIMD4<Double>(), count: order)
    var first = 0
    while first < count {
      let width = min(4, count - first)
      let part = block.part(first * order, width * order)
      for row in 0..<order {
        var four = SIMD4<Double>()
        for column in 0..<width { four[column] = part[column * order + permutation[row]] }
        work.view[row] = four
      }
      forward(work.view, local.view)
      backward(work.view, local.view)
      for row in 0..<order {
        let four = work.view[row]
        for column in 0..<width { part[column * order + permutation[row]] = four[column] }
      }
      first += width
    }
  }

  /// L y = b, supernode by supernode.
  private func forward(_ work: MutableView<SIMD4<Double>>, _ local: MutableView<SIMD4<Double>>) {
    let rows = nodes.rows
    for node in 0..<nodes.count {
      let (first, width, height) = (nodes.columns[node], nodes.width(node), nodes.height(node))
      let (rowStart, start) = (nodes.rowStarts[node], nodes.valueStarts[node])
      for row in 0..<width { local[row] = work[first + row] }
      for row in width..<height { local[row] = SIMD4() }
      var column = 0
      while column < width {
        let count = min(4, width - column)
        eliminate(local, column, count, start, height)
        let below = (column + count)..<height
        let at = start + column * height
        if count == 4 {
          subtractFour(local, column, below, at, height)
        } else {
          for other in 0..<count {
            let known = local[column + other]
            for row in below { local[row] -= values[at + other * height + row] * known }
          }
        }
        column += count
      }
      for row in 0..<width { work[first + row] = local[row] }
      for row in width..<height { work[rows[rowStart + row]] += local[row] }
    }
  }

  /// The small triangle of `count` columns.
  @inline(__always)
  private func eliminate(
    _ local: MutableView<SIMD4<Double>>, _ column: Int, _ count: Int, _ start: Int, _ height: Int
  ) {
    for a in column..<(column + count) {
      var value = local[a]
      for b in column..<a { value -= values[start + b * height + a] * local[b] }
      local[a] = value / values[start + a * height + a]
    }
  }

  @inline(__always)
  private func subtractFour(
    _ local: MutableView<SIMD4<Double>>, _ column: Int, _ below: Range<Int>, _ at: Int,
    _ height: Int
  ) {
    let (a, b) = (-local[column], -local[column + 1])
    let (c, d) = (-local[column + 2], -local[column + 3])
    for row in below {
      let place = at &+ row
      var sum = local[row]
      sum.addProduct(SIMD4(repeating: values[place]), a)
      sum.addProduct(SIMD4(repeating: values[place &+ height]), b)
      sum.addProduct(SIMD4(repeating: values[place &+ 2 &* height]), c)
      sum.addProduct(SIMD4(repeating: values[place &+ 3 &* height]), d)
      local[row] = sum
    }
  }

  /// Lᵀ x = y, supernodes in reverse.
  private func backward(_ work: MutableView<SIMD4<Double>>, _ local: MutableView<SIMD4<Double>>) {
    let rows = nodes.rows
    for node in (0..<nodes.count).reversed() {
      let (first, width, height) = (nodes.columns[node], nodes.width(node), nodes.height(node))
      let (rowStart, start) = (nodes.rowStarts[node], nodes.valueStarts[node])
      for row in 0..<width { local[row] = work[first + row] }
      for row in width..<height { local[row] = work[rows[rowStart + row]] }
      var column = (width - 1) & ~3
      while column >= 0 {
        let count = min(4, width - column)
        let below = (column + count)..<height
        let at = start + column * height
        if count == 4 {
          dotFour(local, column, below, at, height)
        } else {
          for other in 0..<count {
            var sum = local[column + other]
            for row in below { sum -= values[at + other * height + row] * local[row] }
            local[column + other] = sum
          }
        }
        for a in (column..<(column + count)).reversed() {
          var value = local[a]
          for b in (a + 1)..<(column + count) {
            value -= values[start + a * height + b] * local[b]
          }
          local[a] = value / values[start + a * height + a]
        }
        column -= 4
      }
      for row in 0..<width { work[first + row] = local[row] }
    }
  }

  @inline(__always)
  private func dotFour(
    _ local: MutableView<SIMD4<Double>>, _ column: Int, _ below: Range<Int>, _ at: Int,
    _ height: Int
  ) {
    var (a, b) = (SIMD4<Double>(), SIMD4<Double>())
    var (c, d) = (SIMD4<Double>(), SIMD4<Double>())
    for row in below {
      let place = at &+ row
      let known = local[row]
      a.addProduct(SIMD4(repeating: values[place]), known)
      b.addProduct(SIMD4(repeating: values[place &+ height]), known)
      c.addProduct(SIMD4(repeating: values[place &+ 2 &* height]), known)
      d.addProduct(SIMD4(repeating: values[place &+ 3 &* height]), known)
    }
    local[column] -= a
    local[column + 1] -= b
    local[column + 2] -= c
    local[column + 3] -= d
  }
}
