/// The heat flux through faces, from the temperature gradient of the elements themselves.
struct SectionFlux {
  struct Point {
    let face: ElementFace
    /// Counted from 0 on its face.
    let number: Int
    /// Heat per area that leaves the element.
    let flux: Double
    let position: SIMD3<Double>
  }

  private(set) var points: [Point] = []
  /// Heat that leaves the elements through all faces.
  private(set) var total = 0.0

  /// - Parameter temperatures: by node.
  init(_ faces: [ElementFace], _ deck: Deck, _ temperatures: [Double]) {
    for face in faces { add(face, deck, temperatures) }
  }

  private mutating func add(_ face: ElementFace, _ deck: Deck, _ temperatures: [Double]) {
    let mesh = deck.mesh
    let nodes = Array(mesh.nodes(of: face.element))
    let section = deck.sections[deck.sectionOfElement[face.element]]
    let table = FaceTable.all[mesh.elementKinds[face.element].rawValue][face.face]
    let order = Self.printOrder(mesh.elementKinds[face.element], face.face)
    for (number, index) in order.enumerated() {
      let point = table.points[index]
      let place = FacePlace(point, nodes, mesh)
      var temperature = 0.0
      for (a, node) in nodes.enumerated() { temperature += point.basis[a] * temperatures[node] }
      let slope = gradient(of: temperatures, point, nodes, mesh)
      let k = section.conductivity(at: temperature, place.position)
      let heat = -SIMD3(
        k[0] * slope.x + k[3] * slope.y + k[4] * slope.z,
        k[3] * slope.x + k[1] * slope.y + k[5] * slope.z,
        k[4] * slope.x + k[5] * slope.y + k[2] * slope.z)
      let through = dot(heat, place.areaVector)
      total += through
      points.append(
        Point(
          face: face, number: number, flux: through / length(place.areaVector),
          position: place.position))
    }
  }

  /// The points of a face in CalculiX's order: along its first edge, then from edge to edge, where its
  /// corners run counter-clockwise seen from outside.
  private static func printOrder(_ kind: ElementKind, _ face: Int) -> [Int] {
    let nodes = kind.reference.nodes
    let corners = kind.reference.faces[face].prefix(kind.faceCornerCount(face))
    let start = kind.firstCorner(ofPrintedFace: face)
    let shift = corners.firstIndex(of: start) ?? 0
    let count = corners.count
    let outside = (0..<count).map { nodes[corners[(shift + count - $0) % count]] }
    let alongS = outside[1] - outside[0]
    let alongT = outside[count - 1] - outside[0]
    let keys = FaceTable.all[kind.rawValue][face].points.map { point -> (Double, Double) in
      var position = SIMD3<Double>()
      for (a, value) in point.basis.enumerated() { position += value * nodes[a] }
      let arm = position - outside[0]
      return (dot(arm, alongT).rounded(decimals: 6), dot(arm, alongS).rounded(decimals: 6))
    }
    return keys.indices.sorted { keys[$0] < keys[$1] }
  }

  /// J^-T times the gradient in the reference element.
  private func gradient(
    of field: [Double], _ point: FaceTable.Point, _ nodes: [Int], _ mesh: Mesh
  ) -> SIMD3<Double> {
    var (x, y, z) = (SIMD3<Double>(), SIMD3<Double>(), SIMD3<Double>())
    var slope = SIMD3<Double>()
    for (a, node) in nodes.enumerated() {
      let position = mesh.position(of: node)
      x += position.x * point.gradients[a]
      y += position.y * point.gradients[a]
      z += position.z * point.gradients[a]
      slope += field[node] * point.gradients[a]
    }
    let (first, second, third) = (cross(y, z), cross(z, x), cross(x, y))
    return SIMD3(dot(first, slope), dot(second, slope), dot(third, slope)) / dot(x, first)
  }
}

extension ElementKind {
  /// The corner from which CalculiX runs around a face.
  fileprivate func firstCorner(ofPrintedFace face: Int) -> Int {
    switch (cornerCount, face) {
    case (8, 0), (6, 4): 3
    case (4, 3): 0
    default: reference.faces[face][0]
    }
  }
}

extension Double {
  fileprivate func rounded(decimals: Int) -> Double {
    let scale = (0..<decimals).reduce(1.0) { scale, _ in 10 * scale }
    return (self * scale).rounded() / scale
  }
}
