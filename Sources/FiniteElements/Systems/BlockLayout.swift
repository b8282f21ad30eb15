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
  /// For each entry of the graph: how many rows of the column come before the neighbour's; empty,
  /// like the graph itself, where each node has one freedom: the pattern says it then.
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
    self.places = places
    self.order = order
    self.equations = equations
    firstEquations = firsts
    equationCounts = counts
    if components == 1 {
      (offsets, ownOffsets) = ([], [])
      pattern = Self.scalarPattern(graph, firsts, equationCount)
      self.graph = Graph(starts: [0], neighbours: [])
    } else {
      (offsets, ownOffsets) = Self.offsets(graph, counts)
      pattern = Self.pattern(graph, firsts, counts, equationCount)
      self.graph = graph
    }
  }

  private static func offsets(_ graph: Graph, _ counts: [Int]) -> (others: [Int], own: [Int]) {
    var (offsets, ownOffsets): ([Int], [Int]) = ([], [])
    offsets.reserveCapacity(graph.neighbours.count)
    ownOffsets.reserveCapacity(graph.nodeCount)
    for node in 0..<graph.nodeCount {
      var before = 0
      for entry in graph.starts[node]..<graph.starts[node + 1] {
        offsets.append(before)
        before += counts[graph.neighbours[entry]]
      }
      ownOffsets.append(before)
    }
    return (offsets, ownOffsets)
  }

  private static func pattern(
    _ graph: Graph, _ firsts: [Int], _ counts: [Int], _ equationCount: Int
  ) -> SymmetricPattern {
    var (columnStarts, rows): ([Int], [Int]) = ([0], [])
    columnStarts.reserveCapacity(equationCount + 1)
    let largest = counts.max() ?? 0
    rows.reserveCapacity(largest * largest * (graph.neighbours.count + graph.nodeCount))
    for node in 0..<graph.nodeCount {
      for column in 0..<counts[node] {
        for entry in graph.starts[node]..<graph.starts[node + 1] {
          let neighbour = graph.neighbours[entry]
          for row in 0..<counts[neighbour] { rows.append(firsts[neighbour] + row) }
        }
        for row in 0...column { rows.append(firsts[node] + row) }
        columnStarts.append(rows.count)
      }
    }
    return SymmetricPattern(columnStarts: columnStarts, rows: rows)
  }

  /// As `pattern` where each node has one equation or none.
  private static func scalarPattern(
    _ graph: Graph, _ firsts: [Int], _ equationCount: Int
  ) -> SymmetricPattern {
    var columnStarts = [Int](repeating: 0, count: equationCount + 1)
    var rows = [Int](repeating: 0, count: graph.neighbours.count + equationCount)
    var count = 0
    columnStarts.withMutableView { columnStarts in
      rows.withMutableView { rows in
        firsts.withView { firsts in
          graph.starts.withView { starts in
            graph.neighbours.withView { neighbours in
              for node in 0..<firsts.count where firsts[node] >= 0 {
                for entry in starts[node]..<starts[node &+ 1] {
                  let row = firsts[neighbours[entry]]
                  guard row >= 0 else { continue }
                  rows[count] = row
                  count &+= 1
                }
                rows[count] = firsts[node]
                count &+= 1
                columnStarts[firsts[node] &+ 1] = count
              }
            }
          }
        }
      }
    }
    rows.removeLast(rows.count - count)
    return SymmetricPattern(columnStarts: columnStarts, rows: rows)
  }

  /// Runs of places with about the same number of stored entries of the matrix each.
  func parts(_ count: Int) -> [Range<Int>] {
    let total = pattern.rows.count
    var bounds = [0]
    for (place, equation) in firstEquations.enumerated()
    where equation >= 0 && bounds.count < count
      && pattern.columnStarts[equation] >= total / count * bounds.count
    {
      bounds.append(place)
    }
    while bounds.count <= count { bounds.append(order.count) }
    return (0..<count).map { bounds[$0]..<bounds[$0 + 1] }
  }
}
