/// An element type of Gmsh: its shape, and its nodes in our order.
///
/// [Gmsh reference manual, sections "MSH file format" and "Node ordering"]
struct GmshShape {
  let dimension: Int
  let nodeCount: Int
  /// How many nodes are corners; they come first.
  let cornerCount: Int
  /// The solid element that it is; nil for points, lines and faces.
  var kind: ElementKind?
  /// For each node of the element, its place in Gmsh's order.
  var order: [Int]

  /// The types that are read, by their number; nil for others.
  static func type(_ number: Int) -> GmshShape? { types[number] }

  private static let types: [Int: GmshShape] = [
    15: GmshShape(0, corners: 1), 1: GmshShape(1, corners: 2),
    8: GmshShape(1, corners: 2, others: 1),
    2: GmshShape(2, corners: 3), 9: GmshShape(2, corners: 3, others: 3),
    3: GmshShape(2, corners: 4), 16: GmshShape(2, corners: 4, others: 4),
    10: GmshShape(2, corners: 4, others: 5),
    4: GmshShape(.c3d4), 11: GmshShape(.c3d10, edges: tetrahedronEdges),
    6: GmshShape(.c3d6), 18: GmshShape(.c3d15, edges: wedgeEdges),
    5: GmshShape(.c3d8), 17: GmshShape(.c3d20r, edges: hexahedronEdges),
  ]

  /// Types that Gmsh has and we do not, with what to do about them.
  static func advice(for number: Int) -> String {
    switch number {
    case 12, 13: "set Mesh.SecondOrderIncomplete=1, so that Gmsh leaves out the nodes inside"
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

  private init(_ dimension: Int, corners: Int, others: Int = 0) {
    self.dimension = dimension
    cornerCount = corners
    nodeCount = corners + others
    order = Array(0..<nodeCount)
  }

  /// - Parameter edges: the corners about each further node, in Gmsh's order.
  private init(_ kind: ElementKind, edges: [(Int, Int)] = []) {
    dimension = 3
    cornerCount = kind.cornerCount
    nodeCount = kind.nodeCount
    self.kind = kind
    order = Array(0..<kind.cornerCount)
    for edge in kind.middles {
      let place = edges.firstIndex { $0 == edge || $0 == (edge.1, edge.0) }
      order.append(kind.cornerCount + (place ?? 0))
    }
  }
}
