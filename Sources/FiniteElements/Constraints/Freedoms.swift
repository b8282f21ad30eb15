import LinearAlgebra

/// The numbering of the unknowns: three displacements for each node, prescribed ones left out.
package struct Freedoms: Sendable {
  /// The equation of each degree of freedom `3 node + direction`; -1 when it has none.
  package let equations: [Int]
  package let equationCount: Int

  /// Equations in the given order of the nodes; nodes without elements and prescribed directions get
  /// none.
  package init(mesh: Mesh, order: [Int], isPrescribed: (Int) -> Bool) {
    let isUsed = mesh.isUsed
    var equations = [Int](repeating: -1, count: 3 * mesh.nodeCount)
    var next = 0
    for node in order where isUsed[node] {
      for freedom in (3 * node)..<(3 * node + 3) where !isPrescribed(freedom) {
        equations[freedom] = next
        next += 1
      }
    }
    self.equations = equations
    equationCount = next
  }

  /// The first equation of a node and how many it has.
  func equations(of node: Int) -> (first: Int, count: Int) {
    var first = -1
    var count = 0
    for freedom in (3 * node)..<(3 * node + 3) where equations[freedom] >= 0 {
      if count == 0 { first = equations[freedom] }
      count += 1
    }
    return (first, count)
  }
}
