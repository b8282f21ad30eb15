import LinearAlgebra

extension IncompatibleModes {
  /// Adds to an element's consistent mass what its inner modes move.
  ///
  /// The modes follow the nodes statically, a = T u with T = -K_ii⁻¹ K_iu, so that the mass becomes
  /// M_uu + M_ui T + Tᵀ M_iu + Tᵀ M_ii T [Guyan 1965, AIAA J. 3, 380]. Their own frequencies are those of
  /// waves shorter than the element, far above the ones that are sought.
  ///
  /// - Parameters:
  ///   - geometry: of the element, evaluated.
  ///   - matrix: shape `[24, 24]`.
  static func addMass(
    _ geometry: borrowing ElementGeometry, _ law: StiffnessLaw, density: Double,
    scratch: MutableView<Double>, to matrix: MutableView<Double>
  ) {
    let mixed = bubbleMass(geometry, density: density)
    let follow = influence(geometry, law, scratch: scratch)
    // Y = M_ii T + M_iu.
    var rows = [Double](repeating: 0, count: 9 * 24)
    for bubble in 0..<3 {
      for direction in 0..<3 {
        let row = 24 * (3 * bubble + direction)
        for column in 0..<24 {
          for other in 0..<3 {
            rows[row + column] +=
              mixed[11 * bubble + 8 + other] * follow[24 * (3 * other + direction) + column]
          }
        }
        for node in 0..<8 { rows[row + 3 * node + direction] += mixed[11 * bubble + node] }
      }
    }
    for row in 0..<24 {
      let (node, direction) = (row / 3, row % 3)
      for column in 0..<24 {
        var sum = 0.0
        for bubble in 0..<3 {
          sum += mixed[11 * bubble + node] * follow[24 * (3 * bubble + direction) + column]
        }
        for mode in 0..<9 { sum += follow[24 * mode + row] * rows[24 * mode + column] }
        matrix[24 * row + column] += sum
      }
    }
  }

  /// Integrals of density times each bubble times the eight shape functions and the three bubbles.
  static func bubbleMass(
    _ geometry: borrowing ElementGeometry, density: Double
  ) -> [Double] {
    var mass = [Double](repeating: 0, count: 3 * 11)
    for (point, rule) in Quadrature.hexahedron(2).enumerated() {
      let bubbles = 1 - rule.position * rule.position
      let functions = Hex8.basis(at: rule.position) + [bubbles.x, bubbles.y, bubbles.z]
      let factor = density * geometry.volumes.view[point]
      for bubble in 0..<3 {
        for (index, function) in functions.enumerated() {
          mass[11 * bubble + index] += factor * bubbles[bubble] * function
        }
      }
    }
    return mass
  }
}
