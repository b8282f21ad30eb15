/// The mean rotation of the expanded nodes of a section about an axis, as a linear sum of their displacements.
///
/// CalculiX manual, section "Mean rotation MPC": the mean over the nodes of the angle by which each
/// turns about the axis through the centre, from (a x p) . (u - mean u) / |p|^2, where p is the part
/// of the arm across the axis a.
struct SectionRotation {
  /// Terms whose sum is ``count`` times the rotation; empty when no node has an arm.
  let terms: [LinearConstraint.Term]
  let count: Double

  init(_ nodes: [Int], _ mesh: Mesh, axis: SIMD3<Double>) {
    count = Double(nodes.count)
    let points = nodes.map { mesh.position(of: $0) }
    let centre = points.reduce(SIMD3<Double>(), +) / Double(nodes.count)
    let spread = points.map { dot($0 - centre, $0 - centre) }.reduce(0, +) / Double(nodes.count)
    let slopes = points.map { point -> SIMD3<Double> in
      let arm = (point - centre) - dot(point - centre, axis) * axis
      let square = dot(arm, arm)
      return square > 1e-10 * spread ? cross(axis, arm) / square : SIMD3<Double>()
    }
    let mean = slopes.reduce(SIMD3<Double>(), +) / Double(nodes.count)
    let size = slopes.map(length).max() ?? 0
    terms = zip(nodes, slopes).flatMap { node, slope in
      (0..<3).map { LinearConstraint.Term(3 * node + $0, (slope - mean)[$0]) }
    }
    .filter { abs($0.coefficient) > 1e-12 * size }
  }
}
