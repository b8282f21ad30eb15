import LinearAlgebra

/// Stresses and strains that the undeformed body has (`*INITIAL CONDITIONS, TYPE=STRESS` and
/// `PLASTIC STRAIN`), in global axes.
///
/// sigma = D (eps - eps_0) + sigma_0 [Zienkiewicz & Taylor, vol. 1, initial strains and stresses].
package struct InitialStress: Sendable {
  /// By element: six components for each integration point, order xx yy zz xy xz yz.
  package var stresses: [Int: [SIMD8<Double>]] = [:]
  /// The same for strains that cause no stress, tensor shear.
  package var strains: [Int: [SIMD8<Double>]] = [:]

  package var isEmpty: Bool { stresses.isEmpty && strains.isEmpty }
}

extension Deck {
  /// Adds the forces by degree of freedom with which initial stresses push when all displacements are
  /// held: minus the integral of grad N_a sigma_0.
  func addInitialForces(to forces: inout [Double], _ thermal: ThermalState?) {
    let workspace = ThermalState.Workspace()
    for (element, stresses) in initialPointStresses(thermal) {
      mesh.addBalance(
        of: stresses.map { -1 * $0 }, element, workspace.geometry, to: &forces)
    }
  }

  /// Adds initial stresses to stresses and internal forces that were computed without.
  func addInitialStress(
    to fields: inout PointFields, _ forces: inout [Double], _ thermal: ThermalState?
  ) {
    let workspace = ThermalState.Workspace()
    for (element, stresses) in initialPointStresses(thermal) {
      for (place, stress) in stresses.enumerated() {
        let base = 6 * (fields.starts[element] + place)
        for row in 0..<6 { fields.stress[base + row] += stress[row] }
      }
      mesh.addBalance(of: stresses, element, workspace.geometry, to: &forces)
    }
  }

  /// sigma_0 - D eps_0 at the points of the elements that have any, by ascending element.
  private func initialPointStresses(
    _ thermal: ThermalState?
  ) -> [(element: Int, stresses: [SIMD8<Double>])] {
    let elements = Set(initialStress.stresses.keys).union(initialStress.strains.keys)
    let workspace = ThermalState.Workspace()
    return elements.sorted().map { element in
      let none = [SIMD8<Double>](repeating: SIMD8(), count: mesh.table(of: element).pointCount)
      var stresses = initialStress.stresses[element] ?? none
      guard let strains = initialStress.strains[element] else { return (element, stresses) }
      let heated = thermal?.points(of: element, workspace).map(\.elasticity)
      for point in stresses.indices {
        let elasticity =
          heated?[point]
          ?? section(ofPoint: point, of: element)
          .elasticity(at: mesh.position(ofPoint: point, of: element))
        let relief = elasticity.stress(ofTensor: (0..<6).map { strains[point][$0] })
        for row in 0..<6 { stresses[point][row] -= relief[row] }
      }
      return (element, stresses)
    }
  }
}

extension Mesh {
  /// Adds the nodal forces that stresses at the points of an element are in balance with:
  /// force_a = sum_p volume stress grad N_a.
  ///
  /// - Parameters:
  ///   - stresses: of each point, order xx yy zz xy xz yz.
  ///   - forces: by degree of freedom.
  func addBalance(
    of stresses: [SIMD8<Double>], _ element: Int, _ geometry: borrowing ElementGeometry,
    to forces: inout [Double]
  ) {
    let table = table(of: element)
    loadCoordinates(of: element, into: geometry.coordinates.view)
    guard evaluate(geometry, table) else { return }
    let stride = ElementGeometry.stride(nodes: table.nodeCount)
    let gradients = geometry.gradients.view
    let first = connectivityStarts[element]
    for (point, s) in stresses.enumerated() {
      let volume = geometry.volumes.view[point]
      for a in 0..<table.nodeCount {
        let at = stride * point + 3 * a
        let (x, y, z) = (gradients[at], gradients[at + 1], gradients[at + 2])
        let freedom = 3 * connectivity[first + a]
        forces[freedom] += volume * (s[0] * x + s[3] * y + s[4] * z)
        forces[freedom + 1] += volume * (s[3] * x + s[1] * y + s[5] * z)
        forces[freedom + 2] += volume * (s[4] * x + s[5] * y + s[2] * z)
      }
    }
  }
}
