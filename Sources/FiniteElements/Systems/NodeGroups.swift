import LinearAlgebra

/// Groups of nodes whose freedoms meet in a matrix, such as the nodes of an element.
struct NodeGroups: Sendable {
  let nodeCount: Int
  /// The nodes of group `g` are `nodes[starts[g]..<starts[g + 1]]`.
  private(set) var starts: [Int]
  private(set) var nodes: [Int]

  init(nodeCount: Int) {
    self.nodeCount = nodeCount
    starts = [0]
    nodes = []
  }

  /// The elements of a mesh.
  init(_ mesh: Mesh) {
    nodeCount = mesh.nodeCount
    starts = mesh.connectivityStarts
    nodes = mesh.connectivity
  }

  var count: Int { starts.count - 1 }

  subscript(group: Int) -> ArraySlice<Int> { nodes[starts[group]..<starts[group + 1]] }

  mutating func reserve(groups: Int, nodes count: Int) {
    starts.reserveCapacity(groups + 1)
    nodes.reserveCapacity(count)
  }

  mutating func append(_ group: some Sequence<Int>) {
    nodes += group
    starts.append(nodes.count)
  }

  /// The same groups where node `k` is called `places[k]`.
  func renamed(_ places: [Int]) -> NodeGroups {
    var renamed = self
    renamed.nodes = nodes.map { places[$0] }
    return renamed
  }

  /// Which nodes share a group.
  func graph() -> Graph {
    let (groupStarts, groups) = groupsOfNodes()
    var neighbourStarts = [Int](repeating: 0, count: nodeCount + 1)
    var neighbours: [Int] = []
    neighbours.reserveCapacity(nodeCount * 16)
    var seen = [Int](repeating: -1, count: nodeCount)
    // Room for the neighbours of one node.
    var found = [Int](repeating: 0, count: nodeCount)
    for node in 0..<nodeCount {
      let own = groupStarts[node]..<groupStarts[node + 1]
      let count = findNeighbours(of: node, in: groups, own, &seen, &found)
      let first = neighbours.count
      neighbours += found[0..<count]
      if count > Self.shortList { neighbours[first...].sort() }
      neighbourStarts[node + 1] = neighbours.count
    }
    return Graph(starts: neighbourStarts, neighbours: neighbours)
  }

  /// Lists up to this length, the usual ones, are sorted by insertion.
  private static let shortList = 64

  /// Fills `found` with the smaller neighbours of a node, sorted if few; returns how many there are.
  private func findNeighbours(
    of node: Int, in groups: [Int], _ own: Range<Int>, _ seen: inout [Int], _ found: inout [Int]
  ) -> Int {
    starts.withView { starts in
      nodes.withView { nodes in
        groups.withView { groups in
          seen.withMutableView { seen in
            found.withMutableView { found in
              var count = 0
              for entry in own {
                for place in starts[groups[entry]]..<starts[groups[entry] &+ 1] {
                  let other = nodes[place]
                  guard other < node, seen[other] != node else { continue }
                  seen[other] = node
                  found[count] = other
                  count &+= 1
                }
              }
              if count <= Self.shortList { sortShort(found, count: count) }
              return count
            }
          }
        }
      }
    }
  }

  /// The groups of each node, as starts and a flat list.
  private func groupsOfNodes() -> (starts: [Int], groups: [Int]) {
    var groupStarts = [Int](repeating: 0, count: nodeCount + 1)
    for node in nodes { groupStarts[node + 1] += 1 }
    for node in 0..<nodeCount { groupStarts[node + 1] += groupStarts[node] }
    var next = groupStarts
    var groups = [Int](repeating: 0, count: nodes.count)
    for group in 0..<count {
      for node in self[group] {
        groups[next[node]] = group
        next[node] += 1
      }
    }
    return (groupStarts, groups)
  }
}

private func sortShort(_ list: MutableView<Int>, count: Int) {
  for index in 1..<max(count, 1) {
    let value = list[index]
    var slot = index
    while slot > 0, list[slot &- 1] > value {
      list[slot] = list[slot &- 1]
      slot &-= 1
    }
    list[slot] = value
  }
}
