import LinearAlgebra

/// Computes stresses and internal forces from the displacements.
struct StressRecovery {
  let deck: Deck
  let withStrain: Bool
  /// nil when temperatures do nothing.
  var thermal: ThermalState?
  /// Whether the body has its initial stresses: a state, not a mode about one.
  var hasInitialStress = false

  /// - Parameter displacements: by degree of freedom.
  func frame(
    _ step: Step, _ displacements: [Double], _ observer: Observer
  ) throws(AnalysisError) -> Frame {
    var fields = PointFields(mesh: deck.mesh, withStrain: withStrain || thermal != nil)
    var forces = [Double](repeating: 0, count: displacements.count)
    let geometry = ElementGeometry()
    let local = Buffer(repeating: 0.0, count: 60)
    let push = Buffer(repeating: 0.0, count: 60)
    let scratch = Buffer(repeating: 0.0, count: 9)
    let laws = deck.sections.map { StiffnessLaw($0.elasticity) }
    let varies = deck.sections.map(\.hasVaryingAxes)
    let mesh = deck.mesh
    let workspace = ThermalState.Workspace()
    for element in 0..<mesh.elementCount {
      if element % 4096 == 0 {
        try observer.report(.recover, Double(element) / Double(mesh.elementCount))
      }
      let table = mesh.table(of: element)
      let section = deck.sectionOfElement[element]
      let isVariable = thermal != nil && deck.sections[section].hasVariableElasticity
      let heated = isVariable ? thermal?.meanElasticity(of: element, workspace) : nil
      let varies = (varies[section] || deck.isLayered(element)) && !isVariable
      let constants =
        varies
        ? VaryingAxes.matrices(element, deck)
        : (heated ?? deck.sections[section].elasticity).matrix
      mesh.loadCoordinates(of: element, into: geometry.coordinates.view)
      _ = evaluate(geometry, table)
      mesh.load(displacements, of: element, into: local.view)
      let law =
        varies && table.kind.formulation != .standard
        ? StiffnessLaw(deck.sections[section].elasticity(at: mesh.middle(of: element)))
        : heated.map { StiffnessLaw($0) } ?? laws[section]
      if table.kind.formulation == .incompatibleModes {
        IncompatibleModes.balance(
          geometry, law, displacements: local.view, scratch: scratch.view)
      }
      let first = fields.starts[element]
      constants.withView { matrix in
        fields.stress.withMutableView { stress in
          fields.strain.withMutableView { strain in
            recover(
              geometry, table, matrix, displacements: local.view, forces: push.view,
              firstPoint: first, stress: stress, strain: strain)
          }
        }
      }
      if table.kind.formulation == .uniformStrain {
        Hourglass.addForces(
          geometry, modulus: law.hourglassModulus, displacements: local.view, forces: push.view)
      }
      for point in 0..<table.pointCount {
        fields.volumes[first + point] = geometry.volumes.view[point]
      }
      mesh.add(push.view, of: element, to: &forces)
    }
    thermal?.correct(&fields, &forces)
    if hasInitialStress { deck.addInitialStress(to: &fields, &forces, thermal) }
    return Frame(
      step: step, time: step.endTime, displacements: displacements, internalForces: forces,
      temperatures: thermal?.temperatures ?? [], fields: fields,
      mass: mass(fields, step.densityTemperatures))
  }

  private func mass(_ fields: PointFields, _ temperatures: [Double]) -> Double? {
    guard deck.sections.allSatisfy({ $0.material.density != nil }) else { return nil }
    var sum = 0.0
    for element in 0..<deck.mesh.elementCount {
      for point in fields.range(of: element) {
        let density = deck.density(
          ofPoint: point - fields.starts[element], of: element, at: temperatures)
        sum += density * fields.volumes[point]
      }
    }
    return sum
  }
}

/// Strain, stress and internal force of one element.
///
/// strain = sym grad u, stress = D strain, force_a = sum_p volume stress grad N_a. D is one matrix for
/// the element, or one for each point. `strain` may be empty; `forces`, shape `[nodes, 3]`, is overwritten.
private func recover(
  _ geometry: borrowing ElementGeometry, _ table: ElementTable, _ elasticity: View<Double>,
  displacements: MutableView<Double>, forces: MutableView<Double>, firstPoint: Int,
  stress: MutableView<Double>, strain: MutableView<Double>
) {
  let stride = ElementGeometry.stride(nodes: table.nodeCount)
  let gradients = geometry.gradients.view
  let volumes = geometry.volumes.view
  let constantsPerPoint = elasticity.count > 36 ? 36 : 0
  for entry in 0..<(3 * table.nodeCount) { forces[entry] = 0 }
  for point in 0..<table.pointCount {
    var gradX = SIMD3<Double>()
    var gradY = SIMD3<Double>()
    var gradZ = SIMD3<Double>()
    for a in 0..<table.nodeCount {
      let at = stride * point + 3 * a
      let slope = SIMD3(gradients[at], gradients[at + 1], gradients[at + 2])
      gradX += displacements[3 * a] * slope
      gradY += displacements[3 * a + 1] * slope
      gradZ += displacements[3 * a + 2] * slope
    }
    if table.kind.formulation == .incompatibleModes {
      let extra = IncompatibleModes.displacementGradient(geometry, point: point)
      gradX += extra.0
      gradY += extra.1
      gradZ += extra.2
    }
    let engineering = SIMD8<Double>(
      gradX.x, gradY.y, gradZ.z, gradX.y + gradY.x, gradX.z + gradZ.x, gradY.z + gradZ.y, 0, 0)
    let base = 6 * (firstPoint + point)
    let first = constantsPerPoint * point
    var sigma = SIMD8<Double>()
    for row in 0..<6 {
      var sum = 0.0
      for column in 0..<6 { sum += elasticity[first + 6 * row + column] * engineering[column] }
      sigma[row] = sum
      stress[base + row] = sum
      if strain.count > 0 { strain[base + row] = engineering[row] * (row < 3 ? 1 : 0.5) }
    }
    let volume = volumes[point]
    for a in 0..<table.nodeCount {
      let at = stride * point + 3 * a
      let (x, y, z) = (gradients[at], gradients[at + 1], gradients[at + 2])
      forces[3 * a] += volume * (sigma[0] * x + sigma[3] * y + sigma[4] * z)
      forces[3 * a + 1] += volume * (sigma[3] * x + sigma[1] * y + sigma[5] * z)
      forces[3 * a + 2] += volume * (sigma[4] * x + sigma[5] * y + sigma[2] * z)
    }
  }
}

extension Mesh {
  /// Copies a nodal vector field of an element's nodes, shape `[nodes, 3]`.
  func load(_ field: [Double], of element: Int, into view: MutableView<Double>) {
    var place = 0
    for entry in connectivityStarts[element]..<connectivityStarts[element + 1] {
      let node = connectivity[entry]
      for direction in 0..<3 { view[place + direction] = field[3 * node + direction] }
      place += 3
    }
  }

  /// Adds an element's nodal vectors, shape `[nodes, 3]`, to a field of the mesh.
  func add(_ view: MutableView<Double>, of element: Int, to field: inout [Double]) {
    var place = 0
    for entry in connectivityStarts[element]..<connectivityStarts[element + 1] {
      let node = connectivity[entry]
      for direction in 0..<3 { field[3 * node + direction] += view[place + direction] }
      place += 3
    }
  }
}
