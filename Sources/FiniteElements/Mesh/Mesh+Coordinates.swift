import LinearAlgebra

extension Mesh {
  /// Copies the coordinates of an element's nodes, shape `[nodes, 3]`.
  func loadCoordinates(of element: Int, into view: MutableView<Double>) {
    var place = 0
    for entry in connectivityStarts[element]..<connectivityStarts[element + 1] {
      let node = connectivity[entry]
      for direction in 0..<3 { view[place + direction] = coordinates[3 * node + direction] }
      place += 3
    }
  }

  /// The label of a node; of one that was appended behind `labelledCount` nodes of the deck, such as those of
  /// an expanded shell, that of the nearest of these.
  func label(of node: Int, labelledCount: Int) -> Int {
    guard node >= labelledCount, labelledCount > 0 else { return nodeLabels[node] }
    let place = position(of: node)
    let distance = { (other: Int) in length(position(of: other) - place) }
    let nearest = (0..<labelledCount).min { distance($0) < distance($1) }
    return nodeLabels[nearest ?? node]
  }
}
