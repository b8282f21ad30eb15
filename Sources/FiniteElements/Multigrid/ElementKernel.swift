import LinearAlgebra

/// The two precisions of the element kernels.
protocol KernelNumber: SIMDScalar, BinaryFloatingPoint, BitwiseCopyable, Codable {}
extension Float: KernelNumber {}
extension Double: KernelNumber {}

/// What the kernel of a group of elements reads.
struct KernelInput<Number: KernelNumber> {
  let nodeCount: Int
  let pointCount: Int
  let gradients: MutableView<Number>
  let geometry: MutableView<Number>
  let nodes: MutableView<Int32>
  /// Empty for a general law.
  let lame: MutableView<Number>
  /// Shape `[6, 6]`, order xx yy zz xy xz yz; empty for isotropic laws.
  let constants: MutableView<Number>
}

/// Adds stiffness times displacements of the batches in `range` to `product`.
///
/// - Parameter scratch: room for 48 numbers for each node.
func addStiffness(
  _ input: KernelInput<Float>, _ range: Range<Int>, _ vector: MutableView<Float>,
  _ product: MutableView<Float>, scratch: MutableView<Float>
) {
  addBatches(input, range, vector, product, scratch)
}

/// As ``addStiffness(_:_:_:_:scratch:)`` in double precision.
func addStiffness(
  _ input: KernelInput<Double>, _ range: Range<Int>, _ vector: MutableView<Double>,
  _ product: MutableView<Double>, scratch: MutableView<Double>
) {
  addBatches(input, range, vector, product, scratch)
}

@inline(__always)
private func addBatches<T: KernelNumber>(
  _ input: KernelInput<T>, _ range: Range<Int>, _ vector: MutableView<T>, _ product: MutableView<T>,
  _ scratch: MutableView<T>
) {
  let isIsotropic = input.lame.count > 0
  let nodes = input.nodes
  let forces = 24 &* input.nodeCount
  for batch in range {
    for a in 0..<input.nodeCount {
      let at = 8 &* (input.nodeCount &* batch &+ a)
      var (x, y, z) = (SIMD8<T>(), SIMD8<T>(), SIMD8<T>())
      for lane in 0..<8 {
        let place = Int(nodes[at &+ lane])
        x[lane] = vector[place]
        y[lane] = vector[place &+ 1]
        z[lane] = vector[place &+ 2]
      }
      scratch[vector8: 24 &* a] = x
      scratch[vector8: 24 &* a &+ 8] = y
      scratch[vector8: 24 &* a &+ 16] = z
      scratch[vector8: forces &+ 24 &* a] = SIMD8()
      scratch[vector8: forces &+ 24 &* a &+ 8] = SIMD8()
      scratch[vector8: forces &+ 24 &* a &+ 16] = SIMD8()
    }
    for point in 0..<input.pointCount { addPoint(input, batch, point, isIsotropic, scratch) }
    for a in 0..<input.nodeCount {
      let at = 8 &* (input.nodeCount &* batch &+ a)
      let x = scratch[vector8: forces &+ 24 &* a]
      let y = scratch[vector8: forces &+ 24 &* a &+ 8]
      let z = scratch[vector8: forces &+ 24 &* a &+ 16]
      for lane in 0..<8 {
        let place = Int(nodes[at &+ lane])
        product[place] += x[lane]
        product[place &+ 1] += y[lane]
        product[place &+ 2] += z[lane]
      }
    }
  }
}

// grad u = (sum_a u_a grad N_a) J^-1, stress = D sym grad u, force_a += volume stress J^-T grad N_a.
@inline(__always)
private func addPoint<T: KernelNumber>(
  _ input: KernelInput<T>, _ batch: Int, _ point: Int, _ isIsotropic: Bool, _ scratch: MutableView<T>
) {
  let (slopes, first) = (input.gradients, 3 &* input.nodeCount &* point)
  var (g0, g1, g2) = (SIMD8<T>(), SIMD8<T>(), SIMD8<T>())
  var (g3, g4, g5) = (SIMD8<T>(), SIMD8<T>(), SIMD8<T>())
  var (g6, g7, g8) = (SIMD8<T>(), SIMD8<T>(), SIMD8<T>())
  for a in 0..<input.nodeCount {
    let at = first &+ 3 &* a
    let (r, s, t) = (slopes[at], slopes[at &+ 1], slopes[at &+ 2])
    let x = scratch[vector8: 24 &* a]
    let y = scratch[vector8: 24 &* a &+ 8]
    let z = scratch[vector8: 24 &* a &+ 16]
    g0.addProduct(x, r)
    g1.addProduct(x, s)
    g2.addProduct(x, t)
    g3.addProduct(y, r)
    g4.addProduct(y, s)
    g5.addProduct(y, t)
    g6.addProduct(z, r)
    g7.addProduct(z, s)
    g8.addProduct(z, t)
  }
  let at = 80 &* (input.pointCount &* batch &+ point)
  let geometry = input.geometry
  let (j0, j1, j2) = (geometry[vector8: at], geometry[vector8: at &+ 8], geometry[vector8: at &+ 16])
  let (j3, j4, j5) = (geometry[vector8: at &+ 24], geometry[vector8: at &+ 32], geometry[vector8: at &+ 40])
  let (j6, j7, j8) = (geometry[vector8: at &+ 48], geometry[vector8: at &+ 56], geometry[vector8: at &+ 64])
  let volume = geometry[vector8: at &+ 72]
  let (xx, xy, xz) = (g0 * j0 + g1 * j3 + g2 * j6, g0 * j1 + g1 * j4 + g2 * j7, g0 * j2 + g1 * j5 + g2 * j8)
  let (yx, yy, yz) = (g3 * j0 + g4 * j3 + g5 * j6, g3 * j1 + g4 * j4 + g5 * j7, g3 * j2 + g4 * j5 + g5 * j8)
  let (zx, zy, zz) = (g6 * j0 + g7 * j3 + g8 * j6, g6 * j1 + g7 * j4 + g8 * j7, g6 * j2 + g7 * j5 + g8 * j8)
  let (exy, exz, eyz) = (xy + yx, xz + zx, yz + zy)
  var (sxx, syy, szz) = (SIMD8<T>(), SIMD8<T>(), SIMD8<T>())
  var (sxy, sxz, syz) = (SIMD8<T>(), SIMD8<T>(), SIMD8<T>())
  if isIsotropic {
    let lambda = input.lame[vector8: 16 &* batch] * volume
    let mu = input.lame[vector8: 16 &* batch &+ 8] * volume
    let trace = lambda * (xx + yy + zz)
    let twice = mu + mu
    sxx = trace + twice * xx
    syy = trace + twice * yy
    szz = trace + twice * zz
    sxy = mu * exy
    sxz = mu * exz
    syz = mu * eyz
  } else {
    let d = input.constants
    @inline(__always) func row(_ i: Int) -> SIMD8<T> {
      volume
        * (xx * d[6 &* i] + yy * d[6 &* i &+ 1] + zz * d[6 &* i &+ 2] + exy * d[6 &* i &+ 3]
          + exz * d[6 &* i &+ 4] + eyz * d[6 &* i &+ 5])
    }
    sxx = row(0)
    syy = row(1)
    szz = row(2)
    sxy = row(3)
    sxz = row(4)
    syz = row(5)
  }
  let (p0, p1, p2) = (sxx * j0 + sxy * j1 + sxz * j2, sxx * j3 + sxy * j4 + sxz * j5, sxx * j6 + sxy * j7 + sxz * j8)
  let (p3, p4, p5) = (sxy * j0 + syy * j1 + syz * j2, sxy * j3 + syy * j4 + syz * j5, sxy * j6 + syy * j7 + syz * j8)
  let (p6, p7, p8) = (sxz * j0 + syz * j1 + szz * j2, sxz * j3 + syz * j4 + szz * j5, sxz * j6 + syz * j7 + szz * j8)
  let forces = 24 &* input.nodeCount
  for a in 0..<input.nodeCount {
    let from = first &+ 3 &* a
    let (r, s, t) = (slopes[from], slopes[from &+ 1], slopes[from &+ 2])
    let to = forces &+ 24 &* a
    scratch[vector8: to] = scratch[vector8: to].addingProduct(p0, r).addingProduct(p1, s).addingProduct(p2, t)
    scratch[vector8: to &+ 8] = scratch[vector8: to &+ 8].addingProduct(p3, r).addingProduct(p4, s).addingProduct(p5, t)
    scratch[vector8: to &+ 16] = scratch[vector8: to &+ 16].addingProduct(p6, r).addingProduct(p7, s).addingProduct(p8, t)
  }
}
