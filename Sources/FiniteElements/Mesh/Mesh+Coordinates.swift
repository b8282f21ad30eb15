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
}
