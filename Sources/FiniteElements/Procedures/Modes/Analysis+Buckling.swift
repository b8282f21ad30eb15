import LinearAlgebra

/// Linear buckling (`*BUCKLE`): the factors of the step's loads at which the body gets unstable.
///
/// `(K + λ G) x = 0` with G the geometric stiffness of the stresses that the step's loads cause; K is
/// that of the loaded body where the step is a perturbation of the previous one. As in CalculiX the control
/// of hourglass modes counts twice in K.
extension Analysis {
  mutating func runBuckling(_ step: Step, _ request: BucklingRequest) throws(AnalysisError) {
    let prestress = step.isPerturbation ? state.prestress : nil
    // A loaded body may be held by its stresses.
    if prestress == nil { try linearStatic.check(step, Set(step.prescribed.keys)) }
    try observer.report(.assemble, 0)
    var start = ContinuousClock.now
    let system = try LinearSystem(
      deck, components: 3, constraints: step.constraints, prescribed: Set(step.prescribed.keys))
    var matrix = try stiffness(of: system, in: step, about: prestress, loads: nil)
    summary.equations = system.equationCount
    summary.nonzeros = system.pattern.rows.count
    times.add(.assemble, since: start)
    BLAS.useThreads(system.equationCount < Self.equationsWorthThreads ? 1 : threads)
    var loaded = try loadedFrame(step, system, matrix, prestress)
    loaded.mode = ModeFacts(kind: .buckling, number: 0, eigenvalue: 0)
    guard loaded.fields.stress.contains(where: { $0 != 0 }) else {
      throw .unloadedBuckling(step.place)
    }
    try emit(loaded)

    try observer.report(.solve, 0)
    start = .now
    let geometric = try system.assemble(
      GeometricStiffnessOperator(deck: deck, fields: loaded.fields),
      threads: threads, isCancelled: observer.isCancelled)
    let hourglass = try HourglassOperator(deck).map { (control) throws(AnalysisError) in
      try system.assemble(control, threads: threads)
    }
    if let hourglass { matrix.add(1, times: hourglass) }
    let problem = BucklingProblem(
      stiffness: matrix, geometric: geometric, elimination: Array(0..<system.equationCount))
    summary.solution = SolutionReport(.direct("the load factors are found with a factor"))
    var byForces = modesByForces(system, matrix, step, isLoaded: prestress != nil)
    byForces?.added = hourglass
    let options = eigenOptions(request.count, equations: system.equationCount)
    let modes = try modes(
      equations: system.equationCount, byForces,
      // The loaded state has been found with a factor of the same matrix.
      isRounding: { $0.mayBeRounding || $0.isIndefinite },
      energies: { $0.eigenvalues.map { _ in 1 } }
    ) { () throws(EigenError) in
      try problem.modes(options)
    } again: { (byForces) throws(AnalysisError) in
      try byForces.buckling(geometric, options)
    }
    times.add(.solve, since: start)
    summary.sturmCount = modes.sturmCount
    summary.solution.factorOperations = modes.factorOperations
    summary.bucklingFactors = modes.eigenvalues
    try writeBucklingFactors(step, modes.eigenvalues)
    try emitModes(step, system, modes, prestress)
  }

  private mutating func emitModes(
    _ step: Step, _ system: LinearSystem, _ modes: EigenSolution,
    _ prestress: Prestress?
  ) throws(AnalysisError) {
    let heated = heatedConstants(in: step)
    let recovery = StressRecovery(deck: deck, withStrain: step.needsStrain, thermal: heated)
    let zeros = [Double](repeating: 0, count: system.numbering.equations.count)
    for (index, factor) in modes.eigenvalues.enumerated() {
      let shape = system.expand(modes.vector(index), prescribed: zeros)
      var frame = try recovery.frame(step, shape, observer)
      prestress?.correct(&frame, deck, heated)
      frame.kind = .mode(index + 1)
      frame.mode = ModeFacts(kind: .buckling, number: index + 1, eigenvalue: factor)
      try emit(frame)
    }
  }
}
