/// The elements of the library: each is a reference element with its integration rules.
package enum ElementKind: Int, CaseIterable, Sendable {
  case c3d4, c3d6, c3d8, c3d8r, c3d8i, c3d10, c3d15, c3d20, c3d20r
  /// C3D20R with the integration rules of reduced beams: see ``SectionQuadrature``.
  case beam, pipe, box
  /// C3D8I whose inner modes are three nodes of its own: see ``InnerNodes``.
  case bubble

  /// The name on `*ELEMENT, TYPE=`.
  package var name: String {
    switch self {
    case .c3d4: "C3D4"
    case .c3d6: "C3D6"
    case .c3d8: "C3D8"
    case .c3d8r: "C3D8R"
    case .c3d8i, .bubble: "C3D8I"
    case .c3d10: "C3D10"
    case .c3d15: "C3D15"
    case .c3d20: "C3D20"
    case .c3d20r: "C3D20R"
    case .beam: "B32R"
    case .pipe: "B32R (pipe)"
    case .box: "B32R (box)"
    }
  }

  /// The types that decks may name, rather than those that elements become.
  package static let solids = allCases.filter { ![.beam, .pipe, .box, .bubble].contains($0) }

  package init?(name: String) {
    guard let kind = Self.solids.first(where: { $0.name == name }) else { return nil }
    self = kind
  }

  package var reference: any ReferenceElement.Type {
    switch self {
    case .c3d4: Tet4.self
    case .c3d6: Wedge6.self
    case .c3d8, .c3d8r, .c3d8i: Hex8.self
    case .bubble: BubbleHex8.self
    case .c3d10: Tet10.self
    case .c3d15: Wedge15.self
    case .c3d20, .c3d20r, .beam, .pipe, .box: Hex20.self
    }
  }

  /// How strains follow from the displacements.
  package enum Formulation: Sendable {
    /// From the shape functions' gradients at the integration points.
    case standard
    /// One strain, the mean over the volume, with hourglass control: see ``Hourglass``.
    case uniformStrain
    /// With inner modes that are condensed: see ``IncompatibleModes``.
    case incompatibleModes
    /// With inner modes that are unknowns.
    case innerNodes
  }

  package var formulation: Formulation {
    switch self {
    case .c3d4, .c3d6, .c3d8, .c3d10, .c3d15, .c3d20, .c3d20r, .beam, .pipe, .box: .standard
    case .c3d8r: .uniformStrain
    case .c3d8i: .incompatibleModes
    case .bubble: .innerNodes
    }
  }

  /// Whether the integration rule misses deformations that a lone element has.
  package var isReduced: Bool {
    switch self {
    case .c3d6, .c3d8r, .c3d20r, .beam, .pipe, .box: true
    case .c3d4, .c3d8, .c3d8i, .bubble, .c3d10, .c3d15, .c3d20: false
    }
  }

  /// How many nodes are corners; they come first.
  package var cornerCount: Int {
    switch self {
    case .c3d4, .c3d10: 4
    case .c3d6, .c3d15: 6
    case .c3d8, .c3d8r, .c3d8i, .bubble, .c3d20, .c3d20r, .beam, .pipe, .box: 8
    }
  }

  /// For each node after the corners, the two corners it lies between.
  package var middles: [(Int, Int)] {
    switch self {
    case .c3d4, .c3d6, .c3d8, .c3d8r, .c3d8i, .bubble: []
    case .c3d10: Tet10.edges
    case .c3d15: Wedge15.edges
    case .c3d20, .c3d20r, .beam, .pipe, .box: Hex20.edges
    }
  }

  package var nodeCount: Int {
    switch self {
    case .c3d4: 4
    case .c3d6: 6
    case .c3d8, .c3d8r, .c3d8i: 8
    case .c3d10: 10
    case .bubble: 11
    case .c3d15: 15
    case .c3d20, .c3d20r, .beam, .pipe, .box: 20
    }
  }

  /// How many of the nodes others can share, or loads act on; those of inner modes come last.
  var outerCount: Int { formulation == .innerNodes ? cornerCount : nodeCount }

  package var pointCount: Int {
    switch self {
    case .c3d4, .c3d8r: 1
    case .c3d6: 2
    case .c3d10: 4
    case .c3d8, .c3d8i, .bubble, .c3d20r: 8
    case .pipe: 16
    case .box: 32
    case .beam: 50
    case .c3d15: 9
    case .c3d20: 27
    }
  }
}

extension ElementKind {
  /// The most integration points of an element without layers.
  static let mostPoints = allCases.map(\.pointCount).max() ?? 0
}

// MARK: - Integration

extension ElementKind {
  package var quadrature: [QuadraturePoint] {
    switch self {
    case .c3d4: Quadrature.tetrahedron1
    case .c3d6: Quadrature.wedge(Quadrature.triangle1, 2)
    case .c3d8, .c3d8i, .bubble, .c3d20r: Quadrature.hexahedron(2)
    case .beam: SectionQuadrature.rectangle
    case .pipe: SectionQuadrature.pipe(ratio: 0).points
    case .box: SectionQuadrature.box(.solid).points
    case .c3d8r: Quadrature.hexahedron(1)
    case .c3d10: Quadrature.tetrahedron4
    case .c3d15: Quadrature.wedge(Quadrature.triangle3, 3)
    case .c3d20: Quadrature.hexahedron(3)
    }
  }

  /// The field that carries integration point values to the nodes: fitted by least squares, then
  /// evaluated at the nodes, as in CalculiX, except for C3D6, whose two points it takes to lie at
  /// +-sqrt(3/5) instead of +-sqrt(1/3) and mixes up at every other node.
  package var fit: any ReferenceElement.Type {
    switch self {
    case .c3d4, .c3d8r: Constant.self
    case .c3d6: Line2.self
    case .c3d8, .c3d8i, .bubble, .c3d20r, .beam, .pipe, .box: Hex8.self
    case .c3d10: Tet4.self
    case .c3d15: Wedge6.self
    case .c3d20: Hex20.self
    }
  }

  /// The rule for loads on a face (counted from 0), in the face's own coordinates.
  package func faceQuadrature(_ face: Int) -> [(position: SIMD2<Double>, weight: Double)] {
    switch self {
    case .c3d4: Quadrature.triangle1
    case .c3d6: face < 2 ? Quadrature.triangle1 : Quadrature.quadrilateral(1)
    case .c3d8, .c3d8i, .bubble, .c3d20r, .beam, .pipe, .box: Quadrature.quadrilateral(2)
    case .c3d8r: Quadrature.quadrilateral(1)
    case .c3d10: Quadrature.triangle3
    case .c3d15: face < 2 ? Quadrature.triangle3 : Quadrature.quadrilateral(2)
    case .c3d20: Quadrature.quadrilateral(3)
    }
  }

  /// How many nodes of a face (counted from 0) are corners.
  package func faceCornerCount(_ face: Int) -> Int {
    switch self {
    case .c3d4, .c3d10: 3
    case .c3d6, .c3d15: face < 2 ? 3 : 4
    case .c3d8, .c3d8r, .c3d8i, .bubble, .c3d20, .c3d20r, .beam, .pipe, .box: 4
    }
  }
}
