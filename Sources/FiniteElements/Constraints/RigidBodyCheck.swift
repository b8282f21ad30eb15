/// Finds parts of a model that can move as rigid bodies, before anything is factorised.
struct RigidBodyCheck {
  let mesh: Mesh
  let isPrescribed: (Int) -> Bool

  /// A free motion for each part that its constraints do not hold.
  func freeMotions() -> [FreeMotion] {
    parts().compactMap { nodes in
      freeMotion(of: nodes).map { FreeMotion(node: mesh.nodeLabels[nodes[0]], motion: $0) }
    }
  }

  /// The nodes of each connected part, ascending.
  private func parts() -> [[Int]] {
    var parent = Array(0..<mesh.nodeCount)
    for element in 0..<mesh.elementCount {
      let nodes = mesh.nodes(of: element)
      for node in nodes.dropFirst() { Self.join(nodes[nodes.startIndex], node, &parent) }
    }
    let isUsed = mesh.isUsed
    var parts: [Int: [Int]] = [:]
    for node in 0..<mesh.nodeCount where isUsed[node] {
      parts[Self.root(node, &parent), default: []].append(node)
    }
    return parts.sorted { $0.key < $1.key }.map(\.value)
  }

  private static func root(_ node: Int, _ parent: inout [Int]) -> Int {
    var node = node
    while parent[node] != node {
      parent[node] = parent[parent[node]]
      node = parent[node]
    }
    return node
  }

  private static func join(_ one: Int, _ other: Int, _ parent: inout [Int]) {
    let (a, b) = (root(one, &parent), root(other, &parent))
    parent[max(a, b)] = min(a, b)
  }

  /// In words, a rigid motion that no constraint of the part stops; nil when there is none.
  ///
  /// The Gram matrix of the six rigid motions at the prescribed freedoms is singular exactly then.
  private func freeMotion(of nodes: [Int]) -> String? {
    let held = nodes.flatMap { node in (0..<3).map { 3 * node + $0 } }.filter(isPrescribed)
    let centre = nodes.reduce(SIMD3<Double>()) { $0 + mesh.position(of: $1) } / Double(nodes.count)
    let size = nodes.map { length(mesh.position(of: $0) - centre) }.max() ?? 1
    var gram = [[Double]](repeating: [Double](repeating: 0, count: 6), count: 6)
    for freedom in held {
      let motion = Self.motions(
        (mesh.position(of: freedom / 3) - centre) / max(size, .leastNormalMagnitude),
        direction: freedom % 3)
      for i in 0..<6 {
        for j in 0..<6 { gram[i][j] += motion[i] * motion[j] }
      }
    }
    return Self.nullDirection(of: gram).map(Self.words)
  }

  /// What the six rigid motions (three shifts, three turns) do in a direction at a place.
  private static func motions(_ place: SIMD3<Double>, direction: Int) -> [Double] {
    let shifts: [SIMD3<Double>] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    return (shifts + shifts.map { cross($0, place) }).map { $0[direction] }
  }

  /// A vector that the symmetric, positive semidefinite matrix maps to zero; nil when regular.
  private static func nullDirection(of matrix: [[Double]]) -> [Double]? {
    var matrix = matrix
    var pivots: [Int] = []
    let scale = max(matrix.indices.map { matrix[$0][$0] }.max() ?? 0, 1)
    while let pivot = matrix.indices.filter({ !pivots.contains($0) })
      .max(by: { matrix[$0][$0] < matrix[$1][$1] })
    {
      guard matrix[pivot][pivot] > 1e-9 * scale else { break }
      for row in matrix.indices where row != pivot {
        let factor = matrix[row][pivot] / matrix[pivot][pivot]
        for column in matrix.indices { matrix[row][column] -= factor * matrix[pivot][column] }
      }
      pivots.append(pivot)
    }
    guard let free = matrix.indices.first(where: { !pivots.contains($0) }) else { return nil }
    var vector = [Double](repeating: 0, count: matrix.count)
    vector[free] = 1
    for pivot in pivots { vector[pivot] = -matrix[pivot][free] / matrix[pivot][pivot] }
    return vector
  }

  private static func words(_ motion: [Double]) -> String {
    let names = ["x", "y", "z"]
    let turns = motion[3...].map(abs)
    if let largest = turns.max(), largest > 1e-6 {
      return "by turning about \(names[turns.firstIndex(of: largest) ?? 0])"
    }
    let shifts = motion[..<3].map(abs)
    return "in direction \(names[shifts.firstIndex(of: shifts.max() ?? 0) ?? 0])"
  }
}
