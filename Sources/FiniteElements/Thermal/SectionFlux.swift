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
    for (number, point) in table.points.enumerated() {
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
