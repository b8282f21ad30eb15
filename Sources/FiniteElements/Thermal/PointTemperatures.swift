import LinearAlgebra

/// How the temperature at integration points follows from the nodes, as in CalculiX where strains
/// and heat flux are computed.
///
/// A fully integrated element would answer temperatures of its own order with stresses that its
/// displacements cannot follow. So a C3D8 takes the mean of its nodes, and a C3D20 the trilinear
/// field that is nearest to the quadratic one [CalculiX manual, *TEMPERATURE; Dhondt 2004, 2.5].
struct PointTemperatures: Sendable {
  let nodeCount: Int
  let pointCount: Int
  /// Shape `[points, nodes]`.
  let weights: [Double]

  init(_ kind: ElementKind) {
    let element = kind.reference
    let points = kind.quadrature
    nodeCount = kind.nodeCount
    pointCount = kind.pointCount
    if kind.outerCount == 8, pointCount == 8 {
      weights = points.flatMap { _ in (0..<kind.nodeCount).map { $0 < 8 ? 0.125 : 0 } }
    } else if nodeCount == 20, pointCount == 27 {
      weights = Self.nearestTrilinear(points)
    } else {
      weights = points.flatMap { element.basis(at: $0.position) }
    }
  }

  /// All kinds, indexed by their raw value.
  static let all = ElementKind.allCases.map(PointTemperatures.init)

  /// The L2 projection onto the trilinear functions M over the reference cube, at the points:
  /// M (integral Mᵀ M)⁻¹ integral Mᵀ N. The integral of Mᵀ M is a product of one mass matrix for
  /// each direction, whose inverse is 2, -1; -1, 2.
  private static func nearestTrilinear(_ points: [QuadraturePoint]) -> [Double] {
    let corners = Hex8.nodes
    let inverse = corners.map { a in
      corners.map { b in
        (0..<3).reduce(1.0) { $0 * (a[$1] == b[$1] ? 2 : -1) }
      }
    }
    let moments = (0..<8).map { corner in
      (0..<20).map { node in
        points.reduce(0) {
          $0 + $1.weight * Hex8.basis(at: $1.position)[corner]
            * Hex20.basis(at: $1.position)[node]
        }
      }
    }
    return points.flatMap { point in
      let basis = Hex8.basis(at: point.position)
      return (0..<20).map { node in
        var sum = 0.0
        for a in 0..<8 {
          for b in 0..<8 { sum += basis[a] * inverse[a][b] * moments[b][node] }
        }
        return sum
      }
    }
  }
}

extension Mesh {
  /// The temperature at the integration points of an element from a field by node.
  func loadPointTemperatures(
    _ field: [Double], of element: Int, into view: MutableView<Double>
  ) {
    let table = PointTemperatures.all[elementKinds[element].rawValue]
    let first = connectivityStarts[element]
    let own = sectionTables.isEmpty ? nil : sectionTables[element]
    let points = own?.pointCount ?? table.pointCount
    (own?.basis ?? table.weights).withView { weights in
      for point in 0..<points {
        var sum = 0.0
        for a in 0..<table.nodeCount {
          sum += weights[table.nodeCount * point + a] * field[connectivity[first + a]]
        }
        view[point] = sum
      }
    }
  }
}
