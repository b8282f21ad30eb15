import LinearAlgebra

/// Elements in the order of their highest node, so that they fill a matrix from column to column.
struct ElementOrder: Sendable {
  private static let chunkSize = 1024
  private let elements: [Int32]
  /// The elements whose highest place is `p` are `elements[starts[p]..<starts[p + 1]]`.
  private let starts: [Int]

  /// - Parameter places: where each node is in the numbering.
  init(_ mesh: Mesh, _ places: [Int], _ isWanted: (Int) -> Bool) {
    var starts = [Int](repeating: 0, count: places.count + 1)
    var highest = [Int32](repeating: -1, count: mesh.elementCount)
    mesh.connectivity.withView { nodes in
      places.withView { places in
        for element in 0..<mesh.elementCount where isWanted(element) {
          var place = 0
          for entry in mesh.connectivityStarts[element]..<mesh.connectivityStarts[element + 1] {
            place = max(place, places[nodes[entry]])
          }
          highest[element] = Int32(truncatingIfNeeded: place)
          starts[place + 1] += 1
        }
      }
    }
    for place in 0..<places.count { starts[place + 1] += starts[place] }
    var next = starts
    var elements = [Int32](repeating: 0, count: starts[places.count])
    for element in 0..<mesh.elementCount where highest[element] >= 0 {
      let place = Int(highest[element])
      elements[next[place]] = Int32(truncatingIfNeeded: element)
      next[place] += 1
    }
    self.elements = elements
    self.starts = starts
  }

  /// Calls `body` with some elements at a time, all of them with a node in `range`, until it returns
  /// false.
  func forEachChunk(
    reaching range: Range<Int>, _ mesh: Mesh, _ places: [Int],
    _ body: (MutableView<Int32>) -> Bool
  ) {
    let chunk = Buffer(repeating: Int32(0), count: Self.chunkSize)
    var count = 0
    for index in starts[range.lowerBound]..<elements.count {
      let element = Int(elements[index])
      // Below `starts[range.upperBound]` the highest node lies in the range.
      let isReaching =
        index < starts[range.upperBound]
        || mesh.nodes(of: element).contains { range.contains(places[$0]) }
      guard isReaching else { continue }
      chunk.view[count] = elements[index]
      count += 1
      if count == Self.chunkSize {
        guard body(chunk.view) else { return }
        count = 0
      }
    }
    if count > 0 { _ = body(chunk.view[part: 0..<count]) }
  }
}
