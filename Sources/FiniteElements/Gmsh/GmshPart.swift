/// The mesh of a `.msh` file as a deck takes it: solids, their sets and surfaces, all by label.
///
/// Each physical group becomes a set of its nodes; a group of volumes also one of its elements, a group
/// of surfaces also a surface of the faces of solids that lie on it. Groups without a name are called
/// VOLUME1, SURFACE2, CURVE3, POINT4; NALL and EALL hold everything.
struct GmshPart: Sendable {
  private(set) var nodeLabels: [Int] = []
  /// Shape `[nodes, 3]`.
  private(set) var coordinates: [Double] = []
  private(set) var elementLabels: [Int] = []
  private(set) var elementKinds: [ElementKind] = []
  /// Labels of the nodes of one element after the other.
  private(set) var connectivity: [Int] = []
  private(set) var nodeSets: [(name: String, labels: [Int])] = []
  private(set) var elementSets: [(name: String, labels: [Int])] = []
  /// Faces are counted from 0.
  private(set) var surfaces: [(name: String, faces: [(element: Int, face: Int)])] = []

  /// - Parameter kinds: what to make of elements with as many nodes; others become C3D4, C3D6, C3D8,
  ///   C3D10, C3D15, C3D20R.
  init(_ file: GmshFile, kinds: [ElementKind] = []) {
    nodeLabels = file.nodeTags
    coordinates = file.coordinates
    for block in file.blocks { addSolids(block, kinds) }
    let groups = file.blocks.flatMap { file.groups[$0.entity] ?? [] }
    for group in Set(groups).sorted(by: { ($0.dimension, $0.tag) < ($1.dimension, $1.tag) }) {
      add(group, of: file)
    }
    addAll()
  }

  private mutating func addSolids(_ block: GmshFile.Block, _ kinds: [ElementKind]) {
    guard let standard = block.shape.kind else { return }
    let kind = kinds.last { $0.reference.nodes.count == standard.nodeCount } ?? standard
    elementLabels += block.tags
    elementKinds += repeatElement(kind, count: block.tags.count)
    connectivity.reserveCapacity(connectivity.count + block.nodes.count)
    for first in stride(from: 0, to: block.nodes.count, by: block.shape.nodeCount) {
      for place in block.shape.order { connectivity.append(block.nodes[first + place]) }
    }
  }

  private mutating func add(_ group: GmshFile.Group, of file: GmshFile) {
    let words = ["POINT", "CURVE", "SURFACE", "VOLUME"]
    let name = file.names[group]?.uppercased() ?? "\(words[group.dimension])\(group.tag)"
    let blocks = file.blocks.filter { file.groups[$0.entity]?.contains(group) ?? false }
    nodeSets.append((name, Set(blocks.flatMap(\.nodes)).sorted()))
    if group.dimension == 3 {
      elementSets.append((name, blocks.flatMap(\.tags).sorted()))
    } else if group.dimension == 2 {
      let faces = FaceFinder(blocks).faces(of: self)
      if !faces.isEmpty { surfaces.append((name, faces)) }
    }
  }

  private mutating func addAll() {
    if !nodeSets.contains(where: { $0.name == "NALL" }) { nodeSets.append(("NALL", nodeLabels)) }
    if !elementSets.contains(where: { $0.name == "EALL" }) {
      elementSets.append(("EALL", elementLabels))
    }
  }
}

/// Finds the faces of solids that lie on given triangles and quadrilaterals.
private struct FaceFinder {
  /// The three smallest labels of the corners tell a face.
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

  /// One face for each that is wanted; where two solids meet, that of the first.
  func faces(of part: GmshPart) -> [(element: Int, face: Int)] {
    var left = wanted
    var found: [(element: Int, face: Int)] = []
    var first = 0
    for (element, kind) in part.elementKinds.enumerated() {
      defer { first += kind.nodeCount }
      let cornersHere = (0..<kind.cornerCount).map { part.connectivity[first + $0] }
      guard cornersHere.count(where: corners.contains) >= 3 else { continue }
      for (face, nodes) in kind.reference.faces.enumerated() {
        let labels = nodes.prefix(kind.faceCornerCount(face)).map { cornersHere[$0] }
        guard left.remove(Self.key(labels)) != nil else { continue }
        found.append((part.elementLabels[element], face))
      }
    }
    return found
  }

  private static func key(_ labels: [Int]) -> SIMD3<Int> {
    let sorted = labels.sorted()
    return [sorted[0], sorted[1], sorted[2]]
  }
}
