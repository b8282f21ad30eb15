import LinearAlgebra

/// Where the blocks of two nodes lie in a sparse symmetric matrix.
///
/// Nodes are counted in the order of their elimination here, so that what is needed together lies
/// together. All columns of a node have the same rows: those of its smaller neighbours, then its own.
/// So one number for each pair of neighbours places a whole block.
struct BlockLayout: Sendable {
  /// The place of each node in the order of elimination.
  let places: [Int]
  let graph: Graph
  /// The equation of each freedom; negative where it has none.
  let equations: [Int]
  let pattern: SymmetricPattern
  /// For each entry of the graph: how many rows of the column come before the neighbour's.
  let offsets: [Int]
  /// For each place: how many rows of its columns come before its own.
  let ownOffsets: [Int]
  /// For each place: its first equation, -1 when it has none, and how many it has.
  let firstEquations: [Int]
  let equationCounts: [Int]
  /// For each place: its node.
  let order: [Int]

  /// - Parameters:
  ///   - order: the nodes in the order of their elimination.
  ///   - groups: which nodes meet.
  ///   - equations: ascending in that order, by freedom `components node + direction`.
  init(order: [Int], groups: NodeGroups, equations: [Int], components: Int) {
    var places = [Int](repeating: 0, count: order.count)
    for (place, node) in order.enumerated() { places[node] = place }
    let graph = groups.renamed(places).graph()
    var (firsts, counts) = (order.map { _ in -1 }, order.map { _ in 0 })
    var equationCount = 0
    for (place, node) in order.enumerated() {
      for freedom in (components * node)..<(components * node + components)
      where equations[freedom] >= 0 {
        if counts[place] == 0 { firsts[place] = equations[freedom] }
        counts[place] += 1
        equationCount += 1
      }
    }
    var offsets: [Int] = []
    offsets.reserveCapacity(graph.neighbours.count)
    var ownOffsets: [Int] = []
    ownOffsets.reserveCapacity(graph.nodeCount)
    var columnStarts = [0]
    columnStarts.reserveCapacity(equationCount + 1)
    var rows: [Int] = []
    rows.reserveCapacity(components * components * graph.neighbours.count)
    for node in 0..<graph.nodeCount {
      var before = 0
      for entry in graph.starts[node]..<graph.starts[node + 1] {
        offsets.append(before)
        before += counts[graph.neighbours[entry]]
      }
      ownOffsets.append(before)
      for column in 0..<counts[node] {
        for entry in graph.starts[node]..<graph.starts[node + 1] {
          let neighbour = graph.neighbours[entry]
          for row in 0..<counts[neighbour] { rows.append(firsts[neighbour] + row) }
        }
        for row in 0...column { rows.append(firsts[node] + row) }
        columnStarts.append(rows.count)
      }
    }
    self.places = places
    self.order = order
    self.graph = graph
    self.equations = equations
    self.offsets = offsets
    self.ownOffsets = ownOffsets
    firstEquations = firsts
    equationCounts = counts
    pattern = SymmetricPattern(columnStarts: columnStarts, rows: rows)
  }

  /// The place that splits the stored entries of the matrix into two halves.
  var middle: Int {
    let half = pattern.rows.count / 2
    return firstEquations.firstIndex { $0 >= 0 && pattern.columnStarts[$0] >= half }
      ?? firstEquations.count
  }

  /// Where the columns of the places from `place` on begin in the values.
  func start(of place: Int) -> Int {
    for later in place..<firstEquations.count where firstEquations[later] >= 0 {
      return pattern.columnStarts[firstEquations[later]]
    }
    return pattern.rows.count
  }
}
