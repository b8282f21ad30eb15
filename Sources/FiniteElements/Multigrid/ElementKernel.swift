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
  for batch in range {
    gather(input, batch, vector, scratch)
    for point in 0..<input.pointCount { addPoint(input, batch, point, isIsotropic, scratch) }
    scatter(input, batch, scratch, product)
  }
}

/// Fetches the displacements of eight elements, and sets their forces to zero.
@inline(__always)
private func gather<T: KernelNumber>(
  _ input: KernelInput<T>, _ batch: Int, _ vector: MutableView<T>, _ scratch: MutableView<T>
) {
  let (nodes, forces) = (input.nodes, 24 &* input.nodeCount)
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
}

/// Adds the forces of eight elements.
@inline(__always)
private func scatter<T: KernelNumber>(
  _ input: KernelInput<T>, _ batch: Int, _ scratch: MutableView<T>, _ product: MutableView<T>
) {
  let (nodes, forces) = (input.nodes, 24 &* input.nodeCount)
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

/// Adds mass times displacements of the batches in `range` to `product`.
///
/// - Parameters:
///   - basis: shape functions at the points of the stiffness, shape `[points, nodes]`.
///   - densities: shape `[batches, 8]`.
///   - scratch: room for 48 numbers for each node.
func addMass(
  _ input: KernelInput<Double>, basis: View<Double>, densities: MutableView<Double>,
  _ range: Range<Int>, _ vector: MutableView<Double>, _ product: MutableView<Double>,
  scratch: MutableView<Double>
) {
  for batch in range {
    gather(input, batch, vector, scratch)
    let density = densities[vector8: 8 &* batch]
    for point in 0..<input.pointCount {
      let at = 80 &* (input.pointCount &* batch &+ point)
      addMassPoint(
        input, basis, input.nodeCount &* point, density * input.geometry[vector8: at &+ 72], scratch
      )
    }
    scatter(input, batch, scratch, product)
  }
}

// u = sum_a u_a N_a, force_a += density volume N_a u.
@inline(__always)
private func addMassPoint(
  _ input: KernelInput<Double>, _ basis: View<Double>, _ first: Int, _ mass: SIMD8<Double>,
  _ scratch: MutableView<Double>
) {
  var (x, y, z) = (SIMD8<Double>(), SIMD8<Double>(), SIMD8<Double>())
  for a in 0..<input.nodeCount {
    let value = basis[first &+ a]
    x.addProduct(scratch[vector8: 24 &* a], value)
    y.addProduct(scratch[vector8: 24 &* a &+ 8], value)
    z.addProduct(scratch[vector8: 24 &* a &+ 16], value)
  }
  x *= mass
  y *= mass
  z *= mass
  let forces = 24 &* input.nodeCount
  for a in 0..<input.nodeCount {
    let (value, to) = (basis[first &+ a], forces &+ 24 &* a)
    scratch[vector8: to] = scratch[vector8: to].addingProduct(x, value)
    scratch[vector8: to &+ 8] = scratch[vector8: to &+ 8].addingProduct(y, value)
    scratch[vector8: to &+ 16] = scratch[vector8: to &+ 16].addingProduct(z, value)
  }
}

// grad u = (sum_a u_a grad N_a) J^-1, stress = D sym grad u, force_a += volume stress J^-T grad N_a.
@inline(__always)
private func addPoint<T: KernelNumber>(
  _ input: KernelInput<T>, _ batch: Int, _ point: Int, _ isIsotropic: Bool,
  _ scratch: MutableView<T>
) {
  let first = 3 &* input.nodeCount &* point
  let at = 80 &* (input.pointCount &* batch &+ point)
  let inverse = LaneTensor(input.geometry, at)
  let gradient = referenceGradient(input, first, scratch).times(inverse)
  let volume = input.geometry[vector8: at &+ 72]
  let stress =
    isIsotropic
    ? gradient.stress(
      lambda: input.lame[vector8: 16 &* batch] * volume,
      mu: input.lame[vector8: 16 &* batch &+ 8] * volume)
    : gradient.stress(input.constants, volume)
  let push = stress.times(inverse.transposed)
  let (slopes, forces) = (input.gradients, 24 &* input.nodeCount)
  for a in 0..<input.nodeCount {
    let from = first &+ 3 &* a
    let (r, s, t) = (slopes[from], slopes[from &+ 1], slopes[from &+ 2])
    let to = forces &+ 24 &* a
    scratch[vector8: to] = scratch[vector8: to].addingProduct(push.xx, r)
      .addingProduct(push.xy, s).addingProduct(push.xz, t)
    scratch[vector8: to &+ 8] = scratch[vector8: to &+ 8].addingProduct(push.yx, r)
      .addingProduct(push.yy, s).addingProduct(push.yz, t)
    scratch[vector8: to &+ 16] = scratch[vector8: to &+ 16].addingProduct(push.zx, r)
      .addingProduct(push.zy, s).addingProduct(push.zz, t)
  }
}

/// Sums displacements times reference gradients.
@inline(__always)
private func referenceGradient<T: KernelNumber>(
  _ input: KernelInput<T>, _ first: Int, _ scratch: MutableView<T>
) -> LaneTensor<T> {
  var sum = LaneTensor<T>()
  let slopes = input.gradients
  for a in 0..<input.nodeCount {
    let at = first &+ 3 &* a
    let (r, s, t) = (slopes[at], slopes[at &+ 1], slopes[at &+ 2])
    let x = scratch[vector8: 24 &* a]
    let y = scratch[vector8: 24 &* a &+ 8]
    let z = scratch[vector8: 24 &* a &+ 16]
    sum.addProduct(x, y, z, r, s, t)
  }
  return sum
}

extension LaneTensor {
  /// The stress of an isotropic body with this displacement gradient.
  @inline(__always)
  fileprivate func stress(lambda: SIMD8<T>, mu: SIMD8<T>) -> LaneTensor {
    let trace = lambda * (xx + yy + zz)
    let twice = mu + mu
    var stress = LaneTensor()
    stress.xx = trace + twice * xx
    stress.yy = trace + twice * yy
    stress.zz = trace + twice * zz
    stress.set(mu * (xy + yx), mu * (xz + zx), mu * (yz + zy))
    return stress
  }

  /// The stress by an elasticity matrix, order xx yy zz xy xz yz, times a volume.
  @inline(__always)
  fileprivate func stress(_ d: MutableView<T>, _ volume: SIMD8<T>) -> LaneTensor {
    let (exy, exz, eyz) = (xy + yx, xz + zx, yz + zy)
    @inline(__always) func row(_ i: Int) -> SIMD8<T> {
      volume
        * (xx * d[6 &* i] + yy * d[6 &* i &+ 1] + zz * d[6 &* i &+ 2] + exy * d[6 &* i &+ 3]
          + exz * d[6 &* i &+ 4] + eyz * d[6 &* i &+ 5])
    }
    var stress = LaneTensor()
    stress.xx = row(0)
    stress.yy = row(1)
    stress.zz = row(2)
    stress.set(row(3), row(4), row(5))
    return stress
  }

  @inline(__always)
  private mutating func set(_ shearXY: SIMD8<T>, _ shearXZ: SIMD8<T>, _ shearYZ: SIMD8<T>) {
    (xy, yx) = (shearXY, shearXY)
    (xz, zx) = (shearXZ, shearXZ)
    (yz, zy) = (shearYZ, shearYZ)
  }
}
