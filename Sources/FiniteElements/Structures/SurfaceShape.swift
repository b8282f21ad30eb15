/// Shape functions of a surface of 3, 4, 6 or 8 nodes, corners first.
///
/// Triangles have area coordinates from 0 to 1, quadrilaterals run from -1 to 1 (Bathe, section 5.3).
enum SurfaceShape {
  /// Local coordinates of the nodes.
  static func nodes(_ count: Int) -> [SIMD2<Double>] {
    let triangle: [SIMD2<Double>] = [[0, 0], [1, 0], [0, 1], [0.5, 0], [0.5, 0.5], [0, 0.5]]
    let square: [SIMD2<Double>] = [
      [-1, -1], [1, -1], [1, 1], [-1, 1], [0, -1], [1, 0], [0, 1], [-1, 0],
    ]
    return Array((count % 4 == 0 ? square : triangle)[..<count])
  }

  /// The two tangents at a point: derivatives of the position by the local coordinates.
  static func tangents(
    _ positions: [SIMD3<Double>], at point: SIMD2<Double>
  ) -> (SIMD3<Double>, SIMD3<Double>) {
    var sum = (SIMD3<Double>(), SIMD3<Double>())
    for (slope, position) in zip(gradient(positions.count, at: point), positions) {
      sum.0 += slope.x * position
      sum.1 += slope.y * position
    }
    return sum
  }

  /// The unit normal at a point; nil where the surface degenerates.
  static func normal(_ positions: [SIMD3<Double>], at point: SIMD2<Double>) -> SIMD3<Double>? {
    let (s, t) = tangents(positions, at: point)
    let normal = cross(s, t)
    return length(normal) > 1e-10 ? normal / length(normal) : nil
  }

  static func basis(_ count: Int, at point: SIMD2<Double>) -> [Double] {
    let (s, t) = (point.x, point.y)
    let u = 1 - s - t
    switch count {
    case 3: return [u, s, t]
    case 6:
      return [u * (2 * u - 1), s * (2 * s - 1), t * (2 * t - 1), 4 * s * u, 4 * s * t, 4 * t * u]
    default:
      return nodes(count).map { node in
        let (p, q) = (1 + node.x * s, 1 + node.y * t)
        if count == 4 { return p * q / 4 }
        if node.x == 0 { return (1 - s * s) * q / 2 }
        if node.y == 0 { return (1 - t * t) * p / 2 }
        return p * q * (node.x * s + node.y * t - 1) / 4
      }
    }
  }

  private static func gradient(_ count: Int, at point: SIMD2<Double>) -> [SIMD2<Double>] {
    let (s, t) = (point.x, point.y)
    let u = 1 - s - t
    switch count {
    case 3: return [[-1, -1], [1, 0], [0, 1]]
    case 6:
      return [
        [1 - 4 * u, 1 - 4 * u], [4 * s - 1, 0], [0, 4 * t - 1], [4 * (u - s), -4 * s],
        [4 * t, 4 * s], [-4 * t, 4 * (u - t)],
      ]
    default:
      return nodes(count).map { node in
        let (p, q) = (1 + node.x * s, 1 + node.y * t)
        if count == 4 { return [node.x * q / 4, node.y * p / 4] }
        if node.x == 0 { return [-s * q, (1 - s * s) * node.y / 2] }
        if node.y == 0 { return [(1 - t * t) * node.x / 2, -t * p] }
        return [
          node.x * q * (2 * node.x * s + node.y * t) / 4,
          node.y * p * (2 * node.y * t + node.x * s) / 4,
        ]
      }
    }
  }
}
