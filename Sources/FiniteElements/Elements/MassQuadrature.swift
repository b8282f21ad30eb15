/// Rules for the consistent mass: exact where the Jacobian determinant is constant.
///
/// As in CalculiX, they have more points than those of the stiffness, so that elements with reduced
/// integration get their full mass.
extension ElementKind {
  var massQuadrature: [QuadraturePoint] {
    switch self {
    case .c3d8, .c3d8r, .c3d8i, .c3d20, .c3d20r, .beam, .pipe, .box: Quadrature.hexahedron(3)
    case .c3d10: Quadrature.tetrahedron15
    case .c3d4, .c3d6, .c3d15: quadrature
    }
  }
}

extension Quadrature {
  /// Fifteen points in the unit tetrahedron: exact for degree 5 [Stroud 1971, T3:5-1].
  static let tetrahedron15: [QuadraturePoint] = {
    let root = 15.0.squareRoot()
    var points = [QuadraturePoint(position: [0.25, 0.25, 0.25], weight: 16.0 / 810)]
    for sign in [-1.0, 1] {
      let a = (7 + sign * root) / 34
      let weight = (2665 - sign * 14 * root) / 226800
      let d = 1 - 3 * a
      let positions: [SIMD3<Double>] = [[a, a, a], [d, a, a], [a, d, a], [a, a, d]]
      points += positions.map { QuadraturePoint(position: $0, weight: weight) }
    }
    let b = (10 - 2 * root) / 40
    let c = 0.5 - b
    let positions: [SIMD3<Double>] = [
      [b, b, c], [b, c, b], [c, b, b], [c, c, b], [c, b, c], [b, c, c],
    ]
    return points + positions.map { QuadraturePoint(position: $0, weight: 10.0 / 1134) }
  }()

  /// Six points in the unit triangle: exact for degree 4 [Strang, Fix 1973, table 4.1].
  static let triangle6: [(position: SIMD2<Double>, weight: Double)] = {
    let inner = (38 - 44 * 0.4.squareRoot()).squareRoot()
    let spread = (213125 - 53320 * 10.0.squareRoot()).squareRoot()
    return [1.0, -1].flatMap { (sign: Double) -> [(position: SIMD2<Double>, weight: Double)] in
      let a = (8 - 10.0.squareRoot() + sign * inner) / 18
      let weight = (620 + sign * spread) / 7440
      let positions: [SIMD2<Double>] = [[a, a], [1 - 2 * a, a], [a, 1 - 2 * a]]
      return positions.map { (position: $0, weight: weight) }
    }
  }()
}
