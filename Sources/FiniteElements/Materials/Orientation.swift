/// Axes for material constants and printed stresses.
package struct Orientation: Equatable, Sendable {
  package let name: String
  private let system: System

  private enum System: Equatable, Sendable {
    /// Three orthonormal rows.
    case rectangular([SIMD3<Double>])
    /// A point of the axis and its direction: local axes are radial, tangential, axial.
    case cylindrical(point: SIMD3<Double>, axis: SIMD3<Double>)
  }

  /// Whether the axes are the same everywhere.
  package var isUniform: Bool {
    switch system {
    case .rectangular: true
    case .cylindrical: false
    }
  }

  /// A rectangular system.
  ///
  /// - Parameters:
  ///   - first: a vector along the local x axis.
  ///   - second: a vector in the local x-y plane, not parallel to `first`.
  ///   - turn: a further rotation in degrees about local axis 1, 2 or 3.
  package init?(
    name: String, first: SIMD3<Double>, second: SIMD3<Double>, turn: (axis: Int, degrees: Double)?
  ) {
    let z = cross(first, second)
    guard length(first) > 0, length(z) > 0 else { return nil }
    var axes = [first / length(first), cross(z, first) / length(cross(z, first)), z / length(z)]
    if let turn {
      let (a, b) = ((turn.axis) % 3, (turn.axis + 1) % 3)
      let (cosine, sine) = cosineAndSine(degrees: turn.degrees)
      (axes[a], axes[b]) = (
        cosine * axes[a] + sine * axes[b], cosine * axes[b] - sine * axes[a]
      )
    }
    self.name = name
    system = .rectangular(axes)
  }

  /// A cylindrical system about the line through two different points.
  package init?(name: String, from point: SIMD3<Double>, to other: SIMD3<Double>) {
    guard length(other - point) > 0 else { return nil }
    self.name = name
    system = .cylindrical(point: point, axis: (other - point) / length(other - point))
  }

  /// Three orthonormal rows: the local axes at a place in global components.
  package func axes(at place: SIMD3<Double>) -> [SIMD3<Double>] {
    switch system {
    case .rectangular(let axes): return axes
    case .cylindrical(let point, let axis):
      let arm = place - point
      var radius = arm - dot(arm, axis) * axis
      if length(radius) <= 1e-12 * length(arm) || length(arm) == 0 {
        // On the axis no direction is radial: any will do.
        let other: SIMD3<Double> = abs(axis.x) < 0.9 ? [1, 0, 0] : [0, 1, 0]
        radius = other - dot(other, axis) * axis
      }
      let radial = radius / length(radius)
      return [radial, cross(axis, radial), axis]
    }
  }
}

extension ElementTable {
  /// Where an integration point of an element lies.
  func position(of point: Int, _ nodes: ArraySlice<Int>, _ mesh: Mesh) -> SIMD3<Double> {
    var place = SIMD3<Double>()
    for (a, node) in nodes.enumerated() {
      place += basis[point * nodeCount + a] * mesh.position(of: node)
    }
    return place
  }
}

extension Mesh {
  /// Where an integration point of an element lies; points are counted from 0 in each element.
  func position(ofPoint point: Int, of element: Int) -> SIMD3<Double> {
    table(of: element).position(of: point, nodes(of: element), self)
  }
}
