import LinearAlgebra

/// Where the blocks of two nodes lie in the sparse stiffness matrix.
///
/// Nodes are counted in the order of their elimination here, so that what is needed together lies
/// together. All columns of a node have the same rows: those of its smaller neighbours, then its own. So one
/// number for each pair of neighbours places a whole block.
struct StiffnessLayout: Sendable {
  /// The node of the mesh that is eliminated as number `k`, and the other way round.
  let order: [Int]
  let places: [Int]
  let graph: Graph
  let freedoms: Freedoms
  let pattern: SymmetricPattern
  /// For each entry of the graph: how many rows of the column come before the neighbour's.
  let offsets: [Int]
  /// For each node: how many rows of its columns come before its own.
  let ownOffsets: [Int]
  /// For each node: its first equation, -1 when it has none, and how many it has.
  let firstEquations: [Int]
  let equationCounts: [Int]

  init(order: [Int], graph: Graph, freedoms: Freedoms) {
    let blocks = order.map { freedoms.equations(of: $0) }
    var places = [Int](repeating: 0, count: order.count)
    for (place, node) in order.enumerated() { places[node] = place }
    self.order = order
    self.places = places
    var offsets: [Int] = []
    offsets.reserveCapacity(graph.neighbours.count)
    var ownOffsets: [Int] = []
    ownOffsets.reserveCapacity(graph.nodeCount)
    var columnStarts = [0]
    columnStarts.reserveCapacity(freedoms.equationCount + 1)
    var rows: [Int] = []
    rows.reserveCapacity(9 * graph.neighbours.count)
    for node in 0..<graph.nodeCount {
      let first = rows.count
      let neighbours = graph.neighbours[graph.starts[node]..<graph.starts[node + 1]]
      for column in 0..<max(blocks[node].count, 1) {
        for neighbour in neighbours {
          if column == 0 { offsets.append(rows.count - first) }
          guard blocks[node].count > 0 else { continue }
          for row in 0..<blocks[neighbour].count { rows.append(blocks[neighbour].first + row) }
        }
        if column == 0 { ownOffsets.append(rows.count - first) }
        guard blocks[node].count > 0 else { continue }
        for row in 0...column { rows.append(blocks[node].first + row) }
        columnStarts.append(rows.count)
      }
    }
    self.graph = graph
    self.freedoms = freedoms
    self.offsets = offsets
    self.ownOffsets = ownOffsets
    firstEquations = blocks.map(\.first)
    equationCounts = blocks.map(\.count)
    pattern = SymmetricPattern(columnStarts: columnStarts, rows: rows)
  }
}
