/// How the nodes of a surface share a force and a moment on a reference node.
///
/// CalculiX manual, section "Kinematic and Distributing Coupling": with w the share of the surface's
/// area and r the place relative to its centre, force_i = w_i F + sum over the principal axes e of
/// w_i (e x r_i) M_e / sum_j w_j |r_j across e|². The moment M contains that of F about the centre.
struct ForceDistribution {
  private let nodes: [Int]
  private let weights: [Double]
  private let arms: [SIMD3<Double>]
  private let axes: [SIMD3<Double>]
  /// For each axis: the second moment of the weights about it.
  private let inertias: [Double]
  /// The place of the reference node relative to the centre.
  private let offset: SIMD3<Double>
  /// The axes that directions refer to; nil stands for the global ones.
  private let system: [SIMD3<Double>]?
  /// The directions 1 to 6 that are distributed.
  let directions: Set<Int>

  init(
    areas: [(node: Int, position: SIMD3<Double>, area: Double)], reference: SIMD3<Double>,
    centre: SIMD3<Double>?, system: [SIMD3<Double>]?, directions: Set<Int>
  ) {
    let total = areas.reduce(0) { $0 + $1.area }
    nodes = areas.map(\.node)
    weights = areas.map { $0.area / total }
    let mean = centre ?? areas.reduce(SIMD3<Double>()) { $0 + $1.area / total * $1.position }
    arms = areas.map { $0.position - mean }
    offset = reference - mean
    self.system = system
    self.directions = directions
    var moments = [[Double]](repeating: [0, 0, 0], count: 3)
    for (weight, arm) in zip(weights, arms) {
      for i in 0..<3 {
        for j in 0..<3 { moments[i][j] += weight * arm[i] * arm[j] }
      }
    }
    axes = SymmetricTensor3.axes(of: moments)
    var inertias: [Double] = []
    for axis in axes {
      var sum = 0.0
      for (weight, arm) in zip(weights, arms) {
        let across = cross(axis, arm)
        sum += weight * dot(across, across)
      }
      inertias.append(sum)
    }
    self.inertias = inertias
  }

  /// The forces by freedom for a unit force or moment in a direction 1 to 6.
  func shares(_ direction: Int) -> [(freedom: Int, factor: Double)] {
    var unit = SIMD3<Double>()
    unit[(direction - 1) % 3] = 1
    if let system { unit = system[(direction - 1) % 3] }
    let force = direction <= 3 ? unit : SIMD3<Double>()
    let moment = direction <= 3 ? cross(offset, unit) : unit
    var result: [(freedom: Int, factor: Double)] = []
    for (place, node) in nodes.enumerated() {
      var push = weights[place] * force
      for (axis, inertia) in zip(axes, inertias) where inertia > 0 {
        push += weights[place] * dot(moment, axis) / inertia * cross(axis, arms[place])
      }
      for i in 0..<3 where push[i] != 0 { result.append((3 * node + i, push[i])) }
    }
    return result
  }
}

/// Symmetric 3 x 3 matrices.
enum SymmetricTensor3 {
  /// Orthonormal eigenvectors, by Jacobi's rotations.
  static func axes(of matrix: [[Double]]) -> [SIMD3<Double>] {
    var a = matrix
    var vectors: [[Double]] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    for _ in 0..<50 {
      let off = abs(a[0][1]) + abs(a[0][2]) + abs(a[1][2])
      guard off > 1e-15 * (abs(a[0][0]) + abs(a[1][1]) + abs(a[2][2])) else { break }
      for (p, q) in [(0, 1), (0, 2), (1, 2)] where a[p][q] != 0 {
        let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
        let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
        let c = 1 / (t * t + 1).squareRoot()
        let s = t * c
        for k in 0..<3 {
          (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q])
        }
        for k in 0..<3 {
          (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k])
          (vectors[p][k], vectors[q][k]) = (
            c * vectors[p][k] - s * vectors[q][k], s * vectors[p][k] + c * vectors[q][k]
          )
        }
      }
    }
    return vectors.map { SIMD3($0[0], $0[1], $0[2]) }
  }
}

extension ConstraintReader {
  /// `*DISTRIBUTING`: loads on the reference node are spread over a surface.
  mutating func readDistributing(
    _ card: Card, _ surface: String, _ reference: Int, _ system: LocalSystem?,
    report: inout DeckReport
  ) {
    guard let faces = sets.surfaces[surface] else {
      if sets.nodes[surface] != nil {
        report.add(card.place, "*DISTRIBUTING needs a surface of element faces, not of nodes")
      } else {
        unknownSurface(surface, card.place, report: &report)
      }
      return
    }
    guard system?.isCylindrical != true else {
      report.add(card.place, "*DISTRIBUTING cannot refer to a cylindrical orientation")
      return
    }
    let areas = mesh.areas(of: faces)
    guard areas.contains(where: { $0.value != 0 }) else {
      report.add(card.place, "surface \(surface) has no faces")
      return
    }
    let place = mesh.position(of: reference)
    distributions[reference] = ForceDistribution(
      areas: areas.sorted { $0.key < $1.key }.map { ($0.key, mesh.position(of: $0.key), $0.value) },
      reference: place, centre: card.has("CYCLICSYMMETRY") ? place : nil,
      system: system?.axes(at: place),
      directions: Set([1, 2, 3] + directions(card, limit: 6, report: &report)))
  }
}

extension Mesh {
  /// The integral of each node's shape function over faces.
  func areas(of faces: [(element: Int, face: Int)]) -> [Int: Double] {
    var areas: [Int: Double] = [:]
    for (element, face) in faces {
      let nodes = Array(nodes(of: element))
      for point in FaceTable(elementKinds[element], face).points {
        var (alongS, alongT) = (SIMD3<Double>(), SIMD3<Double>())
        for (a, node) in nodes.enumerated() {
          alongS += point.slopesS[a] * position(of: node)
          alongT += point.slopesT[a] * position(of: node)
        }
        let area = point.weight * length(cross(alongS, alongT))
        for node in self.nodes(ofFace: face, of: element) { areas[node, default: 0] += 0 }
        for (a, node) in nodes.enumerated() where point.basis[a] != 0 {
          areas[node, default: 0] += area * point.basis[a]
        }
      }
    }
    return areas
  }
}
