import LinearAlgebra

/// What heat loads bring to an element, and how that changes with its temperature.
extension HeatElement {
  /// Adds loads to the residual: heat into the body at each node.
  func addLoads(_ loads: [HeatConditions.Active], _ table: ElementTable, zero: Double) {
    forEachPoint(of: loads, table) { kind, weight, temperature, basis in
      let heat: Double
      switch kind {
      case .flux(let flux): heat = flux
      case .film(let coefficient, let sink): heat = -coefficient * (temperature - sink)
      case .radiation(let factor, let sink):
        heat = -factor * (fourth(temperature - zero) - fourth(sink - zero))
      }
      for (a, value) in basis.enumerated() { residual.view[a] += weight * heat * value }
    }
  }

  /// Adds the negative derivative of the loads, shape `[nodes, nodes]`.
  func addLoadTangent(
    _ loads: [HeatConditions.Active], _ table: ElementTable, zero: Double,
    to matrix: MutableView<Double>
  ) {
    forEachPoint(of: loads, table) { kind, weight, temperature, basis in
      let slope: Double
      switch kind {
      case .flux: return
      case .film(let coefficient, _): slope = coefficient
      case .radiation(let factor, _):
        let absolute = temperature - zero
        slope = 4 * factor * absolute * absolute * absolute
      }
      for (a, left) in basis.enumerated() where left != 0 {
        for (b, right) in basis.enumerated() {
          matrix[basis.count * a + b] += weight * slope * left * right
        }
      }
    }
  }

  /// Visits the integration points of the loads: load, area or volume, temperature, shape functions.
  private func forEachPoint(
    of loads: [HeatConditions.Active], _ table: ElementTable,
    _ body: (HeatConditions.Active.Kind, Double, Double, ArraySlice<Double>) -> Void
  ) {
    for load in loads {
      switch load.place {
      case .body:
        let nodes = table.nodeCount
        for point in 0..<table.pointCount {
          let basis = table.basis[(nodes * point)..<(nodes * (point + 1))]
          body(load.kind, geometry.volumes.view[point], temperature(basis), basis)
        }
      case .face(let face):
        for point in FaceTable.all[table.kind.rawValue][face].points {
          let basis = point.basis[...]
          body(load.kind, point.weight * area(point), temperature(basis), basis)
        }
      }
    }
  }

  private func temperature(_ basis: ArraySlice<Double>) -> Double {
    var sum = 0.0
    for (a, value) in basis.enumerated() { sum += value * temperatures.view[a] }
    return sum
  }

  /// The length of the cross product of the face's tangents.
  private func area(_ point: FaceTable.Point) -> Double {
    let coordinates = geometry.coordinates.view
    var (tangentS, tangentT) = (SIMD3<Double>(), SIMD3<Double>())
    for a in point.basis.indices {
      let position = SIMD3(coordinates[3 * a], coordinates[3 * a + 1], coordinates[3 * a + 2])
      tangentS += point.slopesS[a] * position
      tangentT += point.slopesT[a] * position
    }
    return length(cross(tangentS, tangentT))
  }
}

private func fourth(_ value: Double) -> Double { value * value * value * value }

extension FaceTable {
  /// The faces of all elements, indexed by the raw value of the kind.
  static let all = ElementKind.allCases.map { kind in
    kind.reference.faces.indices.map { FaceTable(kind, $0) }
  }
}
