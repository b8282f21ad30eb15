import LinearAlgebra

extension ElementGroup {
  /// Adds the diagonal blocks of the batches in `range` to `sums`: xx xy xz yy yz zz of each node.
  ///
  /// With g the gradient of a node's shape function, `D = sum_p volume ((lambda + mu) g gᵀ + mu |g|²)`
  /// for isotropic bodies, `D[i, j] = sum_p volume C[i, k, j, l] g_k g_l` for others.
  func addDiagonal(_ range: Range<Int>, to sums: MutableView<Double>) {
    let block = Buffer(repeating: SIMD8<Double>(), count: 6)
    for batch in range {
      for a in 0..<table.nodeCount {
        sumGradientProducts(batch, a, block.view)
        applyLaw(batch, block.view)
        for lane in 0..<8 {
          let place = 2 * Int(nodes.view[8 * (table.nodeCount * batch + a) + lane])
          for entry in 0..<6 { sums[place + entry] += block.view[entry][lane] }
        }
      }
    }
  }

  private func sumGradientProducts(_ batch: Int, _ a: Int, _ block: MutableView<SIMD8<Double>>) {
    let (slopes, geometry) = (gradients.view, geometry.view)
    var (xx, xy, xz) = (SIMD8<Double>(), SIMD8<Double>(), SIMD8<Double>())
    var (yy, yz, zz) = (SIMD8<Double>(), SIMD8<Double>(), SIMD8<Double>())
    for point in 0..<table.pointCount {
      let from = 3 &* (table.nodeCount &* point &+ a)
      let at = 80 &* (table.pointCount &* batch &+ point)
      let (r, s, t) = (slopes[from], slopes[from &+ 1], slopes[from &+ 2])
      let x =
        geometry[vector8: at] * r + geometry[vector8: at &+ 24] * s + geometry[vector8: at &+ 48]
        * t
      let y =
        geometry[vector8: at &+ 8] * r + geometry[vector8: at &+ 32] * s + geometry[
          vector8: at &+ 56] * t
      let z =
        geometry[vector8: at &+ 16] * r + geometry[vector8: at &+ 40] * s + geometry[
          vector8: at &+ 64] * t
      let volume = geometry[vector8: at &+ 72]
      let (vx, vy) = (volume * x, volume * y)
      xx += vx * x
      xy += vx * y
      xz += vx * z
      yy += vy * y
      yz += vy * z
      zz += volume * z * z
    }
    block[0] = xx
    block[1] = xy
    block[2] = xz
    block[3] = yy
    block[4] = yz
    block[5] = zz
  }

  private func applyLaw(_ batch: Int, _ block: MutableView<SIMD8<Double>>) {
    guard constants.count > 0 else {
      let lambda = lame.view[vector8: 16 * batch]
      let mu = lame.view[vector8: 16 * batch + 8]
      let shear = mu * (block[0] + block[3] + block[5])
      for entry in 0..<6 { block[entry] *= lambda + mu }
      block[0] += shear
      block[3] += shear
      block[5] += shear
      return
    }
    let products = (0..<6).map { block[$0] }
    let place = [0, 1, 2, 1, 3, 4, 2, 4, 5]
    for (entry, (i, j)) in [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)].enumerated() {
      var sum = SIMD8<Double>()
      for k in 0..<3 {
        for l in 0..<3 {
          let row = Elasticity.component[3 * i + k]
          let column = Elasticity.component[3 * j + l]
          sum += constants.view[6 * row + column] * products[place[3 * k + l]]
        }
      }
      block[entry] = sum
    }
  }
}
