import LinearAlgebra

/// The uniform strain hexahedron (C3D8R) and its control of hourglass modes.
///
/// Strains follow from the gradients' mean over the volume, so that the patch test is passed. What
/// that strain does not see is held by an artificial stiffness against the four hourglass vectors,
/// which are orthogonal to all linear fields [Flanagan, Belytschko 1981, Int. J. Numer. Meth. Eng. 17,
/// 679-706, eqs. 16, 50-58].
enum Hourglass {
  /// Share of the element's stiffness that resists hourglass modes: CalculiX's.
  private static let share = 0.0005

  /// Share of the conduction that resists hourglass fields of temperature: with it they conduct in a cube
  /// what they do under full integration, k times the integral of grad(eta zeta)^2 [Liu, Belytschko 1984,
  /// Int. J. Numer. Meth. Eng. 20, 931-948].
  private static let conductionShare = 1.0 / 36

  /// The hourglass base vectors: values of eta zeta, zeta xi, xi eta and xi eta zeta at the nodes.
  private static let base: [Double] = Hex8.nodes.flatMap {
    [$0.y * $0.z, $0.z * $0.x, $0.x * $0.y, $0.x * $0.y * $0.z]
  }

  /// How many numbers `geometry.hourglass` holds: four for each node, then the stiffness for a
  /// modulus of one.
  static let count = 33

  /// Fills the mean gradients, the volume and the hourglass vectors.
  ///
  /// - Returns: false when the Jacobian determinant is not positive at a point of the 2 x 2 x 2 rule.
  static func evaluate(_ geometry: borrowing ElementGeometry) -> Bool {
    let full = ElementTable.all[ElementKind.c3d8.rawValue]
    guard FiniteElements.evaluate(geometry, full) else { return false }
    average(geometry, points: full.pointCount)
    base.withView { base in orthogonalise(geometry, base) }
    return true
  }

  /// Replaces the gradients at the points by their mean over the volume, kept at the first point.
  private static func average(_ geometry: borrowing ElementGeometry, points: Int) {
    let (gradients, volumes) = (geometry.gradients.view, geometry.volumes.view)
    var volume = 0.0
    for point in 0..<points { volume += volumes[point] }
    var squares = 0.0
    for entry in 0..<24 {
      var sum = 0.0
      for point in 0..<points { sum += volumes[point] * gradients[24 * point + entry] }
      gradients[entry] = sum / volume
      squares += gradients[entry] * gradients[entry]
    }
    volumes[0] = volume
    geometry.hourglass.view[32] = share * volume * squares
  }

  // gamma_a = h_a - sum_j b_aj sum_c h_c x_cj with the mean gradients b.
  private static func orthogonalise(_ geometry: borrowing ElementGeometry, _ base: View<Double>) {
    let (gradients, coordinates) = (geometry.gradients.view, geometry.coordinates.view)
    let hourglass = geometry.hourglass.view
    for mode in 0..<4 {
      var moment = SIMD3<Double>()
      for a in 0..<8 {
        moment +=
          base[4 * a + mode]
          * SIMD3(coordinates[3 * a], coordinates[3 * a + 1], coordinates[3 * a + 2])
      }
      for a in 0..<8 {
        let slope = SIMD3(gradients[3 * a], gradients[3 * a + 1], gradients[3 * a + 2])
        hourglass[4 * a + mode] = base[4 * a + mode] - (slope * moment).sum()
      }
    }
  }

  /// Adds the control to the blocks (a, b), a <= b, of the stiffness matrix in `geometry.products`.
  static func addStiffness(_ geometry: borrowing ElementGeometry, modulus: Double) {
    let (hourglass, products) = (geometry.hourglass.view, geometry.products.view)
    let stiffness = modulus * hourglass[32]
    for a in 0..<8 {
      for b in a..<8 {
        let value = stiffness * (hourglass[four: 4 * a] * hourglass[four: 4 * b]).sum()
        for direction in 0..<3 { products[24 * (3 * a + direction) + 3 * b + direction] += value }
      }
    }
  }

  /// Adds the control of hourglass temperatures to a conductivity matrix of shape `[8, 8]`.
  static func addConduction(
    _ geometry: borrowing ElementGeometry, conductivity: Double, to matrix: MutableView<Double>
  ) {
    let hourglass = geometry.hourglass.view
    let conductance = conductivity * conductionShare / share * hourglass[32]
    for a in 0..<8 {
      for b in 0..<8 {
        matrix[8 * a + b] +=
          conductance * (hourglass[four: 4 * a] * hourglass[four: 4 * b]).sum()
      }
    }
  }

  /// Adds the heat that hourglass temperatures carry away from the nodes.
  static func addConduction(
    _ geometry: borrowing ElementGeometry, conductivity: Double,
    temperatures: MutableView<Double>, to flows: MutableView<Double>
  ) {
    let hourglass = geometry.hourglass.view
    let conductance = conductivity * conductionShare / share * hourglass[32]
    var amplitude = SIMD4<Double>()
    for a in 0..<8 { amplitude += temperatures[a] * hourglass[four: 4 * a] }
    for a in 0..<8 { flows[a] += conductance * (hourglass[four: 4 * a] * amplitude).sum() }
  }

  /// Adds the control's forces to those of an element, both of shape `[8, 3]`.
  static func addForces(
    _ geometry: borrowing ElementGeometry, modulus: Double, displacements: MutableView<Double>,
    forces: MutableView<Double>
  ) {
    let hourglass = geometry.hourglass.view
    let stiffness = modulus * hourglass[32]
    for direction in 0..<3 {
      var amplitude = SIMD4<Double>()
      for a in 0..<8 { amplitude += displacements[3 * a + direction] * hourglass[four: 4 * a] }
      for a in 0..<8 {
        forces[3 * a + direction] += stiffness * (amplitude * hourglass[four: 4 * a]).sum()
      }
    }
  }
}
