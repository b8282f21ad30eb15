import LinearAlgebra

/// The corner nodes of a body: displacements of the other nodes are the means of their two corners.
struct CornerSpace {
  /// The nodes that are corners, in the operator's numbering.
  let corners: [Int32]
  /// For each node the two corners it lies between; its own number twice at a corner.
  let ends: [Int32]
  /// The nodes between corners, listed for each corner: `middles[starts[c]..<starts[c + 1]]`.
  let middleStarts: [Int]
  let middles: [Int32]
  /// Whether each displacement of a corner is fixed.
  let isFixed: [Bool]

  var hasMiddles: Bool { !middles.isEmpty }

  /// nil when the elements do not agree on what is a corner, as with collapsed elements.
  init?(_ mesh: Mesh, _ system: SolidOperator) {
    guard let ends = Self.ends(mesh, system.numbering) else { return nil }
    var (cornerOfNode, corners): ([Int32], [Int32]) = ([], [])
    cornerOfNode.reserveCapacity(system.nodeCount)
    for node in 0..<system.nodeCount {
      let isCorner = ends[2 * node] == Int32(truncatingIfNeeded: node)
      cornerOfNode.append(isCorner ? Int32(truncatingIfNeeded: corners.count) : -1)
      if isCorner { corners.append(Int32(truncatingIfNeeded: node)) }
    }
    self.corners = corners
    self.ends = ends.map { cornerOfNode[Int($0)] }
    isFixed = corners.flatMap { node in (0..<3).map { system.isFixed[3 * Int(node) + $0] } }
    var starts = [Int](repeating: 0, count: corners.count + 1)
    for node in 0..<system.nodeCount where cornerOfNode[node] < 0 {
      for end in 0..<2 { starts[Int(self.ends[2 * node + end]) + 1] += 1 }
    }
    for corner in corners.indices { starts[corner + 1] += starts[corner] }
    var next = starts
    var middles = [Int32](repeating: 0, count: starts[corners.count])
    for node in 0..<system.nodeCount where cornerOfNode[node] < 0 {
      for end in 0..<2 {
        let corner = Int(self.ends[2 * node + end])
        middles[next[corner]] = Int32(truncatingIfNeeded: node)
        next[corner] += 1
      }
    }
    middleStarts = starts
    self.middles = middles
  }

  /// For each node, by place, the places of its two ends; nil where elements disagree.
  private static func ends(_ mesh: Mesh, _ numbering: SolidNumbering) -> [Int32]? {
    var ends = [Int32](repeating: -1, count: 2 * numbering.nodes.count)
    var isConsistent = true
    ends.withMutableView { ends in
      func set(_ node: Int, _ one: Int32, _ other: Int32) {
        let (low, high) = (min(one, other), max(one, other))
        if ends[2 * node] < 0 { (ends[2 * node], ends[2 * node + 1]) = (low, high) }
        if ends[2 * node] != low || ends[2 * node + 1] != high { isConsistent = false }
      }
      for element in 0..<mesh.elementCount where isConsistent {
        let kind = mesh.elementKinds[element]
        let first = mesh.connectivityStarts[element]
        for a in 0..<kind.cornerCount {
          let place = numbering.places[mesh.connectivity[first + a]]
          set(Int(place), place, place)
        }
        for (index, middle) in kind.middles.enumerated() {
          let place = Int(numbering.places[mesh.connectivity[first + kind.cornerCount + index]])
          let one = numbering.places[mesh.connectivity[first + middle.0]]
          let other = numbering.places[mesh.connectivity[first + middle.1]]
          if one == other { isConsistent = false }
          set(place, one, other)
        }
      }
    }
    return isConsistent ? ends : nil
  }

  /// Half of what acts on the nodes between corners goes to each of the two; fixed corners get none.
  func restrict(_ fine: MutableView<Float>, into coarse: MutableView<Float>, team: ThreadTeam) {
    corners.withView { corners in
      middleStarts.withView { starts in
        middles.withView { middles in
          isFixed.withView { isFixed in
            team.split(corners.count) { range in
              for corner in range {
                let node = 3 &* Int(corners[corner])
                var (x, y, z) = (fine[node], fine[node &+ 1], fine[node &+ 2])
                for index in starts[corner]..<starts[corner &+ 1] {
                  let middle = 3 &* Int(middles[index])
                  x += 0.5 * fine[middle]
                  y += 0.5 * fine[middle &+ 1]
                  z += 0.5 * fine[middle &+ 2]
                }
                let at = 3 &* corner
                coarse[at] = isFixed[at] ? 0 : x
                coarse[at &+ 1] = isFixed[at &+ 1] ? 0 : y
                coarse[at &+ 2] = isFixed[at &+ 2] ? 0 : z
              }
            }
          }
        }
      }
    }
  }

  /// Adds the corners' displacements to those of all nodes.
  func prolong(_ coarse: MutableView<Float>, addingTo fine: MutableView<Float>, team: ThreadTeam) {
    ends.withView { ends in
      team.split(ends.count / 2) { range in
        for node in range {
          let (one, other) = (3 &* Int(ends[2 &* node]), 3 &* Int(ends[2 &* node &+ 1]))
          for i in 0..<3 { fine[3 &* node &+ i] += 0.5 * (coarse[one &+ i] + coarse[other &+ i]) }
        }
      }
    }
  }
}
