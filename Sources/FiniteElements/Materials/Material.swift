/// What the elements of a section are made of.
package struct Material: Sendable {
  package let name: String
  package var elasticity: Elasticity?
  /// Mass per volume; nil when the deck gives none.
  package var density: Double?
}

/// A rectangular system of axes for material constants and printed stresses.
package struct Orientation: Sendable {
  package let name: String
  /// Three orthonormal rows: the local axes in global components.
  package let axes: [SIMD3<Double>]

  /// - Parameter axes: three orthonormal rows.
  init(name: String, axes: [SIMD3<Double>]) {
    self.name = name
    self.axes = axes
  }

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
    self.axes = axes
  }
}

/// Elements that share a material and its orientation.
package struct Section: Sendable {
  package let material: Material
  package let orientation: Orientation?
  /// The material's constants in global axes.
  package let elasticity: Elasticity
}
