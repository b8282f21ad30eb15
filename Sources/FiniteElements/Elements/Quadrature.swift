/// Rules of numerical integration, points in CalculiX's order.
package enum Quadrature {
  /// Gauss-Legendre points on -1...1: exact for polynomials of degree `2 count - 1`.
  static func gauss(_ count: Int) -> [(position: Double, weight: Double)] {
    switch count {
    case 1: return [(0, 2)]
    case 2:
      let a = (1.0 / 3).squareRoot()
      return [(-a, 1), (a, 1)]
    case 3:
      let a = 0.6.squareRoot()
      return [(-a, 5.0 / 9), (0, 8.0 / 9), (a, 5.0 / 9)]
    default: preconditionFailure("no Gauss rule with \(count) points")
    }
  }

  /// `count` points in each direction of the cube -1...1; the first coordinate runs fastest.
  static func hexahedron(_ count: Int) -> [QuadraturePoint] {
    let rule = gauss(count)
    return rule.flatMap { z in
      rule.flatMap { y in
        rule.map { x in
          QuadraturePoint(
            position: [x.position, y.position, z.position], weight: x.weight * y.weight * z.weight)
        }
      }
    }
  }

  /// The centre of the unit tetrahedron: exact for degree 1.
  static let tetrahedron1 = [QuadraturePoint(position: [0.25, 0.25, 0.25], weight: 1.0 / 6)]

  /// Four points in the unit tetrahedron: exact for degree 2 [Hammer, Stroud 1956].
  static let tetrahedron4: [QuadraturePoint] = {
    let a = (5 - 5.0.squareRoot()) / 20
    let b = 1 - 3 * a
    return [[a, a, a], [b, a, a], [a, b, a], [a, a, b]].map {
      QuadraturePoint(position: $0, weight: 1.0 / 24)
    }
  }()

  /// A rule of the unit triangle at each of `count` heights between -1 and 1; the lowest come first.
  static func wedge(
    _ triangle: [(position: SIMD2<Double>, weight: Double)], _ count: Int
  ) -> [QuadraturePoint] {
    gauss(count).flatMap { height in
      triangle.map {
        QuadraturePoint(
          position: [$0.position.x, $0.position.y, height.position],
          weight: $0.weight * height.weight)
      }
    }
  }

  /// `count` × `count` points in the square -1...1.
  static func quadrilateral(_ count: Int) -> [(position: SIMD2<Double>, weight: Double)] {
    let rule = gauss(count)
    return rule.flatMap { t in
      rule.map { s in ([s.position, t.position], s.weight * t.weight) }
    }
  }

  /// One point in the unit triangle: exact for degree 1.
  static let triangle1: [(position: SIMD2<Double>, weight: Double)] = [([1.0 / 3, 1.0 / 3], 0.5)]

  /// Three points in the unit triangle: exact for degree 2.
  static let triangle3: [(position: SIMD2<Double>, weight: Double)] = [
    ([1.0 / 6, 1.0 / 6], 1.0 / 6), ([2.0 / 3, 1.0 / 6], 1.0 / 6), ([1.0 / 6, 2.0 / 3], 1.0 / 6),
  ]
}
