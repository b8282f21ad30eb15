import LinearAlgebra

/// Nodes and elements, both in ascending order of their labels (the numbers in the deck).
package struct Mesh: Sendable {
  package let nodeLabels: [Int]
  /// Shape `[nodes, 3]`.
  package let coordinates: [Double]
  package let elementLabels: [Int]
  package let elementKinds: [ElementKind]
  /// The nodes of element `e` are `connectivity[connectivityStarts[e]..<connectivityStarts[e + 1]]`.
  package let connectivityStarts: [Int]
  package let connectivity: [Int]

  package init(
    nodeLabels: [Int], coordinates: [Double], elementLabels: [Int], elementKinds: [ElementKind],
    connectivity: [Int]
  ) {
    self.nodeLabels = nodeLabels
    self.coordinates = coordinates
    self.elementLabels = elementLabels
    self.elementKinds = elementKinds
    var starts = [0]
    starts.reserveCapacity(elementKinds.count + 1)
    for kind in elementKinds { starts.append(starts[starts.count - 1] + kind.nodeCount) }
    precondition(starts[starts.count - 1] == connectivity.count, "connectivity of another mesh")
    precondition(coordinates.count == 3 * nodeLabels.count, "three coordinates for each node")
    connectivityStarts = starts
    self.connectivity = connectivity
  }

  package var nodeCount: Int { nodeLabels.count }
  package var elementCount: Int { elementLabels.count }

  package func nodes(of element: Int) -> ArraySlice<Int> {
    connectivity[connectivityStarts[element]..<connectivityStarts[element + 1]]
  }

  package func position(of node: Int) -> SIMD3<Double> {
    [coordinates[3 * node], coordinates[3 * node + 1], coordinates[3 * node + 2]]
  }

  /// Which nodes belong to an element.
  package var isUsed: [Bool] {
    var used = [Bool](repeating: false, count: nodeCount)
    for node in connectivity { used[node] = true }
    return used
  }
}

extension Mesh {
  /// Which nodes share an element.
  package func graph() -> Graph {
    let (starts, elements) = elementsOfNodes()
    var neighbourStarts = [0]
    neighbourStarts.reserveCapacity(nodeCount + 1)
    var neighbours: [Int] = []
    neighbours.reserveCapacity(nodeCount * 16)
    var seen = [Int](repeating: -1, count: nodeCount)
    for node in 0..<nodeCount {
      let first = neighbours.count
      for element in elements[starts[node]..<starts[node + 1]] {
        for entry in connectivityStarts[element]..<connectivityStarts[element + 1] {
          let other = connectivity[entry]
          guard other < node, seen[other] != node else { continue }
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
  private func elementsOfNodes() -> (starts: [Int], elements: [Int]) {
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
