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
  /// Rules of elements whose section has one of its own, by element.
  var sectionTables: [Int: ElementTable] = [:]

  /// What assembly needs to know about the type of an element.
  func table(of element: Int) -> ElementTable {
    if !sectionTables.isEmpty, let own = sectionTables[element] { return own }
    return ElementTable.all[elementKinds[element].rawValue]
  }

  /// Calls `body` for the elements in `range`, as many at a time as follow each other and share a table.
  func forEachRun(in range: Range<Int>, _ body: (Range<Int>, ElementTable) -> Void) {
    var first = range.lowerBound
    while first < range.upperBound {
      var end = first + 1
      if sectionTables[first] == nil {
        while end < range.upperBound, elementKinds[end] == elementKinds[first],
          sectionTables.isEmpty || sectionTables[end] == nil
        {
          end += 1
        }
      }
      body(first..<end, table(of: first))
      first = end
    }
  }

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
