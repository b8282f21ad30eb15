/// Finds parts of a model that can move as rigid bodies, before anything is factorised.
///
/// A part is what elements connect. Its six rigid motions, and the freedoms of nodes without
/// elements, are the unknowns; prescribed freedoms, constraints and discrete elements are the
/// equations. A motion that satisfies all of them meets no resistance.
struct RigidBodyCheck {
  let mesh: Mesh
  /// Nodes behind these have no label that a user knows.
  let labelledCount: Int
  var constraints: [LinearConstraint] = []
  /// Stiffnesses of springs.
  var discretes: [DiscreteMatrix] = []
  let isPrescribed: (Int) -> Bool

  /// Larger groups of parts are left to the factorisation: the check is cubic.
  private static let limit = 600

  /// The free motions of the first of each group of parts that nothing holds.
  func freeMotions() -> [FreeMotion] {
    let bodies = Bodies(mesh)
    var system = MotionSystem(bodies, mesh, labelledCount)
    for discrete in discretes {
      let count = discrete.freedoms.count
      for row in 0..<count {
        system.add(
          (0..<count).map {
            LinearConstraint.Term(discrete.freedoms[$0], discrete.values[count * row + $0])
          })
      }
    }
    for constraint in constraints { system.add(constraint.terms) }
    for freedom in 0..<(3 * mesh.nodeCount)
    where isPrescribed(freedom) && (bodies.bodyOf[freedom / 3] >= 0 || system.knows(freedom)) {
      system.add([LinearConstraint.Term(freedom, 1)])
    }
    return system.freeMotions(limit: Self.limit)
  }
}

/// The connected parts of a mesh.
private struct Bodies {
  /// The part of each node, -1 for nodes without elements.
  var bodyOf: [Int]
  var centres: [SIMD3<Double>]
  var sizes: [Double]
  /// The first node of each part.
  var firstNodes: [Int]

  init(_ mesh: Mesh) {
    var parts = DisjointSets(count: mesh.nodeCount)
    for element in 0..<mesh.elementCount {
      let nodes = mesh.nodes(of: element)
      for node in nodes.dropFirst() { parts.join(nodes[nodes.startIndex], node) }
    }
    let isUsed = mesh.isUsed
    bodyOf = [Int](repeating: -1, count: mesh.nodeCount)
    firstNodes = []
    var counts: [Double] = []
    centres = []
    for node in 0..<mesh.nodeCount where isUsed[node] {
      let root = parts.root(node)
      if root == node {
        bodyOf[node] = firstNodes.count
        firstNodes.append(node)
        centres.append(SIMD3<Double>())
        counts.append(0)
      }
      let body = bodyOf[root]
      bodyOf[node] = body
      centres[body] += mesh.position(of: node)
      counts[body] += 1
    }
    for body in centres.indices { centres[body] /= counts[body] }
    sizes = [Double](repeating: .leastNormalMagnitude, count: centres.count)
    for node in 0..<mesh.nodeCount where bodyOf[node] >= 0 {
      let distance = length(mesh.position(of: node) - centres[bodyOf[node]])
      sizes[bodyOf[node]] = max(sizes[bodyOf[node]], distance)
    }
  }
}

/// Equations between the rigid motions of parts and the freedoms of single nodes.
private struct MotionSystem {
  private let bodies: Bodies
  private let mesh: Mesh
  private let labelledCount: Int
  /// Six unknowns for each part, then one for each single freedom.
  private var looseUnknowns: [Int: Int] = [:]
  private var looseFreedoms: [Int] = []
  private var rows: [[Int: Double]] = []

  init(_ bodies: Bodies, _ mesh: Mesh, _ labelledCount: Int) {
    self.bodies = bodies
    self.mesh = mesh
    self.labelledCount = labelledCount
  }

  /// Whether a freedom of a node without elements takes part.
  func knows(_ freedom: Int) -> Bool { looseUnknowns[freedom] != nil }

  /// Adds the equation that the sum of the terms is zero.
  mutating func add(_ terms: [LinearConstraint.Term]) {
    var row: [Int: Double] = [:]
    for term in terms where term.coefficient != 0 {
      let node = term.freedom / 3
      let body = bodies.bodyOf[node]
      guard body >= 0 else {
        row[unknown(of: term.freedom), default: 0] += term.coefficient
        continue
      }
      let arm = (mesh.position(of: node) - bodies.centres[body]) / bodies.sizes[body]
      let motion = Self.motions(arm, direction: term.freedom % 3)
      for mode in 0..<6 where motion[mode] != 0 {
        row[6 * body + mode, default: 0] += term.coefficient * motion[mode]
      }
    }
    let largest = terms.reduce(0) { max($0, abs($1.coefficient)) }
    guard largest > 0 else { return }
    row = row.filter { abs($0.value) > 1e-12 * largest }
    if !row.isEmpty { rows.append(row.mapValues { $0 / largest }) }
  }

  private mutating func unknown(of freedom: Int) -> Int {
    if let known = looseUnknowns[freedom] { return known }
    let made = 6 * bodies.centres.count + looseFreedoms.count
    looseUnknowns[freedom] = made
    looseFreedoms.append(freedom)
    return made
  }

  /// What the six rigid motions (three shifts, three turns) do in a direction at a place.
  private static func motions(_ place: SIMD3<Double>, direction: Int) -> [Double] {
    let shifts: [SIMD3<Double>] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    return (shifts + shifts.map { cross($0, place) }).map { $0[direction] }
  }

  /// A motion for each group of unknowns whose equations do not determine them.
  func freeMotions(limit: Int) -> [FreeMotion] {
    let count = 6 * bodies.centres.count + looseFreedoms.count
    var sets = DisjointSets(count: count)
    for body in bodies.centres.indices {
      for mode in 1..<6 { sets.join(6 * body, 6 * body + mode) }
    }
    for row in rows {
      guard let first = row.keys.first else { continue }
      for unknown in row.keys { sets.join(first, unknown) }
    }
    var members: [Int: [Int]] = [:]
    for unknown in 0..<count { members[sets.root(unknown), default: []].append(unknown) }
    var rowsOf: [Int: [[Int: Double]]] = [:]
    for row in rows {
      guard let first = row.keys.first else { continue }
      rowsOf[sets.root(first), default: []].append(row)
    }
    return members.sorted { $0.key < $1.key }.compactMap { root, unknowns in
      guard unknowns.count <= limit else { return nil }
      return freeMotion(of: unknowns, rowsOf[root] ?? [])
    }
  }

  /// The Gram matrix of the equations is singular exactly when a motion satisfies them all.
  private func freeMotion(of unknowns: [Int], _ rows: [[Int: Double]]) -> FreeMotion? {
    var place: [Int: Int] = [:]
    for (index, unknown) in unknowns.enumerated() { place[unknown] = index }
    var gram = [[Double]](
      repeating: [Double](repeating: 0, count: unknowns.count), count: unknowns.count)
    for row in rows {
      let entries = row.map { (place[$0.key] ?? 0, $0.value) }
      for (i, left) in entries {
        for (j, right) in entries { gram[i][j] += left * right }
      }
    }
    // Scaled so that lengths and angles count alike.
    let scales = gram.indices.map { gram[$0][$0] > 0 ? 1 / gram[$0][$0].squareRoot() : 1 }
    for i in gram.indices {
      for j in gram.indices { gram[i][j] *= scales[i] * scales[j] }
    }
    let motions = Self.nullSpace(of: gram).map { zip($0, scales).map(*) }
    return motions.isEmpty ? nil : words(unknowns, motions)
  }

  /// Squares of the lengths over which supports hold a turn, as parts of the body's size, count down to this; the
  /// sums of many squares are exact to some 1e-14.
  private static let nothing = 1e-12

  /// Independent vectors that the symmetric, positive semidefinite matrix with unit diagonal maps to zero.
  private static func nullSpace(of matrix: [[Double]]) -> [[Double]] {
    var matrix = matrix
    var pivots: [Int] = []
    var isPivot = [Bool](repeating: false, count: matrix.count)
    while let pivot = matrix.indices.filter({ !isPivot[$0] })
      .max(by: { matrix[$0][$0] < matrix[$1][$1] })
    {
      guard matrix[pivot][pivot] > nothing else { break }
      for row in matrix.indices where row != pivot && matrix[row][pivot] != 0 {
        let factor = matrix[row][pivot] / matrix[pivot][pivot]
        for column in matrix.indices { matrix[row][column] -= factor * matrix[pivot][column] }
      }
      pivots.append(pivot)
      isPivot[pivot] = true
    }
    return matrix.indices.filter { !isPivot[$0] }.map { free in
      var vector = [Double](repeating: 0, count: matrix.count)
      vector[free] = 1
      for pivot in pivots { vector[pivot] = -matrix[pivot][free] / matrix[pivot][pivot] }
      return vector
    }
  }

  private static let axes = ["x", "y", "z"]

  /// Names the motions of the first part, or of the first single freedom, that moves.
  private func words(_ unknowns: [Int], _ motions: [[Double]]) -> FreeMotion? {
    let isMoved = { (index: Int, motion: [Double]) in
      abs(motion[index]) > 1e-6 * motion.reduce(0) { max($0, abs($1)) }
    }
    guard
      let first = unknowns.indices.first(where: { index in
        motions.contains { isMoved(index, $0) }
      })
    else { return nil }
    let loose = unknowns[first] - 6 * bodies.centres.count
    guard loose < 0 else {
      let freedom = looseFreedoms[loose]
      return FreeMotion(
        node: mesh.label(of: freedom / 3, labelledCount: labelledCount),
        motion: "in direction \(Self.axes[freedom % 3])")
    }
    let body = unknowns[first] / 6
    let parts = motions.map { motion in
      var modes = [Double](repeating: 0, count: 6)
      for (unknown, value) in zip(unknowns, motion) where unknown / 6 == body {
        modes[unknown % 6] = value
      }
      return modes
    }
    let node = mesh.label(of: bodies.firstNodes[body], labelledCount: labelledCount)
    return FreeMotion(node: node, motion: Self.words(parts))
  }

  /// What a part does: as many turns and shifts as there are independent motions of it.
  ///
  /// - Parameter motions: three shifts and three turns each.
  private static func words(_ motions: [[Double]]) -> String {
    var rows = motions.map { motion in
      let largest = motion.reduce(0) { max($0, abs($1)) }
      return motion.map { largest > 0 ? $0 / largest : 0 }
    }
    var (shifts, turns): (Set<Int>, Set<Int>) = ([], [])
    // What remains when the turns are eliminated are shifts.
    for modes in [3..<6, 0..<3] {
      while let (row, mode) = largest(of: rows, in: modes) {
        let pivot = rows.remove(at: row)
        if modes.lowerBound == 3 { turns.insert(mode - 3) } else { shifts.insert(mode) }
        for other in rows.indices {
          let factor = rows[other][mode] / pivot[mode]
          for index in 0..<6 { rows[other][index] -= factor * pivot[index] }
        }
      }
    }
    let named = { (places: Set<Int>) in
      let names = places.sorted().map { axes[$0] }
      return names.count < 2
        ? names.joined()
        : names.dropLast().joined(separator: ", ") + " and \(names[names.count - 1])"
    }
    let shift = shifts.isEmpty ? nil : "in direction\(shifts.count > 1 ? "s" : "") \(named(shifts))"
    let turn = turns.isEmpty ? nil : "by turning about \(named(turns))"
    return [shift, turn].compactMap { $0 }.joined(separator: " and ")
  }

  /// Where the largest entry of some columns is; nil where all of them are rounding.
  private static func largest(
    of rows: [[Double]], in columns: Range<Int>
  ) -> (row: Int, column: Int)? {
    let places = rows.indices.flatMap { row in columns.map { (row: row, column: $0) } }
    let size = { (place: (row: Int, column: Int)) in abs(rows[place.row][place.column]) }
    guard let largest = places.max(by: { size($0) < size($1) }), size(largest) > 1e-6 else {
      return nil
    }
    return largest
  }
}
