import LinearAlgebra

/// The inner modes of the hexahedron C3D8I, which let it bend without shear locking.
///
/// Three bubbles 1 - xi², 1 - eta², 1 - zeta² in each direction [Wilson et al. 1973]; their gradients
/// are taken with the Jacobian of the centre times the ratio of the determinants, so that their mean
/// vanishes and the patch test is passed [Taylor, Beresford, Wilson 1976, Int. J. Numer. Meth. Eng. 10,
/// 1211; Simo, Rifai 1990, same 29, 1595]. The modes carry no load: they are condensed, except where
/// they move in ways of their own (``InnerNodes``).
/// CalculiX leaves out the ratio, which makes no difference where elements are parallelepipeds.
enum IncompatibleModes {
  /// Three directions of three bubbles.
  private static let size = 9
  private static let points = 8
  /// Columns of the inner rows: 24 freedoms of the nodes, 9 inner ones, padded to a multiple of four.
  private static let stride = 36

  /// How many numbers `geometry.inner` holds: gradients `[points, bubble, 3]`, inner rows
  /// `[9, stride]`, amplitudes `[bubble, 3]`.
  static let count = 8 * 9 + 9 * 36 + 9
  private static let rows = 8 * 9
  private static let amplitudes = rows + 9 * 36

  private static let positions: [Double] = Quadrature.hexahedron(2).flatMap {
    [$0.position.x, $0.position.y, $0.position.z]
  }

  /// Fills the bubbles' gradients; the element's volumes and coordinates are there.
  static func evaluate(_ geometry: borrowing ElementGeometry) {
    let cofactors = cofactorsOfCentre(geometry)
    let (inner, volumes) = (geometry.inner.view, geometry.volumes.view)
    positions.withView { positions in
      for point in 0..<points {
        for bubble in 0..<3 {
          // The determinant of the centre cancels; the weights of the rule are one.
          let slope = -2 * positions[3 * point + bubble] / volumes[point]
          let at = size * point + 3 * bubble
          inner[at] = slope * cofactors.0[bubble]
          inner[at + 1] = slope * cofactors.1[bubble]
          inner[at + 2] = slope * cofactors.2[bubble]
        }
      }
    }
  }

  /// The rows of the Jacobian's cofactors in the centre of a hexahedron.
  static func cofactorsOfCentre(
    _ geometry: borrowing ElementGeometry
  ) -> (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>) {
    let coordinates = geometry.coordinates.view
    var rowX = SIMD3<Double>()
    var rowY = SIMD3<Double>()
    var rowZ = SIMD3<Double>()
    for (a, node) in Hex8.nodes.enumerated() {
      rowX += coordinates[3 * a] / 8 * node
      rowY += coordinates[3 * a + 1] / 8 * node
      rowZ += coordinates[3 * a + 2] / 8 * node
    }
    return (cross(rowY, rowZ), cross(rowZ, rowX), cross(rowX, rowY))
  }

  /// Takes the condensed modes from the blocks (a, b), a <= b, of the stiffness matrix.
  ///
  /// With K_ii = L Lᵀ: K_uu - (L⁻¹ K_iu)ᵀ (L⁻¹ K_iu).
  static func condense(
    _ geometry: borrowing ElementGeometry, _ law: StiffnessLaw, scratch: MutableView<Double>
  ) {
    fillRows(geometry, law, scratch: scratch)
    let (inner, products) = (geometry.inner.view, geometry.products.view)
    factorise(inner)
    for row in 0..<24 {
      for column in (row / 3 * 3)..<24 {
        var sum = 0.0
        for mode in 0..<size {
          let at = rows + stride * mode
          sum += inner[at + row] * inner[at + column]
        }
        products[24 * row + column] -= sum
      }
    }
  }

  /// Fills the amplitudes that balance the element: K_ii a = -K_iu u.
  static func balance(
    _ geometry: borrowing ElementGeometry, _ law: StiffnessLaw,
    displacements: MutableView<Double>, scratch: MutableView<Double>
  ) {
    fillRows(geometry, law, scratch: scratch)
    let inner = geometry.inner.view
    var right = [Double](repeating: 0, count: size)
    for mode in 0..<size {
      for column in 0..<24 {
        right[mode] -= inner[rows + stride * mode + column] * displacements[column]
      }
    }
    factorise(inner)
    for (mode, value) in solved(inner, right).enumerated() { inner[amplitudes + mode] = value }
  }

  /// The amplitudes that ``balance(_:_:displacements:scratch:)`` found, shape `[bubble, 3]`.
  static func amplitudes(_ geometry: borrowing ElementGeometry) -> [Double] {
    (0..<size).map { geometry.inner.view[amplitudes + $0] }
  }

  /// Solves L Lᵀ x = b.
  private static func solved(_ inner: MutableView<Double>, _ right: [Double]) -> [Double] {
    var values = right
    for mode in 0..<size {
      for earlier in 0..<mode { values[mode] -= lower(inner, mode, earlier) * values[earlier] }
      values[mode] /= lower(inner, mode, mode)
    }
    for mode in (0..<size).reversed() {
      for later in (mode + 1)..<size { values[mode] -= lower(inner, later, mode) * values[later] }
      values[mode] /= lower(inner, mode, mode)
    }
    return values
  }

  /// The part of the displacement gradient at a point that stems from the modes: rows u, v, w.
  static func displacementGradient(
    _ geometry: borrowing ElementGeometry, point: Int
  ) -> (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>) {
    let inner = geometry.inner.view
    var (gradX, gradY, gradZ) = (SIMD3<Double>(), SIMD3<Double>(), SIMD3<Double>())
    for bubble in 0..<3 {
      let at = size * point + 3 * bubble
      let slope = SIMD3(inner[at], inner[at + 1], inner[at + 2])
      gradX += inner[amplitudes + 3 * bubble] * slope
      gradY += inner[amplitudes + 3 * bubble + 1] * slope
      gradZ += inner[amplitudes + 3 * bubble + 2] * slope
    }
    return (gradX, gradY, gradZ)
  }
}

// MARK: - Inner rows

extension IncompatibleModes {
  /// The rows of the modes in the stiffness matrix: K_iu, then K_ii.
  private static func fillRows(
    _ geometry: borrowing ElementGeometry, _ law: StiffnessLaw, scratch: MutableView<Double>
  ) {
    let (inner, gradients, volumes) = (
      geometry.inner.view, geometry.gradients.view, geometry.volumes.view
    )
    for row in 0..<size {
      let at = rows + stride * row
      for column in 0..<stride { inner[at + column] = 0 }
      for point in 0..<points {
        let left = volumes[point] * inner[size * point + row]
        for column in 0..<24 { inner[at + column] += left * gradients[24 * point + column] }
        for column in 0..<size { inner[at + 24 + column] += left * inner[size * point + column] }
      }
    }
    switch law {
    case .isotropic(let lambda, let mu):
      for bubble in 0..<3 {
        for block in 0..<11 {
          applyIsotropic(
            lambda: lambda, mu: mu, products: inner, at: rows + 3 * stride * bubble + 3 * block,
            stride: stride)
        }
      }
    case .general(let constants):
      constants.withView { tensor in
        for bubble in 0..<3 {
          for block in 0..<11 {
            applyGeneral(
              tensor, products: inner, at: rows + 3 * stride * bubble + 3 * block, stride: stride,
              scratch: scratch)
          }
        }
      }
    }
  }

  @inline(__always)
  private static func lower(_ inner: MutableView<Double>, _ row: Int, _ column: Int) -> Double {
    inner[rows + stride * row + 24 + column]
  }

  /// Cholesky factor of K_ii into its lower triangle; K_iu becomes L⁻¹ K_iu.
  private static func factorise(_ inner: MutableView<Double>) {
    for row in 0..<size {
      let at = rows + stride * row
      for column in 0...row {
        var sum = inner[at + 24 + column]
        for k in 0..<column { sum -= lower(inner, row, k) * lower(inner, column, k) }
        inner[at + 24 + column] =
          column == row ? sum.squareRoot() : sum / lower(inner, column, column)
      }
      for column in 0..<24 {
        var sum = inner[at + column]
        for k in 0..<row { sum -= lower(inner, row, k) * inner[rows + stride * k + column] }
        inner[at + column] = sum / lower(inner, row, row)
      }
    }
  }
}
