/// Linear tetrahedron, C3D4.
package enum Tet4: ReferenceElement {
  package static let nodes: [SIMD3<Double>] = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]
  package static let faces = [[0, 1, 2], [0, 3, 1], [1, 3, 2], [2, 3, 0]]

  package static func basis(at point: SIMD3<Double>) -> [Double] {
    [1 - point.sum(), point.x, point.y, point.z]
  }

  package static func gradient(at _: SIMD3<Double>) -> [SIMD3<Double>] {
    [[-1, -1, -1], [1, 0, 0], [0, 1, 0], [0, 0, 1]]
  }
}

/// Quadratic tetrahedron, C3D10: corners, then the middles of the edges.
package enum Tet10: ReferenceElement {
  package static let edges = [(0, 1), (1, 2), (2, 0), (0, 3), (1, 3), (2, 3)]
  package static let nodes = Tet4.nodes + edges.map { (Tet4.nodes[$0] + Tet4.nodes[$1]) / 2 }
  package static let faces = [
    [0, 1, 2, 4, 5, 6], [0, 3, 1, 7, 8, 4], [1, 3, 2, 8, 9, 5], [2, 3, 0, 9, 7, 6],
  ]

  // With barycentric coordinates L: corners L (2 L - 1), middles 4 La Lb.
  package static func basis(at point: SIMD3<Double>) -> [Double] {
    let corner = Tet4.basis(at: point)
    return corner.map { $0 * (2 * $0 - 1) } + edges.map { 4 * corner[$0] * corner[$1] }
  }

  package static func gradient(at point: SIMD3<Double>) -> [SIMD3<Double>] {
    let corner = Tet4.basis(at: point)
    let slope = Tet4.gradient(at: point)
    return (0..<4).map { (4 * corner[$0] - 1) * slope[$0] }
      + edges.map { 4 * (corner[$0] * slope[$1] + corner[$1] * slope[$0]) }
  }
}
