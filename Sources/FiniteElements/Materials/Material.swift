/// What the elements of a section are made of.
package struct Material: Sendable {
  package let name: String
  /// At the lowest temperature that the deck names.
  package var elasticity: Elasticity?
  /// Mass per volume, at the lowest temperature that the deck names; nil when it gives none.
  package var density: Double?
  /// Share of the stiffness that acts as a damping independent of frequency
  /// (`*DAMPING, STRUCTURAL=`).
  package var structuralDamping = 0.0
  /// What depends on temperature; nil when the deck gives none.
  package var elastic: ElasticConstants?
  package var densities: TemperatureTable?
  package var expansion: Expansion?
  package var conductivity: TensorTable?
  /// Heat per mass and degree.
  package var specificHeat: TemperatureTable?
}

/// Elements that share a material and its orientation.
package struct Section: Sendable {
  package let material: Material
  package let orientation: Orientation?
  /// The material's constants in global axes; in those of the material where they vary.
  package let elasticity: Elasticity
}

extension Section {
  /// The constants in global axes at a place.
  func elasticity(at place: SIMD3<Double>) -> Elasticity {
    guard let orientation, !orientation.isUniform else { return elasticity }
    return elasticity.rotated(from: orientation.axes(at: place))
  }

  /// Whether the constants in global axes differ from place to place.
  var hasVaryingAxes: Bool {
    guard let orientation, !orientation.isUniform else { return false }
    return !StiffnessLaw(elasticity).isIsotropic
  }
}
