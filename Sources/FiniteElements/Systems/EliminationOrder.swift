import LinearAlgebra

extension Mesh {
  /// The order of elimination of the nodes that keeps the factor sparse.
  ///
  /// Nested dissection looks at the corners only, which makes it ten times quicker: a set of corners
  /// that separates two halves of them also separates the nodes between corners, since no element
  /// reaches across. A node between two corners goes with the one that is eliminated first, one that
  /// belongs to a single element with the first of its corners.
  ///
  /// Constraints and discrete elements do reach across: all nodes that they couple are looked at.
  ///
  /// - Parameter couplings: groups of nodes that meet besides those of an element.
  func eliminationOrder(couplings: NodeGroups) throws(FactorisationError) -> [Int] {
    var isCoupled = [Bool](repeating: false, count: nodeCount)
    for node in couplings.nodes { isCoupled[node] = true }
    var skeleton = NodeGroups(nodeCount: nodeCount)
    skeleton.reserve(groups: elementCount + couplings.count, nodes: connectivity.count)
    for element in 0..<elementCount {
      let nodes = nodes(of: element)
      let corners = elementKinds[element].cornerCount
      skeleton.append(nodes.prefix(corners) + nodes.dropFirst(corners).filter { isCoupled[$0] })
    }
    for coupling in 0..<couplings.count { skeleton.append(couplings[coupling]) }
    let dissected = try skeleton.graph().fillReducingOrder(.nestedDissection)
    var place = [Int](repeating: 0, count: nodeCount)
    for (index, node) in dissected.enumerated() { place[node] = index }
    var key = place.map { 2 * $0 + 1 }
    for element in 0..<elementCount {
      let kind = elementKinds[element]
      let first = connectivityStarts[element]
      for (middle, ends) in kind.middles.enumerated() {
        let node = connectivity[first + kind.cornerCount + middle]
        guard !isCoupled[node] else { continue }
        let lowest = min(place[connectivity[first + ends.0]], place[connectivity[first + ends.1]])
        key[node] = 2 * lowest
      }
      guard kind.outerCount < kind.nodeCount else { continue }
      let lowest = nodes(of: element).prefix(kind.cornerCount).map { place[$0] }.min() ?? 0
      for node in nodes(of: element).dropFirst(kind.outerCount) { key[node] = 2 * lowest }
    }
    return (0..<nodeCount).sorted { (key[$0], $0) < (key[$1], $1) }
  }
}
