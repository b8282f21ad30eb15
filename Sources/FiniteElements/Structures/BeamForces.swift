import LinearAlgebra

/// Forces and moments in the sections of beams, from the stresses at the expanded nodes.
///
/// CalculiX manual, "*EL FILE", SECTION FORCES: at each end the traction t on the section is integrated
/// over the section, with e1, e2 along its sides and e3 along the axis. The components are
/// t.e1, t.e2, t.e3, then the moments about e3, e2 and e1; at middle nodes the mean of the ends.
struct BeamForces {
  let structures: Structures
  let mesh: Mesh
  /// Stresses at the nodes, shape `[nodes, 6]`, order xx yy zz xy xz yz.
  let stress: [Double]

  /// The nodal field with section forces at the nodes of beams, shape `[nodes, 6]`.
  func nodal() -> [Double] {
    var result = stress
    var counts: [Int: Double] = [:]
    let beams = structures.elements.filter { $0.kind.family == .beam }
    for node in beams.flatMap(\.nodes) {
      for component in 0..<6 { result[6 * node + component] = 0 }
    }
    for beam in beams {
      for (node, isStart) in ends(beam) {
        counts[node, default: 0] += 1
        let sum = forces(beam, isStart)
        for component in 0..<6 { result[6 * node + component] += sum[component] }
      }
    }
    for (node, count) in counts {
      for component in 0..<6 { result[6 * node + component] /= count }
    }
    for beam in beams where beam.nodes.count == 3 {
      for component in 0..<6 {
        let (start, end) = (
          result[6 * beam.nodes[0] + component], result[6 * beam.nodes[2] + component]
        )
        result[6 * beam.nodes[1] + component] += (start + end) / 2
      }
    }
    return result
  }

  private func ends(_ beam: StructuralElement) -> [(node: Int, isStart: Bool)] {
    [(beam.nodes[0], true), (beam.nodes[beam.nodes.count - 1], false)]
  }

  /// Integrates over one end of a beam.
  private func forces(_ beam: StructuralElement, _ isStart: Bool) -> [Double] {
    // Corners of the end's face of the solid, then its middles; axis 1 runs from the first to the
    // second corner.
    let local = isStart ? [0, 4, 7, 3, 16, 15, 19, 11] : [2, 6, 5, 1, 18, 13, 17, 9]
    let solid = Array(mesh.nodes(of: beam.element))
    let nodes = local[..<(beam.kind.isQuadratic ? 8 : 4)].map { solid[$0] }
    let points = nodes.map { mesh.position(of: $0) }
    let centre = (points[0] + points[1] + points[2] + points[3]) / 4
    var first = points[0] + points[3] - points[1] - points[2]
    if !isStart { first = -first }
    first /= length(first)
    var second = points[2] + points[3] - points[0] - points[1]
    second -= dot(first, second) * first
    second /= length(second)
    let axis = isStart ? cross(second, first) : cross(first, second)
    var sum = [Double](repeating: 0, count: 6)
    for (at, weight) in rule(beam, isStart) {
      let basis = SurfaceShape.basis(nodes.count, at: at)
      let (s, t) = SurfaceShape.tangents(points, at: at)
      let area = weight * cross(s, t)
      let arm = zip(basis, points).reduce(SIMD3<Double>()) { $0 + $1.0 * $1.1 } - centre
      let pull = traction(zip(basis, nodes).map { ($0, $1) }, area)
      let moment = cross(arm, pull)
      let parts = [
        dot(first, pull), dot(second, pull), dot(axis, pull),
        dot(axis, moment), dot(second, moment), dot(first, moment),
      ]
      for component in 0..<6 { sum[component] += parts[component] }
    }
    return sum
  }

  /// The force of the stress on an area.
  private func traction(
    _ shares: [(basis: Double, node: Int)], _ area: SIMD3<Double>
  ) -> SIMD3<Double> {
    var s = [Double](repeating: 0, count: 6)
    for (basis, node) in shares {
      for component in 0..<6 { s[component] += basis * stress[6 * node + component] }
    }
    return [
      s[0] * area.x + s[3] * area.y + s[4] * area.z,
      s[3] * area.x + s[1] * area.y + s[5] * area.z,
      s[4] * area.x + s[5] * area.y + s[2] * area.z,
    ]
  }

  /// Points and weights on the face of an end.
  private func rule(
    _ beam: StructuralElement, _ isStart: Bool
  ) -> [(at: SIMD2<Double>, weight: Double)] {
    let points: [QuadraturePoint]
    switch beam.profile {
    case .rectangle, .circle:
      return Quadrature.quadrilateral(2).map { (at: $0.position, weight: $0.weight) }
    case .pipe(let ratio): points = SectionQuadrature.pipe(ratio: ratio).points
    case .box(let box): points = SectionQuadrature.box(box).points
    }
    // The face's first coordinate is the third of the solid, its second is the solid's second.
    return points[..<(points.count / 2)].map {
      (at: [$0.position.z, isStart ? $0.position.y : -$0.position.y], weight: $0.weight)
    }
  }
}
