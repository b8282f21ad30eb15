/// Nodes without a label, appended behind the nodes of the deck.
///
/// A companion holds the three rotations of a node as its displacements, or the displacements of a
/// node along its own axes, or the prescribed value of an inhomogeneous constraint, or is a node of an
/// expanded shell or beam, or the other side of a cut.
package struct Companions: Sendable {
  /// How many nodes the deck has; companions come behind them.
  let labelledCount: Int
  /// Coordinates of the companions, shape `[companions, 3]`.
  package private(set) var coordinates: [Double] = []
  /// The companion that holds a node's rotations, as displacements about x, y and z.
  package private(set) var rotations: [Int: Int] = [:]
  /// The companion that holds a node's displacements along its own axes.
  package private(set) var locals: [Int: Int] = [:]
  /// The companion that holds a node's rotations about its own axes.
  private(set) var localRotations: [Int: Int] = [:]
  /// The node whose place and temperature a companion shares, being the other side of a cut.
  package private(set) var originals: [Int: Int] = [:]
  /// Entries of the connectivity that a cut has moved to its other side, with their new nodes.
  private(set) var moved: [Int: Int] = [:]

  package init(labelledCount: Int) { self.labelledCount = labelledCount }

  package var count: Int { coordinates.count / 3 }

  /// The place of a companion.
  func position(of companion: Int) -> SIMD3<Double> {
    let first = 3 * (companion - labelledCount)
    return [coordinates[first], coordinates[first + 1], coordinates[first + 2]]
  }

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

  /// The companion that holds the displacements of `node` along its own axes, made when there is none
  /// yet; whoever makes it adds the constraints.
  mutating func local(of node: Int, at position: SIMD3<Double>) -> Int {
    if let known = locals[node] { return known }
    let made = add(at: position)
    locals[node] = made
    return made
  }

  /// The companion that holds the rotations of `node` about its own axes, made when there is none yet;
  /// whoever makes it adds the constraints.
  mutating func localRotation(of node: Int, at position: SIMD3<Double>) -> Int {
    if let known = localRotations[node] { return known }
    let made = add(at: position)
    localRotations[node] = made
    return made
  }

  /// The other side of a cut through `node`.
  mutating func partner(of node: Int, at position: SIMD3<Double>) -> Int {
    let made = add(at: position)
    originals[made] = node
    return made
  }

  /// Moves an entry of the connectivity to another node.
  mutating func move(entry: Int, to node: Int) { moved[entry] = node }

  /// The node whose rotations a companion holds.
  func owner(ofRotation companion: Int) -> Int? {
    rotations.first { $0.value == companion }?.key
  }
}

extension Mesh {
  /// The mesh with companions behind its nodes, and with its cuts open; the numbers of companions
  /// continue those of the deck.
  func appending(_ companions: Companions) -> Mesh {
    guard companions.count > 0 else { return self }
    var connectivity = connectivity
    for (entry, node) in companions.moved { connectivity[entry] = node }
    let last = nodeLabels.last ?? 0
    var mesh = Mesh(
      nodeLabels: nodeLabels + (0..<companions.count).map { last + 1 + $0 },
      coordinates: coordinates + companions.coordinates, elementLabels: elementLabels,
      elementKinds: elementKinds, connectivity: connectivity)
    mesh.sectionTables = sectionTables
    return mesh
  }
}
