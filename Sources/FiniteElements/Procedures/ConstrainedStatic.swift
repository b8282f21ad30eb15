import LinearAlgebra

/// Linear static steps of models with linear constraints or discrete elements.
extension Analysis {
  /// x = (Tᵀ K T)⁻¹ Tᵀ (f − K g), u = T x + g.
  mutating func constrainedStatic(
    _ step: Step, _ thermal: ThermalState?
  ) throws(AnalysisError) -> Frame {
    try observer.report(.assemble, 0)
    let prescribed = prescribedDisplacements(of: step)
    let system = try LinearSystem(
      deck, components: 3, constraints: step.constraints, prescribed: Set(step.prescribed.keys))
    let stiffness = StiffnessOperator(deck, thermal: thermal)
    let matrix = try system.assemble(stiffness, isCancelled: observer.isCancelled)
    summary.equations = system.equationCount
    summary.nonzeros = system.pattern.rows.count
    var forces = LoadVector(deck: deck).forces(of: step)
    if let thermal {
      for (freedom, force) in thermal.forces().enumerated() { forces[freedom] += force }
    }
    let given = system.expand([], prescribed: prescribed)
    if given.contains(where: { $0 != 0 }) {
      let pull = system.apply(stiffness, given)
      for freedom in forces.indices { forces[freedom] -= pull[freedom] }
    }
    try observer.report(.factor, 0)
    let solution = try solve(matrix, system.reduce(forces), system)
    let displacements = system.expand(solution, prescribed: prescribed)
    guard displacements.allSatisfy(\.isFinite) else { throw .notFinite }
    state.displacements = displacements
    let recovery = StressRecovery(deck: deck, withStrain: step.needsStrain, thermal: thermal)
    return try recovery.frame(step, displacements, observer)
  }

  /// Prescribed displacements at the end of a step by degree of freedom, zero elsewhere.
  func prescribedDisplacements(of step: Step) -> [Double] {
    var prescribed = [Double](repeating: 0, count: state.displacements.count)
    for (freedom, value) in step.prescribed {
      switch value {
      case .value(let displacement, let course):
        let factor = course.factor(stepTime: step.period, totalTime: step.endTime) ?? 1
        prescribed[freedom] = factor * displacement
      case .held: prescribed[freedom] = state.displacements[freedom]
      }
    }
    return prescribed
  }

  private func solve(
    _ matrix: SymmetricMatrix, _ right: [Double], _ system: LinearSystem
  ) throws(AnalysisError) -> [Double] {
    do {
      var factor = try CholeskyFactor(
        analysing: system.pattern, elimination: Array(0..<system.equationCount))
      try factor.factorise(matrix)
      return try factor.solve(right)
    } catch {
      switch error {
      case .notPositiveDefinite(let equation):
        let freedom = equation.flatMap { system.numbering.equations.firstIndex(of: $0) } ?? 0
        throw .mechanism(
          FreeMotion(
            node: deck.mesh.nodeLabels[freedom / 3],
            motion: "in direction \(["x", "y", "z"][freedom % 3])"),
          hasReducedIntegration: deck.mesh.elementKinds.contains(.c3d20r))
      case .outOfMemory, .tooLarge, .library: throw .outOfMemory(equations: matrix.order)
      }
    }
  }
}
