/// Nodes without a label, appended behind the nodes of the deck.
///
/// A companion holds the three rotations of a node as its displacements, or the prescribed value of
/// an inhomogeneous constraint, or is a node of an expanded shell or beam.
package struct Companions: Sendable {
  private let labelledCount: Int
  /// Coordinates of the companions, shape `[companions, 3]`.
  package private(set) var coordinates: [Double] = []
  /// The companion that holds a node's rotations, as displacements about x, y and z.
  package private(set) var rotations: [Int: Int] = [:]

  package init(labelledCount: Int) { self.labelledCount = labelledCount }

  package var count: Int { coordinates.count / 3 }

  /// A new node at `position`; its index in the mesh.
  package mutating func add(at position: SIMD3<Double>) -> Int {
    coordinates += [position.x, position.y, position.z]
    return labelledCount + count - 1
  }

  /// The companion that holds the rotations of `node`, made when there is none yet.
  package mutating func rotation(of node: Int, at position: SIMD3<Double>) -> Int {
    if let known = rotations[node] { return known }
    let made = add(at: position)
    rotations[node] = made
    return made
  }

  /// The node whose rotations a companion holds.
  func owner(ofRotation companion: Int) -> Int? {
    rotations.first { $0.value == companion }?.key
  }
}
