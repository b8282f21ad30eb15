import LinearAlgebra

/// Adds the corner stiffness of a group's elements to a matrix.
struct CornerKernel: ~Copyable {
  private let group: ElementGroup
  private let cornerCount: Int
  /// Gradients of the corners' enlarged shape functions, shape `[points, corners, 3]`.
  private let slopes: Buffer<Float>
  /// The corner number of each node, -1 beyond the operator's own nodes.
  private let cornerOfNode: Buffer<Int32>
  private let gradients: Buffer<SIMD8<Float>>
  /// Blocks of the pairs of corners a <= b, shape `[pairs, 9]`.
  private let blocks: Buffer<SIMD8<Float>>

  init(_ group: ElementGroup, _ system: SolidOperator, _ space: CornerSpace) {
    self.group = group
    let (table, kind) = (group.table, group.kind)
    let corners = kind.cornerCount
    cornerCount = corners
    slopes = Buffer(repeating: 0, count: 3 * corners * table.pointCount)
    for point in 0..<table.pointCount {
      let from = 3 * table.nodeCount * point
      let to = 3 * corners * point
      for index in 0..<(3 * corners) {
        slopes.view[to + index] = Float(table.gradients[from + index])
      }
      for (middle, ends) in kind.middles.enumerated() {
        for i in 0..<3 {
          let half = Float(table.gradients[from + 3 * (corners + middle) + i] / 2)
          slopes.view[to + 3 * ends.0 + i] += half
          slopes.view[to + 3 * ends.1 + i] += half
        }
      }
    }
    cornerOfNode = Buffer(repeating: -1, count: system.vectorLength / 3)
    let numbers = cornerOfNode.view
    system.forEachStoredNode { stored, node in numbers[stored] = space.ends[2 * node] }
    gradients = Buffer(repeating: SIMD8(), count: 3 * corners * table.pointCount)
    blocks = Buffer(repeating: SIMD8(), count: 9 * corners * (corners + 1) / 2)
  }

  /// Adds the batches in `range`, but only to the rows in `rows`.
  func add(_ range: Range<Int>, to matrix: BlockMatrix, rows: Range<Int>) {
    for batch in range {
      compute(batch)
      scatter(batch, to: matrix, rows: rows)
    }
  }

  /// As ``add(_:to:rows:)``, passing over the batches without a corner in `rows`.
  func addTouching(_ range: Range<Int>, to matrix: BlockMatrix, rows: Range<Int>) {
    for batch in range {
      var touches = false
      for a in 0..<cornerCount {
        for lane in 0..<8 where rows.contains(corner(batch, a, lane)) { touches = true }
      }
      guard touches else { continue }
      compute(batch)
      scatter(batch, to: matrix, rows: rows)
    }
  }

  @inline(__always)
  private func corner(_ batch: Int, _ a: Int, _ lane: Int) -> Int {
    Int(
      cornerOfNode.view[Int(group.nodes.view[8 * (group.table.nodeCount * batch + a) + lane]) / 3])
  }

  private func compute(_ batch: Int) {
    let (geometry, points) = (group.singleGeometry.view, group.table.pointCount)
    let (slopes, g) = (slopes.view, gradients.view)
    for point in 0..<points {
      let at = 80 &* (points &* batch &+ point)
      for a in 0..<cornerCount {
        let from = 3 &* (cornerCount &* point &+ a)
        let (r, s, t) = (slopes[from], slopes[from &+ 1], slopes[from &+ 2])
        for k in 0..<3 {
          let place = at &+ 8 &* k
          g[from &+ k] =
            geometry[vector8: place] * r + geometry[vector8: place &+ 24] * s
            + geometry[vector8: place &+ 48] * t
        }
      }
    }
    var pair = 0
    for a in 0..<cornerCount {
      for b in a..<cornerCount {
        sumProducts(batch, a, b, 9 &* pair)
        applyLaw(batch, 9 &* pair)
        pair &+= 1
      }
    }
  }

  // G[k, l] = sum_p volume g_a[k] g_b[l]
  @inline(__always)
  private func sumProducts(_ batch: Int, _ a: Int, _ b: Int, _ block: Int) {
    let (g, geometry, points) = (gradients.view, group.singleGeometry.view, group.table.pointCount)
    var sum = LaneTensor<Float>()
    for point in 0..<points {
      let volume = geometry[vector8: 80 &* (points &* batch &+ point) &+ 72]
      let (one, other) = (3 &* (cornerCount &* point &+ a), 3 &* (cornerCount &* point &+ b))
      sum.addProduct(
        volume * g[one], volume * g[one &+ 1], volume * g[one &+ 2], g[other], g[other &+ 1],
        g[other &+ 2])
    }
    let k = blocks.view
    (k[block], k[block &+ 1], k[block &+ 2]) = (sum.xx, sum.xy, sum.xz)
    (k[block &+ 3], k[block &+ 4], k[block &+ 5]) = (sum.yx, sum.yy, sum.yz)
    (k[block &+ 6], k[block &+ 7], k[block &+ 8]) = (sum.zx, sum.zy, sum.zz)
  }

  // K[i, j] = lambda G[i, j] + mu G[j, i] + mu delta_ij trace G, or C[i, k, j, l] G[k, l].
  @inline(__always)
  private func applyLaw(_ batch: Int, _ block: Int) {
    let k = blocks.view
    let (xx, xy, xz) = (k[block], k[block &+ 1], k[block &+ 2])
    let (yx, yy, yz) = (k[block &+ 3], k[block &+ 4], k[block &+ 5])
    let (zx, zy, zz) = (k[block &+ 6], k[block &+ 7], k[block &+ 8])
    guard group.constants.count > 0 else {
      let lambda = group.singleLame.view[vector8: 16 &* batch]
      let mu = group.singleLame.view[vector8: 16 &* batch &+ 8]
      let (sum, shear) = (lambda + mu, mu * (xx + yy + zz))
      k[block] = sum * xx + shear
      k[block &+ 1] = lambda * xy + mu * yx
      k[block &+ 2] = lambda * xz + mu * zx
      k[block &+ 3] = lambda * yx + mu * xy
      k[block &+ 4] = sum * yy + shear
      k[block &+ 5] = lambda * yz + mu * zy
      k[block &+ 6] = lambda * zx + mu * xz
      k[block &+ 7] = lambda * zy + mu * yz
      k[block &+ 8] = sum * zz + shear
      return
    }
    applyGeneral(block)
  }

  private func applyGeneral(_ block: Int) {
    let (k, constants) = (blocks.view, group.singleConstants.view)
    let products = (0..<9).map { k[block + $0] }
    for i in 0..<3 {
      for j in 0..<3 {
        var sum = SIMD8<Float>()
        for m in 0..<3 {
          for n in 0..<3 {
            let row = Elasticity.component[3 * i + m]
            let column = Elasticity.component[3 * j + n]
            sum.addProduct(products[3 * m + n], constants[6 * row + column])
          }
        }
        k[block + 3 * i + j] = sum
      }
    }
  }

  private func scatter(_ batch: Int, to matrix: BlockMatrix, rows: Range<Int>) {
    let (k, values) = (blocks.view, matrix.values)
    for lane in 0..<Int(group.laneCounts.view[batch]) {
      var pair = 0
      for a in 0..<cornerCount {
        let one = corner(batch, a, lane)
        for b in a..<cornerCount {
          let other = corner(batch, b, lane)
          let block = 9 &* pair
          pair &+= 1
          if rows.contains(one) {
            let to = 9 &* matrix.place(one, other)
            for index in 0..<9 { values[to &+ index] += k[block &+ index][lane] }
          }
          if a != b, rows.contains(other) {
            let to = 9 &* matrix.place(other, one)
            for i in 0..<3 {
              for j in 0..<3 { values[to &+ 3 &* j &+ i] += k[block &+ 3 &* i &+ j][lane] }
            }
          }
        }
      }
    }
  }
}

extension BlockMatrix {
  /// Where the block (row, column) is stored; columns ascend.
  @inline(__always)
  fileprivate func place(_ row: Int, _ column: Int) -> Int {
    var (low, high) = (starts[row], starts[row &+ 1])
    while high &- low > 1 {
      let middle = (low &+ high) / 2
      if Int(columns[middle]) <= column { low = middle } else { high = middle }
    }
    return low
  }
}

extension SolidOperator {
  /// Calls `body` with each node and its place, then with each copy of a node and the node's place.
  func forEachStoredNode(_ body: (_ stored: Int, _ node: Int) -> Void) {
    for node in 0..<nodeCount { body(node, node) }
    for (copy, node) in copies.originals.enumerated() { body(nodeCount + copy, Int(node)) }
  }
}
