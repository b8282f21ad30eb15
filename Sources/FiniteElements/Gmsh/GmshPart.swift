/// The mesh of a `.msh` file as a deck takes it: elements, their sets and surfaces, all by label.
///
/// The elements are those of the highest dimension: volumes are solids; of surfaces and lines it has to be
/// said what they are. Each physical group becomes a set of its nodes; one of the highest dimension also a
/// set of its elements, one of a dimension less a surface of the faces or edges that lie on it. A group of
/// shells or membranes is a surface as well, on which pressure pushes along the normals. Groups without a
/// name are called VOLUME1, SURFACE2, CURVE3, POINT4; NALL and EALL hold everything.
struct GmshPart: Sendable {
  private(set) var nodeLabels: [Int] = []
  /// Shape `[nodes, 3]`.
  private(set) var coordinates: [Double] = []
  private(set) var elementLabels: [Int] = []
  /// The solids that the elements are or become.
  private(set) var elementKinds: [ElementKind] = []
  /// What the elements are before they are expanded; empty where they are solids.
  private(set) var structuralKinds: [StructuralKind] = []
  /// Labels of the nodes of one element after the other, as many as a deck gives it.
  private(set) var connectivity: [Int] = []
  private(set) var nodeSets: [(name: String, labels: [Int])] = []
  private(set) var elementSets: [(name: String, labels: [Int])] = []
  /// Faces are counted from 0.
  private(set) var surfaces: [(name: String, faces: [(element: Int, face: Int)])] = []

  /// - Parameter types: what to make of the elements; see ``GmshShape/elementType(among:)``.
  /// - Throws: what the mesh lacks, or which type does not fit it.
  init(_ file: GmshFile, types: [ElementType] = []) throws(GmshMismatch) {
    let dimension = file.dimension
    guard dimension > 0 else { throw .noElements }
    let wanted = types.filter { $0.dimension == dimension }
    guard !wanted.isEmpty || dimension == 3 else { throw .typeMissing(dimension: dimension) }
    if let other = types.first(where: { $0.dimension != dimension }) {
      throw .typeDoesNotFit(other.structure?.name ?? other.solid.name, dimension: dimension)
    }
    guard Set(wanted.map { $0.structure?.family }).count <= 1 else { throw .severalFamilies }
    nodeLabels = file.nodeTags
    coordinates = file.coordinates
    for block in file.blocks where block.shape.dimension == dimension {
      guard let type = block.shape.elementType(among: wanted) else {
        throw .noSuchElement(nodes: block.shape.nodeCount, advice: block.shape.advice)
      }
      add(block, type)
    }
    if structuralKinds.contains(where: \.isPlane) { turnAnticlockwise() }
    for group in file.groups { add(group, of: file) }
    addAll()
  }

  private mutating func add(_ block: GmshFile.Block, _ type: ElementType) {
    elementLabels += block.tags
    elementKinds += repeatElement(type.solid, count: block.tags.count)
    if let structure = type.structure {
      structuralKinds += repeatElement(structure, count: block.tags.count)
    }
    connectivity.reserveMore(block.nodes.count)
    for first in stride(from: 0, to: block.nodes.count, by: block.shape.nodeCount) {
      for place in block.shape.order { connectivity.append(block.nodes[first + place]) }
    }
  }

  private mutating func add(_ group: GmshFile.Group, of file: GmshFile) {
    let name = file.setName(of: group)
    let blocks = file.blocks(of: group)
    nodeSets.append((name, Set(blocks.flatMap(\.block.nodes)).sorted()))
    if group.dimension == file.dimension {
      elementSets.append((name, blocks.flatMap(\.block.tags).sorted()))
      guard let family = structuralKinds.first?.family, family == .shell || family == .membrane
      else { return }
      let faces = blocks.flatMap { block, isReversed in
        block.tags.map { (element: $0, face: isReversed ? 1 : 0) }
      }
      surfaces.append((name, faces))
    } else if group.dimension == file.dimension - 1, group.dimension > 0 {
      let faces = FaceFinder(blocks.map(\.block)).faces(of: self)
      if !faces.isEmpty { surfaces.append((name, faces)) }
    }
  }

  private mutating func addAll() {
    if !nodeSets.contains(where: { $0.name == "NALL" }) { nodeSets.append(("NALL", nodeLabels)) }
    if !elementSets.contains(where: { $0.name == "EALL" }) {
      elementSets.append(("EALL", elementLabels))
    }
  }

  /// How many nodes a deck gives an element.
  func nodeCount(of element: Int) -> Int {
    structuralKinds.isEmpty ? elementKinds[element].nodeCount : structuralKinds[element].nodeCount
  }

  func cornerCount(of element: Int) -> Int {
    structuralKinds.isEmpty
      ? elementKinds[element].cornerCount : structuralKinds[element].cornerCount
  }

  /// The nodes of plane elements run anticlockwise; which way their surface is turned means nothing.
  private mutating func turnAnticlockwise() {
    let rows = Dictionary(
      zip(nodeLabels, nodeLabels.indices), uniquingKeysWith: { _, last in last })
    var first = 0
    for kind in structuralKinds {
      let corners = first..<(first + kind.cornerCount)
      let end = first + kind.nodeCount
      let places = connectivity[corners].map { label in
        rows[label].map { SIMD2(coordinates[3 * $0], coordinates[3 * $0 + 1]) } ?? [0, 0]
      }
      let area = places.indices.reduce(0.0) { sum, corner in
        let (one, next) = (places[corner], places[(corner + 1) % places.count])
        return sum + one.x * next.y - next.x * one.y
      }
      if area < 0 {
        connectivity[(first + 1)..<corners.upperBound].reverse()
        connectivity[corners.upperBound..<end].reverse()
      }
      first = end
    }
  }
}

/// Why a mesh of Gmsh does not give the elements that a deck asks for.
enum GmshMismatch: Error, Equatable {
  case noElements
  case typeMissing(dimension: Int)
  case typeDoesNotFit(String, dimension: Int)
  case severalFamilies
  case noSuchElement(nodes: Int, advice: String)

  /// What the file does, its name left out: "has no volume elements".
  var what: String {
    switch self {
    case .noElements: "has no elements"
    case .typeMissing(let dimension):
      dimension == 2
        ? "has no volume elements, and TYPE does not say what its surfaces are"
        : "has neither volume nor surface elements, and TYPE does not say what its lines are"
    case .typeDoesNotFit(let type, let dimension):
      "has \(Self.names[dimension]) elements, which cannot become \(type)"
    case .severalFamilies: "cannot become elements of several families"
    case .noSuchElement(let nodes, _): "has elements of \(nodes) nodes, which TYPE does not offer"
    }
  }

  var fix: String {
    switch self {
    case .noElements:
      "mesh it, and save it: gmsh -3 -format msh41; with physical groups, only their elements are saved"
    case .typeMissing(let dimension):
      dimension == 2
        ? "mesh the volumes (gmsh -3), and have a physical group of them if there are others; or write "
          + "TYPE=S6 for shells, TYPE=CPS6, CPE6 or CAX6 for plane stress, plane strain, axisymmetric models"
        : "mesh the surfaces (gmsh -2), or write TYPE=B32R for beams or TYPE=T3D2 for trusses"
    case .typeDoesNotFit(_, let dimension):
      dimension == 3
        ? "write a type of solids, or leave TYPE out"
        : "write a type of \(Self.names[dimension]) elements, or mesh what should become solids (gmsh -3)"
    case .severalFamilies:
      "name one family, for example TYPE=S6; what has other numbers of nodes follows"
    case .noSuchElement(_, let advice): advice
    }
  }

  private static let names = ["point", "line", "surface", "volume"]
}

/// Finds the faces or edges of elements that lie on given triangles and quadrilaterals, or lines.
private struct FaceFinder {
  /// The three smallest labels of the corners tell a face, both an edge.
  private var wanted: Set<SIMD3<Int>> = []
  private var corners: Set<Int> = []

  init(_ blocks: [GmshFile.Block]) {
    for block in blocks {
      for first in stride(from: 0, to: block.nodes.count, by: block.shape.nodeCount) {
        let face = block.nodes[first..<(first + block.shape.cornerCount)]
        corners.formUnion(face)
        wanted.insert(Self.key(Array(face)))
      }
    }
  }

  /// One face for each that is wanted; where two elements meet, that of the first.
  func faces(of part: GmshPart) -> [(element: Int, face: Int)] {
    let dimension = part.structuralKinds.isEmpty ? 3 : 2
    var left = wanted
    var found: [(element: Int, face: Int)] = []
    var first = 0
    for element in part.elementLabels.indices {
      let nodes = part.connectivity[first..<(first + part.nodeCount(of: element))]
      first = nodes.endIndex
      let cornersHere = nodes.prefix(part.cornerCount(of: element))
      guard cornersHere.count(where: corners.contains) >= dimension else { continue }
      for (face, labels) in Self.sides(of: element, cornersHere, part)
      where left.remove(Self.key(labels)) != nil {
        found.append((part.elementLabels[element], face))
      }
    }
    return found
  }

  /// The faces of a solid, or the edges of a surface: those are the faces of its solid from the third on.
  private static func sides(
    of element: Int, _ corners: ArraySlice<Int>, _ part: GmshPart
  ) -> [(face: Int, corners: [Int])] {
    let first = corners.startIndex
    guard part.structuralKinds.isEmpty else {
      let count = corners.count
      return (0..<count).map { ($0 + 2, [corners[first + $0], corners[first + ($0 + 1) % count]]) }
    }
    let kind = part.elementKinds[element]
    return kind.reference.faces.enumerated().map { face, places in
      (face, places.prefix(kind.faceCornerCount(face)).map { corners[first + $0] })
    }
  }

  private static func key(_ labels: [Int]) -> SIMD3<Int> {
    let sorted = labels.sorted()
    return [sorted[0], sorted[1], sorted.count > 2 ? sorted[2] : 0]
  }
}
