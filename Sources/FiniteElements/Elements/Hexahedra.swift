/// Trilinear hexahedron, C3D8.
package enum Hex8: ReferenceElement {
  package static let nodes: [SIMD3<Double>] = [
    [-1, -1, -1], [1, -1, -1], [1, 1, -1], [-1, 1, -1],
    [-1, -1, 1], [1, -1, 1], [1, 1, 1], [-1, 1, 1],
  ]
  package static let faces = [
    [0, 1, 2, 3], [4, 7, 6, 5], [0, 4, 5, 1], [1, 5, 6, 2], [2, 6, 7, 3], [3, 7, 4, 0],
  ]

  package static func basis(at point: SIMD3<Double>) -> [Double] {
    nodes.map { node in
      let factor = 1 + node * point
      return factor.x * factor.y * factor.z / 8
    }
  }

  package static func gradient(at point: SIMD3<Double>) -> [SIMD3<Double>] {
    nodes.map { node in
      let factor = 1 + node * point
      let others = SIMD3(factor.y * factor.z, factor.z * factor.x, factor.x * factor.y)
      return node * others / 8
    }
  }
}

/// Trilinear hexahedron with three inner modes 1 - xi², 1 - eta², 1 - zeta² [Wilson et al. 1973], each
/// the function of a node in the middle that no other element shares.
package enum BubbleHex8: ReferenceElement {
  package static let nodes = Hex8.nodes + [SIMD3<Double>](repeating: SIMD3(), count: 3)
  package static let faces = Hex8.faces

  package static func basis(at point: SIMD3<Double>) -> [Double] {
    let bubbles = 1 - point * point
    return Hex8.basis(at: point) + [bubbles.x, bubbles.y, bubbles.z]
  }

  package static func gradient(at point: SIMD3<Double>) -> [SIMD3<Double>] {
    Hex8.gradient(at: point) + [
      SIMD3(-2 * point.x, 0, 0), SIMD3(0, -2 * point.y, 0), SIMD3(0, 0, -2 * point.z),
    ]
  }
}

/// Quadratic "serendipity" hexahedron, C3D20: corners, then the middles of the bottom, top and
/// vertical edges.
package enum Hex20: ReferenceElement {
  package static let edges = [
    (0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 6), (6, 7), (7, 4), (0, 4), (1, 5), (2, 6), (3, 7),
  ]
  package static let nodes = Hex8.nodes + edges.map { (Hex8.nodes[$0] + Hex8.nodes[$1]) / 2 }
  package static let faces = [
    [0, 1, 2, 3, 8, 9, 10, 11], [4, 7, 6, 5, 15, 14, 13, 12], [0, 4, 5, 1, 16, 12, 17, 8],
    [1, 5, 6, 2, 17, 13, 18, 9], [2, 6, 7, 3, 18, 14, 19, 10], [3, 7, 4, 0, 19, 15, 16, 11],
  ]

  // Corners (1 + xi xa)(1 + eta ya)(1 + zeta za)(xi xa + eta ya + zeta za - 2) / 8; middles of the
  // edges along xi (1 - xi^2)(1 + eta ya)(1 + zeta za) / 4, likewise for eta and zeta.
  package static func basis(at point: SIMD3<Double>) -> [Double] {
    nodes.map { node in
      let factor = factors(node, point)
      let product = factor.x * factor.y * factor.z
      return isCorner(node) ? product * ((node * point).sum() - 2) / 8 : product / 4
    }
  }

  package static func gradient(at point: SIMD3<Double>) -> [SIMD3<Double>] {
    nodes.map { node in
      let factor = factors(node, point)
      let others = SIMD3(factor.y * factor.z, factor.z * factor.x, factor.x * factor.y)
      let slope = node.replacing(with: -2 * point, where: node .== 0)
      guard isCorner(node) else { return slope * others / 4 }
      let product = factor.x * factor.y * factor.z
      return node * (others * ((node * point).sum() - 2) + product) / 8
    }
  }

  private static func isCorner(_ node: SIMD3<Double>) -> Bool { all(node .!= 0) }

  private static func factors(_ node: SIMD3<Double>, _ point: SIMD3<Double>) -> SIMD3<Double> {
    (1 + node * point).replacing(with: 1 - point * point, where: node .== 0)
  }
}
