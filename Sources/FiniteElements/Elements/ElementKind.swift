/// The elements of the library: each is a reference element with its integration rules.
package enum ElementKind: Int, CaseIterable, Sendable {
  case c3d4, c3d8, c3d10, c3d20, c3d20r

  /// The name on `*ELEMENT, TYPE=`.
  package var name: String {
    switch self {
    case .c3d4: "C3D4"
    case .c3d8: "C3D8"
    case .c3d10: "C3D10"
    case .c3d20: "C3D20"
    case .c3d20r: "C3D20R"
    }
  }

  package init?(name: String) {
    guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = kind
  }

  package var reference: any ReferenceElement.Type {
    switch self {
    case .c3d4: Tet4.self
    case .c3d8: Hex8.self
    case .c3d10: Tet10.self
    case .c3d20, .c3d20r: Hex20.self
    }
  }

  /// How many nodes are corners; they come first.
  package var cornerCount: Int {
    switch self {
    case .c3d4, .c3d10: 4
    case .c3d8, .c3d20, .c3d20r: 8
    }
  }

  /// For each node after the corners, the two corners it lies between.
  package var middles: [(Int, Int)] {
    switch self {
    case .c3d4, .c3d8: []
    case .c3d10: Tet10.edges
    case .c3d20, .c3d20r: Hex20.edges
    }
  }

  /// The field that carries integration point values to the nodes: fitted by least squares, then
  /// evaluated at the nodes.
  package var fit: any ReferenceElement.Type {
    switch self {
    case .c3d4: Constant.self
    case .c3d8, .c3d20r: Hex8.self
    case .c3d10: Tet4.self
    case .c3d20: Hex20.self
    }
  }

  package var quadrature: [QuadraturePoint] {
    switch self {
    case .c3d4: Quadrature.tetrahedron1
    case .c3d8, .c3d20r: Quadrature.hexahedron(2)
    case .c3d10: Quadrature.tetrahedron4
    case .c3d20: Quadrature.hexahedron(3)
    }
  }

  /// The rule for loads on a face, in the face's own coordinates.
  package var faceQuadrature: [(position: SIMD2<Double>, weight: Double)] {
    switch self {
    case .c3d4: Quadrature.triangle1
    case .c3d8, .c3d20r: Quadrature.quadrilateral(2)
    case .c3d10: Quadrature.triangle3
    case .c3d20: Quadrature.quadrilateral(3)
    }
  }

  /// How many nodes of a face are corners.
  package var faceCornerCount: Int {
    switch self {
    case .c3d4, .c3d10: 3
    case .c3d8, .c3d20, .c3d20r: 4
    }
  }

  package var nodeCount: Int {
    switch self {
    case .c3d4: 4
    case .c3d8: 8
    case .c3d10: 10
    case .c3d20, .c3d20r: 20
    }
  }

  package var pointCount: Int {
    switch self {
    case .c3d4: 1
    case .c3d10: 4
    case .c3d8, .c3d20r: 8
    case .c3d20: 27
    }
  }
}
