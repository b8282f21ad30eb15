import LinearAlgebra

/// Free vibration (`*FREQUENCY`).
extension Analysis {
  mutating func runFrequency(
    _ step: Step, _ request: FrequencyRequest
  ) throws(AnalysisError) {
    guard !request.storesMatrices else { return try writeStepHeading(step) }
    let basis = try modalBasis(step, count: request.count)
    state.modes = basis
    let participation = Participation(basis)
    summary.include(basis.modes.eigenvalues, participation)
    try writeEigenvalues(step, request, basis.modes.eigenvalues, participation)
    let recovery = StressRecovery(
      deck: deck, withStrain: step.needsStrain, thermal: basis.heated)
    for (index, eigenvalue) in basis.modes.eigenvalues.enumerated()
    where request.contains(eigenvalue) {
      var frame = try recovery.frame(step, basis.displacements(index), observer)
      basis.prestress?.correct(&frame, deck, basis.heated)
      frame.kind = .mode(index + 1)
      frame.mode = ModeFacts(kind: .vibration, number: index + 1, eigenvalue: eigenvalue)
      // CalculiX counts a unit of time for the step but does not advance the total time.
      frame.time = step.endTime + 1
      try emit(frame)
    }
  }

  /// The modes of free vibration with a step's supports and constraints.
  ///
  /// About the state that the previous step left where the step is a perturbation of it.
  mutating func modalBasis(_ step: Step, count: Int) throws(AnalysisError) -> ModalBasis {
    try observer.report(.assemble, 0)
    var start = ContinuousClock.now
    let system = try LinearSystem(
      deck, components: 3, constraints: step.constraints, prescribed: Set(step.prescribed.keys))
    let prestress = step.isPerturbation ? state.prestress : nil
    let stiffness = try stiffness(of: system, in: step, about: prestress, loads: step)
    let mass = try system.assemble(
      MassOperator(deck, temperatures: step.densityTemperatures), threads: threads,
      isCancelled: observer.isCancelled)
    summary.equations = system.equationCount
    summary.nonzeros = system.pattern.rows.count
    summary.assembly = system.meter.cost
    times.add(.assemble, since: start)
    try observer.report(.solve, 0)
    start = .now
    let problem = VibrationProblem(
      stiffness: stiffness, mass: mass, elimination: Array(0..<system.equationCount))
    let options = eigenOptions(count, equations: system.equationCount)
    var found = try iteratedModes(step, system, problem, options)
    if found == nil {
      BLAS.useThreads(system.equationCount < Self.equationsWorthThreads ? 1 : threads)
      let byForces = modesByForces(system, stiffness, step, isLoaded: prestress != nil)
      found = try modes(
        equations: system.equationCount, byForces, isRounding: \.mayBeRounding,
        energies: \.eigenvalues
      ) { () throws(EigenError) in
        try problem.modes(options)
      } again: { (byForces) throws(AnalysisError) in
        try byForces.vibration(mass, options)
      }
    }
    guard let modes = found, modes.count > 0 else { throw .noModes }
    summary.sturmCount = modes.sturmCount
    if modes.factorOperations > 0 { summary.solution.factorOperations = modes.factorOperations }
    times.add(.solve, since: start)
    return ModalBasis(
      system: system, stiffness: stiffness, mass: mass, modes: modes, prestress: prestress,
      heated: heatedConstants(in: step), temperatures: temperatures(in: step))
  }

  /// The modes by a factor, found anew where rounding in the matrix shows.
  ///
  /// - Parameters:
  ///   - isRounding: whether that may be why the search with the factor failed.
  ///   - energies: what `xᵀ K x` should be of each mode.
  mutating func modes(
    equations: Int, _ byForces: ModesByForces?, isRounding: (EigenError) -> Bool,
    energies: (EigenSolution) -> [Double], byFactor: () throws(EigenError) -> EigenSolution,
    again: (ModesByForces) throws(AnalysisError) -> EigenSolution?
  ) throws(AnalysisError) -> EigenSolution {
    let modes: EigenSolution
    do throws(EigenError) {
      modes = try byFactor()
    } catch {
      if let byForces, isRounding(error), let better = try again(byForces) {
        summary.solution.reason += ModesByForces.hiddenModes
        return better
      }
      throw AnalysisError(error, equations: equations)
    }
    guard let byForces else { return modes }
    let loss = byForces.loss(modes, energies(modes))
    guard loss > ModesByForces.negligible else { return modes }
    let better = try again(byForces)
    summary.solution.includeLoss(loss, isMended: better != nil)
    return better ?? modes
  }

  /// What finds modes without the matrix; nil about a loaded state, whose stiffness is more than that of
  /// elements.
  func modesByForces(
    _ system: LinearSystem, _ stiffness: SymmetricMatrix, _ step: Step, isLoaded: Bool
  ) -> ModesByForces? {
    guard !isLoaded else { return nil }
    let recovery = StressRecovery(
      deck: deck, withStrain: false, thermal: heatedConstants(in: step))
    return ModesByForces(
      system: system, stiffness: stiffness, recovery: recovery, step: step, threads: threads,
      observer: observer)
  }

  /// The modes by iterations; nil where those do not apply, or miss modes, which the summary says.
  private mutating func iteratedModes(
    _ step: Step, _ system: LinearSystem, _ problem: VibrationProblem, _ options: EigenOptions
  ) throws(AnalysisError) -> EigenSolution? {
    let fixed = Set(step.prescribed.keys)
    let facts = SolverFacts(deck, modes: step, fixed: fixed, options.count, settings)
    let choice = SolverChoice.modal(facts)
    summary.solution = SolutionReport(choice)
    guard choice.method != .direct else { return nil }
    var options = options
    // The count's factor is one in single precision.
    if let memory = facts.memory, facts.directBytes / 2 > memory {
      options.isCounted = false
      summary.solution.reason += "; no factor fits that would count them"
    }
    let multigrid: SolidMultigrid
    do {
      multigrid = try SolidMultigrid(
        SolidProblem(deck, fixed: fixed), threads: threads, isCancelled: observer.isCancelled)
    } catch {
      switch error {
      case .analysis(let error): throw error
      case .inapplicable(let reason):
        summary.solution.giveUp(reason)
        return nil
      }
    }
    var iteration = ModalIteration(multigrid, system, problem, options)
    do throws(EigenError) {
      guard let (modes, residual) = try iteration.modes(threads: threads) else {
        summary.solution.giveUp("the iterations missed modes that the inertia counts")
        return nil
      }
      summary.solution.iterations = iteration.iterations
      summary.solution.residual = residual
      summary.solution.iterationBytes = multigrid.iterationBytes
      return modes
    } catch .cancelled {
      throw .cancelled
    } catch {
      summary.solution.giveUp("the iterations did not converge to the wanted modes")
      return nil
    }
  }

  /// The stiffness matrix about a loaded state, or about the unloaded body.
  func stiffness(
    of system: LinearSystem, in step: Step, about prestress: Prestress?, loads: Step?
  ) throws(AnalysisError) -> SymmetricMatrix {
    let heated = heatedConstants(in: step)
    guard let prestress else {
      return try system.assemble(
        StiffnessOperator(deck, thermal: heated), threads: threads,
        isCancelled: observer.isCancelled)
    }
    return try system.assemble(
      PrestressedStiffnessOperator(deck, prestress, loads: loads, heated: heated),
      threads: threads, isCancelled: observer.isCancelled)
  }

  /// Below, the fronts are so small that BLAS threads gain nothing.
  static var equationsWorthThreads: Int { 20_000 }

  /// As CalculiX, one mode fewer than there are equations.
  func eigenOptions(_ count: Int, equations: Int) -> EigenOptions {
    var options = EigenOptions(count: max(min(count, equations - 1), 1))
    options.isCancelled = observer.isCancelled
    let (progress, wanted) = (observer.progress, Double(options.count))
    options.progress = { found in
      _ = progress(.solve, min(Double(found) / wanted, 1), [:])
    }
    return options
  }
}

extension EigenError {
  /// Whether a matrix that has lost digits may be the reason.
  var mayBeRounding: Bool {
    switch self {
    case .notConverged, .countDiffers: true
    case .factorisation, .dense, .cancelled: false
    }
  }

  /// Whether the matrix has a pivot that is not positive.
  var isIndefinite: Bool {
    if case .factorisation(.notPositiveDefinite) = self { true } else { false }
  }
}

extension AnalysisError {
  /// Why modes could not be found.
  init(_ error: EigenError, equations: Int) {
    switch error {
    case .factorisation(.notPositiveDefinite): self = .noModes
    case .factorisation: self = .outOfMemory(equations: equations)
    case .notConverged(let found, let wanted): self = .modesMissing(found: found, wanted: wanted)
    case .countDiffers(let found, let counted): self = .modesMissing(found: found, wanted: counted)
    case .dense: self = .notFinite
    case .cancelled: self = .cancelled
    }
  }
}
