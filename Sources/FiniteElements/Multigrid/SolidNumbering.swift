import LinearAlgebra

/// An order of elements and nodes in which neighbours in space are neighbours in memory, and the
/// share of each thread.
struct SolidNumbering: Sendable {
  /// Elements along a space filling curve; those of part `p` are `elementStarts[p]..<elementStarts[p + 1]`.
  let elements: [Int32]
  let elementStarts: [Int]
  /// Nodes in the order in which those elements first name them.
  let nodes: [Int32]
  /// The nodes that the elements of part `p` name first.
  let nodeStarts: [Int]
  /// The place of each node of the mesh in `nodes`; -1 for one without elements.
  let places: [Int32]

  init(_ mesh: Mesh, parts: Int) {
    let order = Self.alongCurve(mesh)
    var places = [Int32](repeating: -1, count: mesh.nodeCount)
    var nodes: [Int32] = []
    nodes.reserveCapacity(mesh.nodeCount)
    var (elementStarts, nodeStarts) = ([0], [0])
    for part in 1...parts {
      let end = order.count * part / parts
      for index in elementStarts[part - 1]..<end {
        for node in mesh.nodes(of: Int(order[index])) where places[node] < 0 {
          places[node] = Int32(truncatingIfNeeded: nodes.count)
          nodes.append(Int32(truncatingIfNeeded: node))
        }
      }
      elementStarts.append(end)
      nodeStarts.append(nodes.count)
    }
    elements = order
    self.elementStarts = elementStarts
    self.nodes = nodes
    self.nodeStarts = nodeStarts
    self.places = places
  }

  /// Elements sorted by the Morton code of their middle.
  private static func alongCurve(_ mesh: Mesh) -> [Int32] {
    let middles = (0..<mesh.elementCount).map { element -> SIMD3<Double> in
      let first = mesh.connectivityStarts[element]
      let corners = mesh.elementKinds[element].cornerCount
      var sum = SIMD3<Double>()
      for entry in first..<(first + corners) { sum += mesh.position(of: mesh.connectivity[entry]) }
      return sum / Double(corners)
    }
    var low = SIMD3(repeating: Double.infinity)
    var high = -low
    for middle in middles {
      low.replace(with: middle, where: middle .< low)
      high.replace(with: middle, where: middle .> high)
    }
    let extent = max((high - low).max(), .leastNormalMagnitude)
    var keys = middles.indices.map { element -> UInt64 in
      let cell = (middles[element] - low) / extent * 1023
      let code = spread(cell.x) | spread(cell.y) << 1 | spread(cell.z) << 2
      return code << 32 | UInt64(element)
    }
    keys.sort()
    return keys.map { Int32(truncatingIfNeeded: $0 & 0xFFFF_FFFF) }
  }

  /// The ten bits of a number below 1024 with two zeros between neighbours.
  private static func spread(_ value: Double) -> UInt64 {
    var bits = UInt64(min(max(value, 0), 1023))
    bits = (bits | bits << 16) & 0x0300_00FF
    bits = (bits | bits << 8) & 0x0300_F00F
    bits = (bits | bits << 4) & 0x030C_30C3
    return (bits | bits << 2) & 0x0924_9249
  }
}

extension Mesh {
  /// All nodes, neighbours in space after each other; those without elements come last.
  func orderAlongCurve() -> [Int] {
    let numbering = SolidNumbering(self, parts: 1)
    return numbering.nodes.map { Int($0) } + (0..<nodeCount).filter { numbering.places[$0] < 0 }
  }
}
