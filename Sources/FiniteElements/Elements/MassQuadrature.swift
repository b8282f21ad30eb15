/// Rules for the consistent mass of transient steps, those of CalculiX: hexahedra without inner modes
/// have more points than for the stiffness, so that reduced ones get their full mass.
extension ElementKind {
  var massQuadrature: [QuadraturePoint] {
    switch self {
    case .c3d8, .c3d8r, .c3d20, .c3d20r, .beam, .pipe, .box: Quadrature.hexahedron(3)
    case .c3d4, .c3d6, .c3d8i, .bubble, .c3d10, .c3d15: quadrature
    }
  }
}
