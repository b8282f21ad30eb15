@testable import FiniteElements

/// Meshes and decks that the tests build for themselves.
enum Bodies {
  /// A brick of `cells` hexahedra, each cut into twelve tetrahedra or two wedges where the element is
  /// one, with every node moved by `shape`.
  static func brick(
    _ kind: ElementKind, cells: SIMD3<Int>, size: SIMD3<Double>,
    shape: (SIMD3<Double>) -> SIMD3<Double> = { $0 }
  ) -> Mesh {
    var builder = MeshBuilder()
    for z in 0..<cells.z {
      for y in 0..<cells.y {
        for x in 0..<cells.x {
          let corners = Hex8.nodes.map { node -> SIMD3<Double> in
            let place = SIMD3<Double>(Double(x), Double(y), Double(z)) + (node + 1) / 2
            return place * size / SIMD3<Double>(Double(cells.x), Double(cells.y), Double(cells.z))
          }
          builder.add(kind, hexahedron: corners.map(shape))
        }
      }
    }
    return builder.mesh
  }

  static let steel = Elasticity.isotropic(young: 210_000, poisson: 0.3)

  static func deck(_ mesh: Mesh, _ elasticity: Elasticity = steel, steps: [Step]) -> Deck {
    let material = Material(name: "EL", elasticity: elasticity, density: 7.8e-9)
    return Deck(
      mesh: mesh, sections: [Section(material: material, orientation: nil, elasticity: elasticity)],
      sectionOfElement: [Int](repeating: 0, count: mesh.elementCount), materials: [material],
      companions: Companions(labelledCount: mesh.nodeCount), steps: steps)
  }

  /// A step that prescribes `field` at the nodes for which `isHeld`.
  static func step(
    _ mesh: Mesh, isHeld: (Int) -> Bool, _ field: (SIMD3<Double>) -> SIMD3<Double>
  ) -> Step {
    var step = Step(number: 1, place: Place(file: "test.inp", line: 1))
    for node in 0..<mesh.nodeCount where isHeld(node) {
      let displacement = field(mesh.position(of: node))
      for direction in 0..<3 {
        step.prescribed[3 * node + direction] = .value(displacement[direction])
      }
    }
    return step
  }

  static func solve(_ deck: Deck) throws -> Frame {
    var solver = LinearStatic(deck: deck, SolverSettings(threads: 1))
    return try solver.solve(deck.steps[0])
  }
}

/// Joins elements at equal places.
struct MeshBuilder {
  private var places: [SIMD3<Double>: Int] = [:]
  private var coordinates: [Double] = []
  private var kinds: [ElementKind] = []
  private var connectivity: [Int] = []

  /// Tetrahedra fill a hexahedron from its centre; each face is cut from the corner that comes first
  /// in space, so that neighbours cut it alike. Wedges cut its first two faces.
  mutating func add(_ kind: ElementKind, hexahedron corners: [SIMD3<Double>]) {
    switch kind.cornerCount {
    case 8: add(kind, corners)
    case 6:
      add(kind, [0, 1, 2, 4, 5, 6].map { corners[$0] })
      add(kind, [0, 2, 3, 4, 6, 7].map { corners[$0] })
    default: addTetrahedra(kind, corners)
    }
  }

  private mutating func addTetrahedra(_ kind: ElementKind, _ corners: [SIMD3<Double>]) {
    let centre = corners.reduce(SIMD3<Double>(), +) / 8
    for face in Hex8.faces {
      let places = face.map { corners[$0] }
      let first = places.indices.min { Self.comes(places[$0], before: places[$1]) } ?? 0
      let turned = (0..<4).map { places[(first + $0) % 4] }
      add(kind, [turned[0], turned[1], turned[2], centre])
      add(kind, [turned[0], turned[2], turned[3], centre])
    }
  }

  private static func comes(_ a: SIMD3<Double>, before b: SIMD3<Double>) -> Bool {
    (a.x, a.y, a.z) < (b.x, b.y, b.z)
  }

  private mutating func add(_ kind: ElementKind, _ corners: [SIMD3<Double>]) {
    let middles = kind.middles.map { (corners[$0.0] + corners[$0.1]) / 2 }
    kinds.append(kind)
    connectivity += (corners + middles).map { node(at: $0) }
  }

  private mutating func node(at place: SIMD3<Double>) -> Int {
    let key = (place * 1e9).rounded(.toNearestOrEven)
    if let known = places[key] { return known }
    let node = coordinates.count / 3
    places[key] = node
    coordinates += [place.x, place.y, place.z]
    return node
  }

  var mesh: Mesh {
    Mesh(
      nodeLabels: Array(1...(coordinates.count / 3)), coordinates: coordinates,
      elementLabels: Array(1...kinds.count), elementKinds: kinds, connectivity: connectivity)
  }
}
