import LinearAlgebra

/// Static steps that are a perturbation of the state that the previous step left.
extension Analysis {
  mutating func runPerturbation(_ step: Step, _ prestress: Prestress) throws(AnalysisError) {
    try observer.report(.assemble, 0)
    let system = try LinearSystem(
      deck, components: 3, constraints: step.constraints, prescribed: Set(step.prescribed.keys))
    let matrix = try stiffness(of: system, in: step, about: prestress, loads: nil)
    summary.equations = system.equationCount
    summary.nonzeros = system.pattern.rows.count
    summary.solution = SolutionReport(.direct("the step is about a loaded state"))
    let frame = try loadedFrame(step, system, matrix, prestress)
    state.displacements = frame.displacements
    try emit(frame)
  }

  /// The state under a step's loads, given the stiffness matrix about `prestress`.
  func loadedFrame(
    _ step: Step, _ system: LinearSystem, _ matrix: SymmetricMatrix, _ prestress: Prestress?
  ) throws(AnalysisError) -> Frame {
    let prescribed = prescribedDisplacements(of: step)
    var forces = LoadVector(deck: deck).forces(of: step)
    let given = system.expand([], prescribed: prescribed)
    let heated = heatedConstants(in: step)
    if given.contains(where: { $0 != 0 }) {
      let pull =
        if let prestress {
          system.apply(
            PrestressedStiffnessOperator(deck, prestress, loads: nil, heated: heated), given)
        } else {
          system.apply(StiffnessOperator(deck, thermal: heated), given)
        }
      for freedom in forces.indices { forces[freedom] -= pull[freedom] }
    }
    let solution = try solution(of: system, matrix, system.reduce(forces), step, prestress)
    let displacements = system.expand(solution, prescribed: prescribed)
    guard displacements.allSatisfy(\.isFinite) else { throw .notFinite }
    let recovery = StressRecovery(deck: deck, withStrain: step.needsStrain, thermal: heated)
    var frame = try recovery.frame(step, displacements, observer)
    prestress?.correct(&frame, deck, heated)
    return frame
  }

  private func solution(
    of system: LinearSystem, _ matrix: SymmetricMatrix, _ right: [Double], _ step: Step,
    _ prestress: Prestress?
  ) throws(AnalysisError) -> [Double] {
    var factor = try system.analysed()
    if observer.isCancelled() { throw .cancelled }
    if prestress == nil {
      _ = try StiffnessFactorisation(
        system: system, discretes: StiffnessOperator(deck).discretes, observer: observer,
        isRefined: false
      ).run(&factor, matrix, step)
    } else {
      do {
        try factor.factorise(matrix)
      } catch {
        if case .notPositiveDefinite = error { throw .unstableState(step.place) }
        throw system.describe(error)
      }
    }
    if observer.isCancelled() { throw .cancelled }
    do {
      return try factor.solve(right)
    } catch {
      throw system.describe(error)
    }
  }
}
