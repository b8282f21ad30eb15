/// `*CYCLIC SYMMETRY MODEL`: the model is one of several equal sectors around an axis.
///
/// CalculiX manual, section `*CYCLIC SYMMETRY MODEL`. In a static step all sectors move alike: the
/// left side's displacements are those of the right side, turned by the sector's angle.
package struct CyclicSector: Equatable, Sendable {
  /// How many sectors make the ring.
  package let count: Int
  /// How many sectors results are shown for.
  package let shown: Int
  package let origin: SIMD3<Double>
  /// Unit vector along the axis.
  package let axis: SIMD3<Double>
  /// The name of the tie of its sides; nil when there is only one.
  let tie: String?
  /// The highest node number in use, with those that CalculiX makes for other cards.
  var highestLabel = 0

  /// A vector turned about the axis by an angle in radians [Rodrigues' formula].
  func turned(_ vector: SIMD3<Double>, cosine: Double, sine: Double) -> SIMD3<Double> {
    cosine * vector + sine * cross(axis, vector) + (1 - cosine) * dot(axis, vector) * axis
  }
}

extension ConstraintReader {
  mutating func readSector(_ card: Card, report: inout DeckReport) {
    var lines = DataLines(card)
    guard let count = card["N"].flatMap({ Double($0) }).map({ Int($0) }), count > 0, lines.next()
    else {
      report.add(
        card.place, "*CYCLIC SYMMETRY MODEL needs N=number of sectors and two points of the axis")
      return
    }
    let values = (0..<6).map { lines.isBlank($0) ? 0 : lines.real($0) ?? .nan }
    let origin = SIMD3(values[0], values[1], values[2])
    let along = SIMD3(values[3], values[4], values[5]) - origin
    guard length(along) > 0 else {
      report.add(lines.place, "the two points of the axis of symmetry are the same")
      return
    }
    sector = CyclicSector(
      count: count, shown: card["NGRAPH"].flatMap { Int($0) } ?? 1, origin: origin,
      axis: along / length(along), tie: card["TIE"])
  }

  /// Ties the left side of a sector (dependent) to the right one.
  mutating func tieSector(_ card: Card, report: inout DeckReport) {
    guard let sector else {
      report.add(
        card.place, "*TIE, CYCLIC SYMMETRY without *CYCLIC SYMMETRY MODEL", fix: "add the card")
      return
    }
    if let wanted = sector.tie, wanted != card["NAME"] ?? "" { return }
    var lines = DataLines(card)
    guard lines.next(), !lines.isBlank(0), !lines.isBlank(1) else {
      report.add(card.place, "*TIE needs the dependent and the independent surface")
      return
    }
    let left = surfaceNodes(lines.name(0), lines.place, report: &report)
    let right = surfaceNodes(lines.name(1), lines.place, report: &report)
    guard !left.isEmpty, !right.isEmpty else { return }
    let faces = sets.surfaces[lines.name(1)] ?? mesh.faces(within: Set(right))
    let sides = SectorSides(
      mesh: mesh, sector: sector, right: right,
      search: FaceSearch(faces.map { FacePatch(mesh, element: $0.element, face: $0.face) }),
      tolerance: card["POSITIONTOLERANCE"].flatMap { Double($0) })
    let angle = 2 * Double.pi / Double(sector.count)
    let turn = sides.turn(from: left, angle: angle)
    var missed: [Int] = []
    for node in left {
      if sides.isOnAxis(node) {
        holdOnAxis(node, sector, card.place)
      } else if let weights = sides.partners(of: node, turn) {
        addTurned(node, weights, sector, turn, card.place)
      } else {
        missed.append(mesh.nodeLabels[node])
      }
    }
    if let first = missed.first {
      report.add(
        card.place, "node \(first) and \(missed.count - 1) more of the left side have no partner",
        fix: "check the axis, N and the tolerance of *TIE")
    }
  }

  /// u_left = turn of the sum of weight times u_right, backwards.
  private mutating func addTurned(
    _ node: Int, _ weights: [(node: Int, weight: Double)], _ sector: CyclicSector,
    _ turn: (cosine: Double, sine: Double), _ place: Place
  ) {
    temperatureConstraints.append(
      LinearConstraint(
        [.init(node, 1)] + weights.map { .init($0.node, -$0.weight) }, place: place))
    for direction in 0..<3 where !isDependent(3 * node + direction) {
      var axis = SIMD3<Double>()
      axis[direction] = 1
      // e · R^-1 u = (R e) · u.
      let other = sector.turned(axis, cosine: turn.cosine, sine: turn.sine)
      var terms = [LinearConstraint.Term(3 * node + direction, 1)]
      for (partner, weight) in weights {
        for i in 0..<3 where abs(other[i]) > 1e-14 {
          terms.append(LinearConstraint.Term(3 * partner + i, -weight * other[i]))
        }
      }
      var constraint = LinearConstraint(terms, place: place)
      constraint.yieldsToPrescribed = true
      add(constraint)
    }
  }

  /// A node on the axis is its own partner: it moves along the axis only.
  private mutating func holdOnAxis(_ node: Int, _ sector: CyclicSector, _ place: Place) {
    let axis = sector.axis
    let along = (0..<3).max { abs(axis[$0]) < abs(axis[$1]) } ?? 0
    for direction in 0..<3 where direction != along {
      // u across the axis vanishes: u_i = axis_i / axis_along u_along.
      add(
        LinearConstraint(
          [
            .init(3 * node + direction, 1),
            .init(3 * node + along, -axis[direction] / axis[along]),
          ].filter { $0.coefficient != 0 }, place: place))
    }
  }
}

/// The right side of a sector, where partners of nodes of the left side are looked for.
private struct SectorSides {
  private let mesh: Mesh
  private let sector: CyclicSector
  private let right: [Int]
  private let search: FaceSearch
  /// Nodes nearer than that are partners; others follow a face.
  private let tolerance: Double
  private let size: Double

  init(mesh: Mesh, sector: CyclicSector, right: [Int], search: FaceSearch, tolerance: Double?) {
    self.mesh = mesh
    self.sector = sector
    self.right = right
    self.search = search
    let places = right.map { mesh.position(of: $0) }
    let low = places.reduce(places[0]) { pointwiseMin($0, $1) }
    let high = places.reduce(places[0]) { pointwiseMax($0, $1) }
    size = length(high - low)
    self.tolerance = tolerance.flatMap { $0 > 0 ? $0 : nil } ?? 1e-4 * size
  }

  func isOnAxis(_ node: Int) -> Bool {
    let arm = mesh.position(of: node) - sector.origin
    return length(arm - dot(arm, sector.axis) * sector.axis) < 1e-8 * size
  }

  private func turned(_ node: Int, _ turn: (cosine: Double, sine: Double)) -> SIMD3<Double> {
    let arm = mesh.position(of: node) - sector.origin
    return sector.origin + sector.turned(arm, cosine: turn.cosine, sine: turn.sine)
  }

  /// The turn by the angle, forwards or backwards, that takes the left side to the right one.
  func turn(from left: [Int], angle: Double) -> (cosine: Double, sine: Double) {
    let turn = cosineAndSine(degrees: angle * 180 / .pi)
    let sample = left.filter { !isOnAxis($0) }.prefix(20)
    func miss(_ turn: (cosine: Double, sine: Double)) -> Double {
      sample.reduce(0) { sum, node in
        let place = turned(node, turn)
        return sum + (right.map { length(mesh.position(of: $0) - place) }.min() ?? 0)
      }
    }
    let back = (cosine: turn.cosine, sine: -turn.sine)
    return miss(turn) <= miss(back) ? turn : back
  }

  /// How far two nodes are from each other in the plane of radius and height.
  private func distance(_ one: Int, _ other: Int) -> Double {
    func place(_ node: Int) -> (radius: Double, height: Double) {
      let arm = mesh.position(of: node) - sector.origin
      let height = dot(arm, sector.axis)
      return (length(arm - height * sector.axis), height)
    }
    let (a, b) = (place(one), place(other))
    return
      ((a.radius - b.radius) * (a.radius - b.radius)
      + (a.height - b.height) * (a.height - b.height)).squareRoot()
  }

  /// The node of the right side at the turned place, or the nodes of the face there.
  func partners(
    of node: Int, _ turn: (cosine: Double, sine: Double)
  ) -> [(node: Int, weight: Double)]? {
    let nearest = right.min { distance($0, node) < distance($1, node) }
    if let nearest, distance(nearest, node) < tolerance { return [(nearest, 1)] }
    let slack = 0.05 * size
    return search.closest(to: turned(node, turn), tolerance: slack, beside: slack)?.weights
  }
}

extension Mesh {
  /// The element faces whose nodes all belong to a set.
  func faces(within nodes: Set<Int>) -> [(element: Int, face: Int)] {
    var found: [(element: Int, face: Int)] = []
    for element in 0..<elementCount
    where self.nodes(of: element).count(where: { nodes.contains($0) }) >= 3 {
      for face in elementKinds[element].reference.faces.indices
      where self.nodes(ofFace: face, of: element).allSatisfy({ nodes.contains($0) }) {
        found.append((element, face))
      }
    }
    return found
  }
}
