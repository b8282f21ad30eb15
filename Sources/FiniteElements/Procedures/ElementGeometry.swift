import LinearAlgebra

/// Shape function gradients of one element in space, and the volume of each integration point.
struct ElementGeometry: ~Copyable {
  /// `gradients[p stride + 3 a + i]`: derivative of shape function a by coordinate i at point p;
  /// rows are padded with zeros to a multiple of four.
  let gradients: Buffer<Double>
  /// Weight times Jacobian determinant of each point.
  let volumes: Buffer<Double>
  /// Room for sums over the points: `stride` rows of `stride`.
  let products: Buffer<Double>
  /// Coordinates of the element's nodes, shape `[nodes, 3]`.
  let coordinates: Buffer<Double>

  /// What ``Hourglass`` keeps of a uniform strain element.
  let hourglass: Buffer<Double>
  /// What ``IncompatibleModes`` keeps of an element with inner modes.
  let inner: Buffer<Double>

  /// Room for the largest element of the library.
  init() {
    let nodes = ElementKind.allCases.map(\.nodeCount).max() ?? 0
    let points = ElementTable.mostPoints
    let stride = Self.stride(nodes: nodes)
    gradients = Buffer(repeating: 0, count: points * stride)
    volumes = Buffer(repeating: 0, count: points)
    products = Buffer(repeating: 0, count: stride * stride)
    coordinates = Buffer(repeating: 0, count: 3 * nodes)
    hourglass = Buffer(repeating: 0, count: Hourglass.count)
    inner = Buffer(repeating: 0, count: IncompatibleModes.count)
  }

  static func stride(nodes: Int) -> Int { (3 * nodes + 3) & ~3 }
}

/// Fills gradients and volumes of an element whose coordinates are in `geometry.coordinates`.
///
/// With J = sum_a x_a grad N_a: gradient in space = J^-T times gradient in the reference element.
/// - Returns: false when the Jacobian determinant is not positive at a point.
func evaluate(_ geometry: borrowing ElementGeometry, _ table: ElementTable) -> Bool {
  switch table.kind.formulation {
  case .standard: return evaluateAtPoints(geometry, table)
  case .uniformStrain: return Hourglass.evaluate(geometry)
  case .incompatibleModes:
    guard evaluateAtPoints(geometry, table) else { return false }
    IncompatibleModes.evaluate(geometry)
    return true
  case .innerNodes:
    guard evaluateAtPoints(geometry, table) else { return false }
    InnerNodes.evaluate(geometry, table)
    return true
  }
}

private func evaluateAtPoints(
  _ geometry: borrowing ElementGeometry, _ table: ElementTable
) -> Bool {
  table.gradients.withView { reference in
    table.weights.withView { weights in
      evaluate(
        reference: reference, weights: weights, coordinates: geometry.coordinates.view,
        gradients: geometry.gradients.view, volumes: geometry.volumes.view,
        nodes: table.nodeCount)
    }
  }
}

private func evaluate(
  reference: View<Double>, weights: View<Double>, coordinates: MutableView<Double>,
  gradients: MutableView<Double>, volumes: MutableView<Double>, nodes: Int
) -> Bool {
  let stride = ElementGeometry.stride(nodes: nodes)
  for point in 0..<weights.count {
    let base = 3 * nodes * point
    var rowX = SIMD3<Double>()
    var rowY = SIMD3<Double>()
    var rowZ = SIMD3<Double>()
    for a in 0..<nodes {
      let slope = SIMD3(
        reference[base + 3 * a], reference[base + 3 * a + 1], reference[base + 3 * a + 2])
      rowX += coordinates[3 * a] * slope
      rowY += coordinates[3 * a + 1] * slope
      rowZ += coordinates[3 * a + 2] * slope
    }
    // The columns of the inverse are the cross products of the rows over the determinant.
    let crossX = cross(rowY, rowZ)
    let crossY = cross(rowZ, rowX)
    let crossZ = cross(rowX, rowY)
    let determinant = (rowX * crossX).sum()
    guard determinant > 0, determinant.isFinite else { return false }
    let inverse = 1 / determinant
    for a in 0..<nodes {
      let slope = SIMD3(
        reference[base + 3 * a], reference[base + 3 * a + 1], reference[base + 3 * a + 2])
      gradients[stride * point + 3 * a] = (crossX * slope).sum() * inverse
      gradients[stride * point + 3 * a + 1] = (crossY * slope).sum() * inverse
      gradients[stride * point + 3 * a + 2] = (crossZ * slope).sum() * inverse
    }
    for pad in (3 * nodes)..<stride { gradients[stride * point + pad] = 0 }
    volumes[point] = weights[point] * determinant
  }
  return true
}
