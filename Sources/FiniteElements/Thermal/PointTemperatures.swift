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

  /// For which results a temperature at integration points is wanted.
  enum Rule {
    /// Strains, heat flux, printed masses and energies.
    case recovered
    /// Mass matrices and weight, where CalculiX takes the mean of the nodes for C3D8 only.
    case inertial
  }

  /// - Parameter positions: the points, in coordinates of the reference element.
  init(_ kind: ElementKind, _ positions: [SIMD3<Double>], _ rule: Rule) {
    nodeCount = kind.nodeCount
    pointCount = positions.count
    let isMean =
      switch rule {
      case .recovered: kind.outerCount == 8 && kind.pointCount == 8
      case .inertial: kind == .c3d8
      }
    if isMean {
      weights = positions.flatMap { _ in (0..<kind.nodeCount).map { $0 < 8 ? 0.125 : 0 } }
    } else if nodeCount == 20, kind.pointCount == 27 {
      weights = Self.nearestTrilinear(positions)
    } else {
      weights = positions.flatMap { kind.reference.basis(at: $0) }
    }
  }

  /// All kinds with the points of their stiffness, indexed by their raw value.
  static let all = table(.recovered)
  static let inertial = table(.inertial)

  private static func table(_ rule: Rule) -> [PointTemperatures] {
    ElementKind.allCases.map { PointTemperatures($0, $0.quadrature.map(\.position), rule) }
  }

  /// The temperature at a point of an element from those of all nodes.
  func value(_ point: Int, _ nodes: ArraySlice<Int>, _ field: [Double]) -> Double {
    var sum = 0.0
    for (local, node) in nodes.enumerated() {
      sum += weights[nodeCount * point + local] * field[node]
    }
    return sum
  }

  /// The L2 projection onto the trilinear functions M over the reference cube, at the points:
  /// M (integral Mᵀ M)⁻¹ integral Mᵀ N. The integral of Mᵀ M is a product of one mass matrix for
  /// each direction, whose inverse is 2, -1; -1, 2.
  private static func nearestTrilinear(_ positions: [SIMD3<Double>]) -> [Double] {
    let corners = Hex8.nodes
    let inverse = corners.map { a in
      corners.map { b in
        (0..<3).reduce(1.0) { $0 * (a[$1] == b[$1] ? 2 : -1) }
      }
    }
    let moments = (0..<8).map { corner in
      (0..<20).map { node in
        Quadrature.hexahedron(3).reduce(0) {
          $0 + $1.weight * Hex8.basis(at: $1.position)[corner]
            * Hex20.basis(at: $1.position)[node]
        }
      }
    }
    return positions.flatMap { position in
      let basis = Hex8.basis(at: position)
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
