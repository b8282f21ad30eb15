/// What a body passes through a section: the integral of the tractions on some of its faces.
///
/// The stress between the nodes of a face is interpolated from the averaged nodal values, as in
/// CalculiX; the normal points out of the elements.
struct SectionForces {
  private(set) var area = 0.0
  private(set) var force = SIMD3<Double>()
  /// About the origin.
  private(set) var moment = SIMD3<Double>()
  private(set) var centre = SIMD3<Double>()
  /// The mean of the unit normals: shorter than one on a curved surface.
  private(set) var normal = SIMD3<Double>()

  /// - Parameter stress: shape `[nodes, 6]`, order xx yy zz xy xz yz.
  init(_ faces: [ElementFace], mesh: Mesh, stress: [Double]) {
    for face in faces { add(face, mesh, stress) }
    guard area > 0 else { return }
    centre /= area
    normal /= area
  }

  private mutating func add(_ face: ElementFace, _ mesh: Mesh, _ stress: [Double]) {
    let nodes = Array(mesh.nodes(of: face.element))
    for point in FaceTable(mesh.elementKinds[face.element], face.face).points {
      let place = FacePlace(point, nodes, mesh)
      var tensor = SIMD8<Double>()
      for (a, node) in nodes.enumerated() where point.basis[a] != 0 {
        for component in 0..<6 {
          tensor[component] += point.basis[a] * stress[6 * node + component]
        }
      }
      let (x, y, z) = (place.areaVector.x, place.areaVector.y, place.areaVector.z)
      let traction = SIMD3(
        tensor[0] * x + tensor[3] * y + tensor[4] * z,
        tensor[3] * x + tensor[1] * y + tensor[5] * z,
        tensor[4] * x + tensor[5] * y + tensor[2] * z)
      let size = length(place.areaVector)
      area += size
      force += traction
      moment += cross(place.position, traction)
      centre += size * place.position
      normal += place.areaVector
    }
  }

  /// About the centre of gravity.
  var momentAboutCentre: SIMD3<Double> { moment - cross(centre, force) }

  /// Positive for tension.
  var normalForce: Double { dot(force, normal) }
  var shearForce: Double { length(force - normalForce * normal) }
  var torque: Double { dot(momentAboutCentre, normal) }
  var bendingMoment: Double { length(momentAboutCentre - torque * normal) }
}

/// Where an integration point of a face lies in space.
struct FacePlace {
  let position: SIMD3<Double>
  /// The outer normal, its length the area that the point stands for.
  let areaVector: SIMD3<Double>

  init(_ point: FaceTable.Point, _ nodes: [Int], _ mesh: Mesh) {
    var (position, alongS, alongT) = (SIMD3<Double>(), SIMD3<Double>(), SIMD3<Double>())
    for (a, node) in nodes.enumerated() {
      let corner = mesh.position(of: node)
      position += point.basis[a] * corner
      alongS += point.slopesS[a] * corner
      alongT += point.slopesT[a] * corner
    }
    self.position = position
    areaVector = -point.weight * cross(alongS, alongT)
  }
}
