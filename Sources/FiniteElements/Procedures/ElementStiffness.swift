import LinearAlgebra

/// The constants of the stiffness kernels: Lamé's two where they say all, else the full tensor.
enum StiffnessLaw: Sendable {
  case isotropic(lambda: Double, mu: Double)
  /// C[i, k, j, l], index `((3 i + k) 3 + j) 3 + l`.
  case general([Double])

  init(_ elasticity: Elasticity) {
    let matrix = elasticity.matrix
    let (lambda, mu) = (matrix[1], matrix[21])
    let isotropic = Elasticity.orthotropic([
      lambda + 2 * mu, lambda, lambda + 2 * mu, lambda, lambda, lambda + 2 * mu, mu, mu, mu,
    ])
    let scale = matrix[0] * 1e-12
    let same = zip(matrix, isotropic.matrix).allSatisfy { abs($0 - $1) <= scale }
    self = same ? .isotropic(lambda: lambda, mu: mu) : .general(elasticity.tensor)
  }

  var isIsotropic: Bool {
    switch self {
    case .isotropic: true
    case .general: false
    }
  }

  /// The modulus of the hourglass control: Young's where there is one, else that of uniaxial strain
  /// along x, as in CalculiX.
  var hourglassModulus: Double {
    switch self {
    case .isotropic(let lambda, let mu): mu * (3 * lambda + 2 * mu) / (lambda + mu)
    case .general(let constants): constants[0]
    }
  }
}

/// Sums `G[r, c] = sum_p volume_p g_p[r] g_p[c]` for all rows r and the columns from r's node on.
///
/// Three rows (one node) by four columns stay in registers; `products` is overwritten there.
func sumProducts(_ geometry: borrowing ElementGeometry, nodes: Int, points: Range<Int>) {
  let stride = ElementGeometry.stride(nodes: nodes)
  let gradients = geometry.gradients.view
  let volumes = geometry.volumes.view
  let products = geometry.products.view
  for a in 0..<nodes {
    let row = 3 * a
    var column = row & ~3
    while column < stride {
      var sumX = SIMD4<Double>()
      var sumY = SIMD4<Double>()
      var sumZ = SIMD4<Double>()
      for point in points {
        let base = stride * point
        let right = volumes[point] * gradients[four: base + column]
        sumX.addProduct(gradients[base + row], right)
        sumY.addProduct(gradients[base + row + 1], right)
        sumZ.addProduct(gradients[base + row + 2], right)
      }
      products[four: stride * row + column] = sumX
      products[four: stride * (row + 1) + column] = sumY
      products[four: stride * (row + 2) + column] = sumZ
      column += 4
    }
  }
}

/// Turns the sums of a pair of nodes (a <= b) into their 3 x 3 block of the stiffness matrix.
///
/// `K[i, j] = sum_kl C[i, k, j, l] G[3 a + k, 3 b + l]`; for isotropic bodies
/// `K[i, j] = lambda G[i, j] + mu G[j, i] + mu delta_ij trace G`. `products` is overwritten.
@inline(__always)
func applyIsotropic(
  lambda: Double, mu: Double, products: MutableView<Double>, at first: Int, stride: Int
) {
  let (xx, xy, xz) = (products[first], products[first + 1], products[first + 2])
  let second = first + stride
  let (yx, yy, yz) = (products[second], products[second + 1], products[second + 2])
  let third = second + stride
  let (zx, zy, zz) = (products[third], products[third + 1], products[third + 2])
  let shear = mu * (xx + yy + zz)
  products[first] = (lambda + mu) * xx + shear
  products[first + 1] = lambda * xy + mu * yx
  products[first + 2] = lambda * xz + mu * zx
  products[second] = lambda * yx + mu * xy
  products[second + 1] = (lambda + mu) * yy + shear
  products[second + 2] = lambda * yz + mu * zy
  products[third] = lambda * zx + mu * xz
  products[third + 1] = lambda * zy + mu * yz
  products[third + 2] = (lambda + mu) * zz + shear
}

/// As ``applyIsotropic(lambda:mu:products:at:stride:)`` for any elastic law.
@inline(__always)
func applyGeneral(
  _ tensor: View<Double>, products: MutableView<Double>, at first: Int, stride: Int,
  scratch: MutableView<Double>
) {
  for k in 0..<3 {
    for l in 0..<3 { scratch[3 * k + l] = products[first + stride * k + l] }
  }
  for i in 0..<3 {
    for j in 0..<3 {
      var sum = 0.0
      for k in 0..<3 {
        for l in 0..<3 { sum += tensor[27 * i + 9 * k + 3 * j + l] * scratch[3 * k + l] }
      }
      products[first + stride * i + j] = sum
    }
  }
}

/// Fills the blocks (a, b), a <= b, of an element's stiffness matrix into `geometry.products`.
///
/// Shape `[stride, stride]` of which the upper triangle by blocks is set; force per length.
/// - Parameter points: whose share is computed; nil for all.
func stiffness(
  _ geometry: borrowing ElementGeometry, _ table: ElementTable, _ law: StiffnessLaw,
  points: Range<Int>? = nil, scratch: MutableView<Double>
) {
  sumProducts(geometry, nodes: table.nodeCount, points: points ?? 0..<table.pointCount)
  applyLaw(geometry, table, law, scratch: scratch)
  switch table.kind.formulation {
  case .standard, .innerNodes: break
  case .uniformStrain: Hourglass.addStiffness(geometry, modulus: law.hourglassModulus)
  case .incompatibleModes: IncompatibleModes.condense(geometry, law, scratch: scratch)
  }
}

private func applyLaw(
  _ geometry: borrowing ElementGeometry, _ table: ElementTable, _ law: StiffnessLaw,
  scratch: MutableView<Double>
) {
  let stride = ElementGeometry.stride(nodes: table.nodeCount)
  let products = geometry.products.view
  switch law {
  case .isotropic(let lambda, let mu):
    for a in 0..<table.nodeCount {
      for b in a..<table.nodeCount {
        applyIsotropic(
          lambda: lambda, mu: mu, products: products, at: 3 * stride * a + 3 * b, stride: stride)
      }
    }
  case .general(let constants):
    constants.withView { tensor in
      for a in 0..<table.nodeCount {
        for b in a..<table.nodeCount {
          applyGeneral(
            tensor, products: products, at: 3 * stride * a + 3 * b, stride: stride,
            scratch: scratch)
        }
      }
    }
  }
}
