/// Linear wedge, C3D6: a triangle in the first two coordinates, stretched along the third from -1 to 1.
package enum Wedge6: ReferenceElement {
  package static let nodes: [SIMD3<Double>] = [
    [0, 0, -1], [1, 0, -1], [0, 1, -1], [0, 0, 1], [1, 0, 1], [0, 1, 1],
  ]
  package static let faces = [
    [0, 1, 2], [3, 5, 4], [0, 3, 4, 1], [1, 4, 5, 2], [2, 5, 3, 0],
  ]

  // L (1 + zeta za) / 2 with the triangle's coordinate L.
  package static func basis(at point: SIMD3<Double>) -> [Double] {
    let area = triangle(point)
    return nodes.indices.map { area[$0 % 3] * (1 + nodes[$0].z * point.z) / 2 }
  }

  package static func gradient(at point: SIMD3<Double>) -> [SIMD3<Double>] {
    let area = triangle(point)
    return nodes.indices.map { a in
      let z = nodes[a].z
      var slope = slopes[a % 3] * (1 + z * point.z) / 2
      slope.z = area[a % 3] * z / 2
      return slope
    }
  }

  /// The area coordinates of the triangle.
  static func triangle(_ point: SIMD3<Double>) -> SIMD3<Double> {
    [1 - point.x - point.y, point.x, point.y]
  }

  /// Their derivatives.
  static let slopes: [SIMD3<Double>] = [[-1, -1, 0], [1, 0, 0], [0, 1, 0]]
}

/// Quadratic "serendipity" wedge, C3D15: corners, then the middles of the bottom, top and vertical
/// edges.
package enum Wedge15: ReferenceElement {
  package static let edges = [
    (0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (0, 3), (1, 4), (2, 5),
  ]
  package static let nodes = Wedge6.nodes + edges.map { (Wedge6.nodes[$0] + Wedge6.nodes[$1]) / 2 }
  package static let faces = [
    [0, 1, 2, 6, 7, 8], [3, 5, 4, 11, 10, 9], [0, 3, 4, 1, 12, 9, 13, 6],
    [1, 4, 5, 2, 13, 10, 14, 7], [2, 5, 3, 0, 14, 11, 12, 8],
  ]

  // Corners L (1 + zeta za)(2 L - 2 + zeta za) / 2; middles of a triangle's edges
  // 2 La Lb (1 + zeta za); middles of vertical edges L (1 - zeta^2) [Zienkiewicz, Taylor, The Finite
  // Element Method, vol. 1, triangular prisms of the serendipity family].
  package static func basis(at point: SIMD3<Double>) -> [Double] {
    let area = Wedge6.triangle(point)
    let corners = (0..<6).map { a -> Double in
      let (value, height) = (area[a % 3], Wedge6.nodes[a].z * point.z)
      return value * (1 + height) * (2 * value - 2 + height) / 2
    }
    return corners
      + edges.enumerated().map { index, edge in
        guard index < 6 else { return area[index - 6] * (1 - point.z * point.z) }
        let height = Wedge6.nodes[edge.0].z * point.z
        return 2 * area[edge.0 % 3] * area[edge.1 % 3] * (1 + height)
      }
  }

  package static func gradient(at point: SIMD3<Double>) -> [SIMD3<Double>] {
    let area = Wedge6.triangle(point)
    let corners = (0..<6).map { a -> SIMD3<Double> in
      let (value, z) = (area[a % 3], Wedge6.nodes[a].z)
      let height = z * point.z
      var slope = Wedge6.slopes[a % 3] * (1 + height) * (4 * value - 2 + height) / 2
      slope.z = value * z * (2 * value - 1 + 2 * height) / 2
      return slope
    }
    return corners
      + edges.enumerated().map { index, edge in
        guard index < 6 else {
          var slope = Wedge6.slopes[index - 6] * (1 - point.z * point.z)
          slope.z = -2 * area[index - 6] * point.z
          return slope
        }
        let (a, b) = (edge.0 % 3, edge.1 % 3)
        let z = Wedge6.nodes[edge.0].z
        var slope =
          2 * (1 + z * point.z) * (area[a] * Wedge6.slopes[b] + area[b] * Wedge6.slopes[a])
        slope.z = 2 * area[a] * area[b] * z
        return slope
      }
  }
}
