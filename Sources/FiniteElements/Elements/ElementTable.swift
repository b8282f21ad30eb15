import LinearAlgebra

/// An element's shape functions, gradients and fit, evaluated once at its integration points.
///
/// Flat arrays, so that kernels can run through them; see ``ElementKind`` for the facts themselves.
package struct ElementTable: Sendable {
  package let kind: ElementKind
  package let nodeCount: Int
  package let pointCount: Int
  /// Weight of each integration point.
  package let weights: [Double]
  /// Shape functions, shape `[points, nodes]`.
  package let basis: [Double]
  /// Derivatives by the reference coordinates, shape `[points, nodes, 3]`.
  package let gradients: [Double]
  /// Nodal values from point values, shape `[nodes, points]`.
  package let extrapolation: [Double]

  package init(_ kind: ElementKind) {
    let extrapolation =
      switch kind {
      case .beam: SectionQuadrature.rectangleExtrapolation
      case .pipe: SectionQuadrature.pipe(ratio: 0).extrapolation
      case .box: SectionQuadrature.box(.solid).extrapolation
      case .c3d4, .c3d6, .c3d8, .c3d8r, .c3d8i, .bubble, .c3d10, .c3d15, .c3d20, .c3d20r:
        Self.extrapolation(of: kind)
      }
    self.init(kind, kind.quadrature, extrapolation)
  }

  /// A beam of a section with a rule of its own.
  init(_ kind: ElementKind, _ section: SectionQuadrature) {
    self.init(kind, section.points, section.extrapolation)
  }

  init(_ kind: ElementKind, _ points: [QuadraturePoint], _ extrapolation: [Double]) {
    let element = kind.reference
    self.kind = kind
    nodeCount = kind.nodeCount
    pointCount = points.count
    weights = points.map(\.weight)
    basis = points.flatMap { element.basis(at: $0.position) }
    gradients = points.flatMap {
      element.gradient(at: $0.position).flatMap { [$0.x, $0.y, $0.z] }
    }
    self.extrapolation = extrapolation
  }

  /// All tables, indexed by the raw value of the kind.
  package static let all = ElementKind.allCases.map(ElementTable.init)

  /// Tables with the points of ``ElementKind/massQuadrature``, by the kind's raw value.
  ///
  /// Hexahedra of uniform strain and those with condensed modes have rules of their own.
  static let full = ElementKind.allCases.map { kind in
    switch kind.formulation {
    case .standard, .innerNodes: ElementTable(kind, kind.massQuadrature, [])
    case .uniformStrain, .incompatibleModes: all[kind.rawValue]
    }
  }

  // With F the fitted field's functions at the points and N at the nodes: N (Fᵀ F)⁻¹ Fᵀ.
  private static func extrapolation(of kind: ElementKind) -> [Double] {
    let fit = kind.fit
    let atPoints = kind.quadrature.map { fit.basis(at: $0.position) }
    let size = fit.nodes.count
    var normal = (0..<size).map { i in
      (0..<size).map { j in atPoints.reduce(0) { $0 + $1[i] * $1[j] } }
    }
    var right = (0..<size).map { i in atPoints.map { $0[i] } }
    solve(&normal, &right)
    return kind.reference.nodes.flatMap { node in
      let value = fit.basis(at: node)
      return atPoints.indices.map { point in
        (0..<size).reduce(0) { $0 + value[$1] * right[$1][point] }
      }
    }
  }

  /// Gauss elimination without pivoting: the normal matrix is positive definite. Both overwritten.
  private static func solve(_ matrix: inout [[Double]], _ right: inout [[Double]]) {
    for pivot in matrix.indices {
      for row in matrix.indices where row != pivot {
        let factor = matrix[row][pivot] / matrix[pivot][pivot]
        for column in matrix.indices { matrix[row][column] -= factor * matrix[pivot][column] }
        for column in right[row].indices { right[row][column] -= factor * right[pivot][column] }
      }
    }
    for row in matrix.indices {
      for column in right[row].indices { right[row][column] /= matrix[row][row] }
    }
  }
}
