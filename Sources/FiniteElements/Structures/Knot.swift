/// A node whose expanded nodes move as a rigid body that may stretch: where shells of different
/// directions or thicknesses, or shells and beams, meet.
///
/// CalculiX manual, section "Expanding the 1d and 2d elements": u = u_ref + turn x arm + stretch.
struct Knot: Sendable {
  let node: Int
  /// The nodes that follow the knot.
  let followers: [Int]
  /// Whether there are lines among the elements; then the stretch may differ in two directions.
  let hasLines: Bool
  /// Whether only plane elements meet: they are hinged, not turned together.
  let isHinge: Bool
  /// The shells' normal when all expanded nodes lie on one line: nothing turns about it.
  let line: SIMD3<Double>?

  init(
    node: Int, expansions: [NodeExpansion], families: Set<StructuralKind.Family>, spansPlane: Bool
  ) {
    self.node = node
    followers = expansions.flatMap { expansion -> [Int] in
      switch expansion.kind.family {
      case .planeStress, .planeStrain, .axisymmetric: [expansion.middle]
      case .membrane, .truss: []
      case .shell, .beam: Array(expansion.nodes)
      }
    }
    hasLines = families.contains(.beam)
    let isSheet = families.contains(.shell) || families.contains(.membrane)
    isHinge = !isSheet && !hasLines
    let isLine = isSheet && !hasLines && !spansPlane
    line = isLine ? expansions.last { !$0.kind.isLine }?.normal : nil
  }

  /// A single expansion that moves as a body, since it turns in a dynamic analysis.
  init(turning expansion: NodeExpansion) {
    node = expansion.node
    followers = Array(expansion.nodes)
    hasLines = expansion.kind.isLine
    isHinge = false
    line = expansion.kind.isLine ? nil : expansion.normal
  }

  /// How many node numbers CalculiX uses up: turn, stretch, and one for each follower.
  var labelCount: Int { isHinge ? 0 : 2 + followers.count }

  /// The constraints of a hinge: followers stay with the node in the plane.
  func hinge(place: Place) -> [LinearConstraint] {
    followers.flatMap { follower in
      (0..<2).map {
        LinearConstraint([.init(3 * follower + $0, 1), .init(3 * node + $0, -1)], place: place)
      }
    }
  }

  /// The constraints that make the followers a stretching rigid body.
  ///
  /// - Parameters:
  ///   - turn: the companion that holds the node's rotations.
  ///   - stretch: a companion; its displacements are stretches.
  func constraints(
    _ mesh: Mesh, turn: Int, stretch: Int, place: Place
  ) -> [LinearConstraint] {
    let centre = mesh.position(of: node)
    let stretches = stretches(mesh)
    var constraints: [LinearConstraint] = []
    for follower in followers {
      let arm = mesh.position(of: follower) - centre
      let turned = (0..<3).map { axis -> SIMD3<Double> in
        var unit = SIMD3<Double>()
        unit[axis] = 1
        return cross(unit, arm)
      }
      for direction in 0..<3 {
        var terms: [LinearConstraint.Term] = [
          .init(3 * follower + direction, 1), .init(3 * node + direction, -1),
        ]
        for axis in 0..<3 { terms.append(.init(3 * turn + axis, -turned[axis][direction])) }
        for (number, axis) in stretches.enumerated() {
          let move = axis.map { dot($0, arm) * $0 } ?? arm
          terms.append(.init(3 * stretch + number, -move[direction]))
        }
        constraints.append(
          LinearConstraint(terms.filter { $0.coefficient != 0 }, place: place))
      }
    }
    if let line {
      constraints.append(
        LinearConstraint(
          (0..<3).sorted { abs(line[$0]) > abs(line[$1]) }.filter { abs(line[$0]) > 0 }
            .map { .init(3 * turn + $0, line[$0]) }, place: place))
    }
    return constraints
  }

  /// The directions in which the knot stretches on its own; nil stands for all alike.
  private func stretches(_ mesh: Mesh) -> [SIMD3<Double>?] {
    guard hasLines else { return [nil] }
    let points = followers.map { mesh.position(of: $0) }
    let mean = points.reduce(SIMD3<Double>(), +) / Double(points.count)
    var moments = [[Double]](repeating: [0, 0, 0], count: 3)
    for point in points {
      for i in 0..<3 {
        for j in 0..<3 { moments[i][j] += (point - mean)[i] * (point - mean)[j] }
      }
    }
    let (values, axes) = SymmetricEigen.ascending(moments)
    // CalculiX compares with this very number: flat within it, the section lies in a plane.
    let flat = 1e-10
    guard values[0] < flat, values[1] >= flat else { return [nil] }
    return [axes[2], axes[1]]
  }
}
