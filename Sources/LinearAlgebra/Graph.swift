/// An undirected graph without self-loops: which nodes share an element.
///
/// `neighbours[starts[i]..<starts[i + 1]]` are the neighbours of `i` that are *smaller* than `i`,
/// ascending: each edge is stored once, which is the strict upper triangle of a symmetric matrix by
/// columns.
package struct Graph: Sendable {
  package let starts: [Int]
  package let neighbours: [Int]

  package init(starts: [Int], neighbours: [Int]) {
    precondition(!starts.isEmpty && starts[starts.count - 1] == neighbours.count, "malformed graph")
    self.starts = starts
    self.neighbours = neighbours
  }

  package var nodeCount: Int { starts.count - 1 }
}
