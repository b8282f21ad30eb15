/// The motions that cost no energy, by which a coarser level is built: for each row of blocks
/// `blockRows` numbers of each of `modes` motions.
///
/// Shape `[rows, blockRows, modes]`.
package struct NearNullSpace: ~Copyable {
  package let blockRows: Int
  package let modes: Int
  package let values: Buffer<Double>

  /// A constant, for one unknown in each row (temperature).
  package static func constant(rows: Int) -> NearNullSpace {
    NearNullSpace(blockRows: 1, modes: 1, values: Buffer(repeating: 1, count: rows))
  }

  /// Three shifts and three turns at nodes with three displacements each.
  ///
  /// - Parameters:
  ///   - position: of a node; turns are about the mean position.
  ///   - isFree: whether a displacement of a node is an unknown.
  ///   - isRotation: whether a node holds the rotations of another in place of displacements.
  package static func rigidBody(
    nodes: Int, position: (Int) -> SIMD3<Double>, isFree: (_ node: Int, _ direction: Int) -> Bool,
    isRotation: (_ node: Int) -> Bool = { _ in false }
  ) -> NearNullSpace {
    let values = Buffer(repeating: 0.0, count: 18 * nodes)
    let view = values.view
    var centre = SIMD3<Double>()
    for node in 0..<nodes { centre += position(node) }
    centre /= Double(max(nodes, 1))
    var size = 0.0
    for node in 0..<nodes {
      size = max(size, ((position(node) - centre) * (position(node) - centre)).sum())
    }
    let scale = size > 0 ? 1 / size.squareRoot() : 1
    for node in 0..<nodes {
      let arm = (position(node) - centre) * scale
      let turns = [
        SIMD3(0, arm.z, -arm.y), SIMD3(-arm.z, 0, arm.x), SIMD3(arm.y, -arm.x, 0),
      ]
      if isRotation(node) {
        for i in 0..<3 where isFree(node, i) { view[18 * node + 7 * i + 3] = scale }
        continue
      }
      for i in 0..<3 where isFree(node, i) {
        view[18 * node + 6 * i + i] = 1
        for j in 0..<3 { view[18 * node + 6 * i + 3 + j] = turns[i][j] }
      }
    }
    return NearNullSpace(blockRows: 3, modes: 6, values: values)
  }

  init(blockRows: Int, modes: Int, values: consuming Buffer<Double>) {
    self.blockRows = blockRows
    self.modes = modes
    self.values = values
  }
}

/// An orthonormal basis on each group, shape `[rows, blockRows, modes]`, and the motions in it.
struct TentativeBasis: ~Copyable {
  let basis: Buffer<Double>
  let coarse: NearNullSpace
}

extension Aggregation {
  /// An orthonormal basis of the near null space on each group, and the near null space in it.
  ///
  /// Gram-Schmidt with a second pass; a motion that depends on the others in a group is left out.
  func tentative(
    _ space: borrowing NearNullSpace, team: ThreadTeam
  ) -> TentativeBasis {
    let (height, modes) = (space.blockRows, space.modes)
    let rowCount = groupOfRow.count
    let basis = Buffer(repeating: 0.0, count: rowCount * height * modes)
    let coarse = Buffer(repeating: 0.0, count: groupCount * modes * modes)
    let (q, upper, from) = (basis.view, coarse.view, space.values.view)
    let (starts, rows) = (self.starts.view, self.rows.view)
    team.split(groupCount) { groups in
      for group in groups {
        for place in starts[group]..<starts[group + 1] {
          let first = Int(rows[place]) * height * modes
          for index in first..<(first + height * modes) { q[index] = from[index] }
        }
        let part = GroupBasis(
          rows: rows[part: starts[group]..<starts[group + 1]], height: height, modes: modes, q: q)
        part.orthonormalise(upper[part: (group * modes * modes)..<((group + 1) * modes * modes)])
      }
    }
    return TentativeBasis(
      basis: basis, coarse: NearNullSpace(blockRows: modes, modes: modes, values: coarse))
  }
}

/// The columns of one group's basis.
private struct GroupBasis {
  let rows: MutableView<Int32>
  let height: Int
  let modes: Int
  let q: MutableView<Double>

  /// Fills the upper triangular factor, shape `[modes, modes]`.
  func orthonormalise(_ upper: MutableView<Double>) {
    for mode in 0..<modes {
      let before = inner(mode, mode)
      for _ in 0..<2 {
        for other in 0..<mode where upper[modes * other + other] > 0 {
          let share = inner(other, mode)
          add(-share, other, to: mode)
          upper[modes * other + mode] += share
        }
      }
      let after = inner(mode, mode)
      guard after > 1e-8 * before, after > 0 else {
        scale(mode, by: 0)
        continue
      }
      let length = after.squareRoot()
      scale(mode, by: 1 / length)
      upper[modes * mode + mode] = length
    }
  }

  private func inner(_ a: Int, _ b: Int) -> Double {
    var sum = 0.0
    for place in 0..<rows.count {
      let first = Int(rows[place]) &* height &* modes
      for i in 0..<height {
        let at = first &+ i &* modes
        sum += q[at &+ a] * q[at &+ b]
      }
    }
    return sum
  }

  private func add(_ factor: Double, _ from: Int, to: Int) {
    for place in 0..<rows.count {
      let first = Int(rows[place]) &* height &* modes
      for i in 0..<height {
        q[first &+ i &* modes &+ to] += factor * q[first &+ i &* modes &+ from]
      }
    }
  }

  private func scale(_ mode: Int, by factor: Double) {
    for place in 0..<rows.count {
      let first = Int(rows[place]) &* height &* modes
      for i in 0..<height { q[first &+ i &* modes &+ mode] *= factor }
    }
  }
}
