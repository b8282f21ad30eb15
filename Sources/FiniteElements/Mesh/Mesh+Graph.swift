import LinearAlgebra

extension Mesh {
  /// Which nodes share an element; node `k` of the graph is node `order[k]` of the mesh.
  package func graph(order: [Int]) -> Graph {
    var places = [Int](repeating: 0, count: nodeCount)
    for (place, node) in order.enumerated() { places[node] = place }
    return graph(of: connectivity.map { places[$0] }) { $0.nodeCount }
  }

  /// The order of elimination of the nodes that keeps the factor sparse.
  ///
  /// Nested dissection looks at the corners only, which makes it ten times quicker: a set of corners
  /// that separates two halves of them also separates the nodes between corners, since no element
  /// reaches across. A node between two corners goes with the one that is eliminated first.
  package func eliminationOrder() throws(FactorisationError) -> [Int] {
    let corners = try graph(of: connectivity) { $0.cornerCount }.fillReducingOrder(
      .nestedDissection)
    var place = [Int](repeating: 0, count: nodeCount)
    for (index, node) in corners.enumerated() { place[node] = index }
    var key = place.map { 2 * $0 + 1 }
    for element in 0..<elementCount {
      let kind = elementKinds[element]
      let first = connectivityStarts[element]
      for (middle, ends) in kind.middles.enumerated() {
        let lowest = min(place[connectivity[first + ends.0]], place[connectivity[first + ends.1]])
        key[connectivity[first + kind.cornerCount + middle]] = 2 * lowest
      }
    }
    return (0..<nodeCount).sorted { (key[$0], $0) < (key[$1], $1) }
  }

  /// The graph of the first `count(kind)` nodes of each element, as `connectivity` numbers them.
  private func graph(of connectivity: [Int], _ count: (ElementKind) -> Int) -> Graph {
    let counts = ElementKind.allCases.map(count)
    let (starts, elements) = elementsOfNodes(connectivity)
    var neighbourStarts = [0]
    neighbourStarts.reserveCapacity(nodeCount + 1)
    var neighbours: [Int] = []
    neighbours.reserveCapacity(nodeCount * 16)
    var seen = [Int](repeating: -1, count: nodeCount)
    for node in 0..<nodeCount {
      let first = neighbours.count
      for element in elements[starts[node]..<starts[node + 1]] {
        let start = connectivityStarts[element]
        let part = connectivity[start..<(start + counts[elementKinds[element].rawValue])]
        guard part.contains(node) else { continue }
        for other in part where other < node && seen[other] != node {
          seen[other] = node
          neighbours.append(other)
        }
      }
      neighbours[first...].sort()
      neighbourStarts.append(neighbours.count)
    }
    return Graph(starts: neighbourStarts, neighbours: neighbours)
  }

  /// The elements of each node, as starts and a flat list.
  private func elementsOfNodes(_ connectivity: [Int]) -> (starts: [Int], elements: [Int]) {
    var starts = [Int](repeating: 0, count: nodeCount + 1)
    for node in connectivity { starts[node + 1] += 1 }
    for node in 0..<nodeCount { starts[node + 1] += starts[node] }
    var next = starts
    var elements = [Int](repeating: 0, count: connectivity.count)
    for element in 0..<elementCount {
      for entry in connectivityStarts[element]..<connectivityStarts[element + 1] {
        let node = connectivity[entry]
        elements[next[node]] = element
        next[node] += 1
      }
    }
    return (starts, elements)
  }
}
