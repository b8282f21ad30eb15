/// `*MPC`: geometric relations, made linear about the undeformed shape.
///
/// CalculiX manual, sections `*MPC`, "User-defined MPCs" and "Mean rotation MPC".
extension ConstraintReader {
  mutating func readMultipoint(_ card: Card, report: inout DeckReport) {
    var lines = DataLines(card)
    var kind = ""
    var nodes: [Int] = []
    while lines.next() {
      var first = 0
      if kind.isEmpty {
        kind = lines.name(0)
        first = 1
      }
      for field in first..<max(lines.count, first) where !lines.isBlank(field) {
        if lines.integer(field) == 0 { continue }
        nodes += sets.members(lines, field, .node, report: &report)
      }
    }
    switch kind {
    case "BEAM": addBeam(nodes, card, report: &report)
    case "PLANE": addPlane(nodes, card, report: &report)
    case "STRAIGHT": addStraight(nodes, card, report: &report)
    case "MEANROT": addMeanRotation(nodes, card, report: &report)
    case "DIST": addDistance(nodes, card, report: &report)
    case let other:
      report.add(
        card.place, "*MPC: kind '\(other)' is not known",
        fix: "use BEAM, PLANE, STRAIGHT, MEANROT or DIST")
    }
  }

  /// Two nodes keep their distance: (x_a - x_b) · (u_a - u_b) = 0.
  private mutating func addBeam(_ nodes: [Int], _ card: Card, report: inout DeckReport) {
    guard nodes.count == 2, length(arm(nodes[0], nodes[1])) > 0 else {
      report.add(card.place, "*MPC BEAM needs two nodes at different places")
      return
    }
    addGradients([(nodes[0], arm(nodes[0], nodes[1])), (nodes[1], arm(nodes[1], nodes[0]))], card)
  }

  private func arm(_ one: Int, _ other: Int) -> SIMD3<Double> {
    mesh.position(of: one) - mesh.position(of: other)
  }

  /// Adds: sum of gradient · u = right. Terms of the first node come first, the largest ahead.
  private mutating func addGradients(
    _ gradients: [(node: Int, gradient: SIMD3<Double>)], _ card: Card, right: Double = 0
  ) {
    let size = gradients.reduce(0) { max($0, length($1.gradient)) }
    var terms: [LinearConstraint.Term] = []
    for (node, gradient) in gradients {
      let order = (0..<3).sorted { abs(gradient[$0]) > abs(gradient[$1]) }
      for i in order where abs(gradient[i]) > 1e-14 * size {
        terms.append(LinearConstraint.Term(3 * node + i, gradient[i]))
      }
    }
    if right != 0 {
      let value = companions.add(at: SIMD3<Double>())
      lasting[3 * value] = right
      terms.append(LinearConstraint.Term(3 * value, -1))
    }
    add(LinearConstraint(terms, place: card.place, outsideCount: right != 0 ? 1 : 0))
  }

  /// Further nodes stay in the plane through the first three: (x - a) · ((b - a) x (c - a)) = 0.
  private mutating func addPlane(_ nodes: [Int], _ card: Card, report: inout DeckReport) {
    guard nodes.count > 3 else {
      report.add(card.place, "*MPC PLANE needs three nodes and those that stay in their plane")
      return
    }
    let (b, c) = (arm(nodes[1], nodes[0]), arm(nodes[2], nodes[0]))
    let normal = cross(b, c)
    guard length(normal) > 1e-10 * length(b) * length(c) else {
      report.add(card.place, "the first three nodes of *MPC PLANE lie on one line")
      return
    }
    for node in nodes[3...] {
      let x = arm(node, nodes[0])
      // The determinant's derivatives by x, b and c; the sum of all is that by -a.
      let (byB, byC) = (cross(c, x), cross(x, b))
      addGradients(
        [
          (node, normal), (nodes[1], byB), (nodes[2], byC), (nodes[0], -(normal + byB + byC)),
        ], card, right: rounded(-dot(x, normal), length(normal) * length(b)))
    }
  }

  private func rounded(_ value: Double, _ size: Double) -> Double {
    abs(value) > 1e-6 * size ? value : 0
  }

  /// Further nodes stay on the line through the first two.
  ///
  /// With m the direction in which the two are farthest apart, for each other direction j:
  /// (x - a)_j (b - a)_m = (x - a)_m (b - a)_j.
  private mutating func addStraight(_ nodes: [Int], _ card: Card, report: inout DeckReport) {
    guard nodes.count > 2, length(arm(nodes[1], nodes[0])) > 0 else {
      report.add(
        card.place, "*MPC STRAIGHT needs two nodes at different places and those on their line")
      return
    }
    let b = arm(nodes[1], nodes[0])
    let m = (0..<3).max { abs(b[$0]) < abs(b[$1]) } ?? 0
    for node in nodes[2...] {
      let x = arm(node, nodes[0])
      for j in 0..<3 where j != m {
        var (byX, byB) = (SIMD3<Double>(), SIMD3<Double>())
        (byX[j], byX[m]) = (b[m], -b[j])
        (byB[j], byB[m]) = (-x[m], x[j])
        addGradients(
          [(node, byX), (nodes[1], byB), (nodes[0], -(byX + byB))], card,
          right: rounded(x[m] * b[j] - x[j] * b[m], abs(b[m]) * length(b)))
      }
    }
  }

  /// The mean of the nodes' rotations about an axis is a freedom of the last node, whose coordinates
  /// are the axis: sum of (axis x p)/p² · (u - mean u) = n times rotation.
  private mutating func addMeanRotation(
    _ nodes: [Int], _ card: Card, report: inout DeckReport
  ) {
    guard let pilot = nodes.last, nodes.count > 3, (nodes.count - 1) % 3 == 0 else {
      report.add(
        card.place, "*MPC MEANROT needs each node three times, then the node of the rotation")
      return
    }
    let axis = mesh.position(of: pilot)
    guard length(axis) > 0 else {
      report.add(
        card.place, "the last node of *MPC MEANROT has no direction",
        fix: "give it the direction of the axis as coordinates")
      return
    }
    let members = stride(from: 0, to: nodes.count - 1, by: 3).map { nodes[$0] }
    add(
      MeanRotation(mesh, members, axis: axis).constraint(
        of: 3 * pilot, isFree: { !isDependent($0) }, card.place))
  }

  /// A rope between two nodes: their distance does not exceed the first coordinate of the last node.
  ///
  /// As CalculiX judges the rope at the beginning of an increment: one that is taut then keeps its
  /// length, n · (u_a - u_b) = d - |x_a - x_b| with n from b to a, and a slack one does nothing.
  private mutating func addDistance(_ nodes: [Int], _ card: Card, report: inout DeckReport) {
    guard nodes.count == 7, nodes[0] != nodes[3],
      nodes[..<3].allSatisfy({ $0 == nodes[0] }), nodes[3..<6].allSatisfy({ $0 == nodes[3] })
    else {
      report.add(
        card.place, "*MPC DIST needs two nodes, each three times, and one that holds the distance",
        fix: "write for example DIST, 1, 1, 1, 2, 2, 2, 3")
      return
    }
    let along = arm(nodes[0], nodes[3])
    let (distance, limit) = (length(along), mesh.position(of: nodes[6]).x)
    guard distance > 0 else {
      report.add(card.place, "the two nodes of *MPC DIST lie at one place")
      return
    }
    let excess = distance - limit
    // As near as the digits of a deck can say.
    guard excess > -1e-9 * distance else {
      report.note(
        card.place, "*MPC DIST is slack at the beginning; a linear step leaves it out")
      return
    }
    let normal = along / distance
    addGradients([(nodes[0], normal), (nodes[3], -normal)], card, right: -excess)
  }
}

/// The mean rotation of nodes about an axis through their centre.
struct MeanRotation {
  private let gradients: [(node: Int, gradient: SIMD3<Double>)]

  init(_ mesh: Mesh, _ nodes: [Int], axis: SIMD3<Double>) {
    let axis = axis / length(axis)
    let count = Double(nodes.count)
    let centre = nodes.reduce(SIMD3<Double>()) { $0 + mesh.position(of: $1) } / count
    let arms = nodes.map { node -> SIMD3<Double> in
      let arm = mesh.position(of: node) - centre
      return arm - dot(arm, axis) * axis
    }
    let spread = nodes.reduce(0) {
      let arm = mesh.position(of: $1) - centre
      return $0 + dot(arm, arm)
    }
    // Nodes on the axis have no rotation about it.
    let own = arms.map { arm -> SIMD3<Double> in
      let square = dot(arm, arm)
      return square > 1e-10 * spread / count ? cross(axis, arm) / square : SIMD3<Double>()
    }
    let mean = own.reduce(SIMD3<Double>(), +) / count
    gradients = zip(nodes, own).map { ($0, $1 - mean) }
  }

  /// The mean is the value of a freedom; the first term is one of the largest that `isFree`.
  func constraint(
    of rotation: Int, isFree: (Int) -> Bool, _ place: Place
  ) -> LinearConstraint {
    var terms: [LinearConstraint.Term] = []
    for (node, gradient) in gradients {
      for i in 0..<3 where abs(gradient[i]) > 1e-14 {
        terms.append(LinearConstraint.Term(3 * node + i, gradient[i]))
      }
    }
    let largest = terms.indices.filter { isFree(terms[$0].freedom) }
      .max { abs(terms[$0].coefficient) < abs(terms[$1].coefficient) }
    if let largest { terms.swapAt(0, largest) }
    terms.append(LinearConstraint.Term(rotation, -Double(gradients.count)))
    return LinearConstraint(terms, place: place, outsideCount: 1)
  }
}
