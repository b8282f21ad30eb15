/// An element type of Gmsh: its shape, and its nodes in our order.
///
/// [Gmsh reference manual, sections "MSH file format" and "Node ordering"]
struct GmshShape {
  let dimension: Int
  let nodeCount: Int
  /// How many nodes are corners; they come first.
  let cornerCount: Int
  /// The solid that it is; nil for points, lines and faces.
  private var solid: ElementKind?
  /// For each node of the element, its place in Gmsh's order.
  private(set) var order: [Int]

  /// The types that are read, by their number; nil for others.
  static func type(_ number: Int) -> GmshShape? { types[number] }

  private static let types: [Int: GmshShape] = [
    15: GmshShape(0, corners: 1), 1: GmshShape(1, corners: 2),
    8: GmshShape(1, corners: 2, others: 1, order: [0, 2, 1]),
    2: GmshShape(2, corners: 3), 9: GmshShape(2, corners: 3, others: 3),
    3: GmshShape(2, corners: 4), 16: GmshShape(2, corners: 4, others: 4),
    10: GmshShape(2, corners: 4, others: 5),
    4: GmshShape(.c3d4), 11: GmshShape(.c3d10, edges: tetrahedronEdges),
    6: GmshShape(.c3d6), 18: GmshShape(.c3d15, edges: wedgeEdges),
    5: GmshShape(.c3d8), 17: GmshShape(.c3d20r, edges: hexahedronEdges),
  ]

  /// What an element of this shape becomes; nil where there is no such element.
  ///
  /// - Parameter wanted: types of the shape's dimension. The last one with as many nodes is taken; without
  ///   one, volumes become C3D4, C3D6, C3D8, C3D10, C3D15, C3D20R, surfaces and lines the like of their
  ///   family: S3, S4, S6, S8R, B31, B32R.
  func elementType(among wanted: [ElementType]) -> ElementType? {
    if let exact = wanted.last(where: { $0.nodeCount == nodeCount }) { return exact }
    if let solid { return ElementType(solid) }
    guard let family = wanted.last?.structure?.family else { return nil }
    let fitting = StructuralKind.all.filter {
      $0.family == family && $0.nodeCount == nodeCount && !$0.isPlaneTruss
    }
    return (nodeCount > cornerCount ? fitting.last : fitting.first).map { ElementType($0) }
  }

  /// What to do where there is no element with as many nodes.
  var advice: String {
    nodeCount > 2 * cornerCount ? Self.incomplete : "mesh with elements of first order"
  }

  private static let incomplete =
    "set Mesh.SecondOrderIncomplete=1, so that Gmsh leaves out the nodes inside"

  /// Types that Gmsh has and we do not, with what to do about them.
  static func advice(for number: Int) -> String {
    switch number {
    case 12, 13: incomplete
    case 7, 14, 19: "mesh without pyramids"
    default: "use elements of first or second order"
    }
  }

  private static let tetrahedronEdges = [(0, 1), (1, 2), (0, 2), (0, 3), (2, 3), (1, 3)]
  private static let wedgeEdges = [
    (0, 1), (0, 2), (0, 3), (1, 2), (1, 4), (2, 5), (3, 4), (3, 5), (4, 5),
  ]
  private static let hexahedronEdges = [
    (0, 1), (0, 3), (0, 4), (1, 2), (1, 5), (2, 3), (2, 6), (3, 7), (4, 5), (4, 7), (5, 6), (6, 7),
  ]

  private init(_ dimension: Int, corners: Int, others: Int = 0, order: [Int]? = nil) {
    self.dimension = dimension
    cornerCount = corners
    nodeCount = corners + others
    self.order = order ?? Array(0..<nodeCount)
  }

  /// - Parameter edges: the corners about each further node, in Gmsh's order.
  private init(_ kind: ElementKind, edges: [(Int, Int)] = []) {
    dimension = 3
    cornerCount = kind.cornerCount
    nodeCount = kind.nodeCount
    solid = kind
    order = Array(0..<kind.cornerCount)
    for edge in kind.middles {
      let place = edges.firstIndex { $0 == edge || $0 == (edge.1, edge.0) }
      order.append(kind.cornerCount + (place ?? 0))
    }
  }
}
