import LinearAlgebra

/// Solves the linear static steps of a deck one after the other.
///
/// x = (Tᵀ K T)⁻¹ Tᵀ (f − K g), u = T x + g. A factor is kept as long as the same freedoms are
/// prescribed and tied, so that further load cases cost one back-substitution each.
package struct LinearStatic: ~Copyable {
  let deck: Deck
  private let observer: Observer
  private let settings: SolverSettings
  private var threads: Int { settings.threads }
  private var isConcurrent: Bool { settings.threads > 1 }
  /// Below, the fronts are so small that BLAS threads gain nothing.
  private static let operationsWorthThreads = 2e9
  private var stiffness: StiffnessOperator
  private var solved: Solved?
  private var iterated: Iterated?
  private var previous: [Double]
  /// Facts about the last step's system of equations.
  package private(set) var equationCount = 0
  package private(set) var nonzeroCount = 0
  package private(set) var assembly = AssemblyCost()
  package internal(set) var times = PhaseTimes()
  /// How the last step was solved.
  package internal(set) var solution = SolutionReport()

  private struct Solved: ~Copyable {
    let fixed: Set<Int>
    let constraints: [LinearConstraint]
    let system: LinearSystem
    let inverse: SystemInverse
  }

  package init(deck: Deck, _ settings: SolverSettings, observer: Observer = Observer()) {
    self.deck = deck
    self.observer = observer
    self.settings = settings
    stiffness = StiffnessOperator(deck)
    previous = [Double](repeating: 0, count: 3 * deck.mesh.nodeCount)
  }

  /// Solves a step; steps must be solved in order.
  package mutating func solve(_ step: Step) throws(AnalysisError) -> Frame {
    try solve(step, thermal: nil)
  }

  /// - Parameter thermal: what temperatures do to the bodies.
  mutating func solve(_ step: Step, thermal: ThermalState?) throws(AnalysisError) -> Frame {
    let isVariable = thermal != nil && deck.sections.contains(where: \.hasVariableElasticity)
    if isVariable {
      stiffness = StiffnessOperator(deck, thermal: thermal)
      solved = nil
    }
    let prescribed = step.prescribedDisplacements(after: previous)
    let fixed = Set(step.prescribed.keys)
    if let displacements = try iteratively(step, thermal, fixed, prescribed) {
      guard displacements.allSatisfy(\.isFinite) else { throw .notFinite }
      previous = displacements
      return try recovered(step, thermal, displacements, nil)
    }
    var current = try inverse(for: step, fixed)
    try current.system.check(prescribed: prescribed)
    var displacements = try displacements(step, thermal, prescribed, current)
    if displacements == nil {
      current = try inverted(step, fixed)
      displacements = try self.displacements(step, thermal, prescribed, current)
    }
    guard let displacements, displacements.allSatisfy(\.isFinite) else { throw .notFinite }
    var frame = try recovered(step, thermal, displacements, current.system)
    try refine(&frame, thermal, current.system, current.inverse)
    previous = frame.displacements
    frame.internalForces = current.system.printedForces(frame.internalForces)
    solved = consume current
    return frame
  }

  /// What the last step left, when it serves this one, else made anew.
  private mutating func inverse(for step: Step, _ fixed: Set<Int>) throws(AnalysisError) -> Solved {
    let kept = solved.take()
    if let kept, kept.fixed == fixed, kept.constraints == step.constraints { return kept }
    return try inverted(step, fixed)
  }

  private mutating func inverted(_ step: Step, _ fixed: Set<Int>) throws(AnalysisError) -> Solved {
    try check(step, fixed)
    try observer.report(.order, 0)
    let start = ContinuousClock.now
    let system = try LinearSystem(
      deck, components: 3, constraints: step.constraints, prescribed: fixed)
    times.add(.order, since: start)
    equationCount = system.equationCount
    nonzeroCount = system.pattern.rows.count
    let solver = try iterations(system)
    assembly = system.meter.cost
    if let solver {
      return Solved(
        fixed: fixed, constraints: step.constraints, system: system, inverse: .iterations(solver))
    }
    let factor = try factor(system, of: step)
    assembly = system.meter.cost
    return Solved(
      fixed: fixed, constraints: step.constraints, system: system, inverse: .factor(factor))
  }

  /// An iterative solver with an assembled matrix; nil where a factor is to be used.
  private mutating func iterations(_ system: LinearSystem) throws(AnalysisError) -> AssembledSolver?
  {
    guard solution.method == .assembledMultigrid else { return nil }
    try observer.report(.assemble, 0)
    var start = ContinuousClock.now
    let matrix = try system.assemble(
      stiffness, threads: threads, isCancelled: observer.isCancelled)
    times.add(.assemble, since: start)
    try observer.report(.factor, 0)
    start = .now
    let solver = system.iterativeSolver(matrix, threads: threads)
    times.add(.factor, since: start)
    if solver == nil {
      solution.giveUp("the equations are too ill-conditioned for single precision")
    }
    return solver
  }

  /// Assembles and factorises; what does not wait for another runs beside it.
  private mutating func factor(
    _ system: LinearSystem, of step: Step
  ) throws(AnalysisError) -> CholeskyFactor {
    try observer.report(.assemble, 0)
    let (stiffness, isCancelled) = (stiffness, observer.isCancelled)
    var start = ContinuousClock.now
    let assembly = Background(isConcurrent: isConcurrent) {
      Result { () throws(AnalysisError) in
        try system.assemble(stiffness, isCancelled: isCancelled)
      }
    }
    let analysis = analysed(system)
    let matrix = try assembly.value().get()
    guard var factor = analysis else { throw .outOfMemory(equations: equationCount) }
    times.add(.assemble, since: start)

    try observer.report(.factor, 0)
    start = .now
    BLAS.useThreads(factor.operations < Self.operationsWorthThreads ? 1 : threads)
    solution.freeMotion = try StiffnessFactorisation(
      system: system, discretes: stiffness.discretes, observer: observer,
      isRefined: deck.initialStress.isEmpty
    ).run(&factor, matrix, step)
    times.add(.factor, since: start)
    solution.factorOperations = factor.operations
    return factor
  }

  /// - Throws: ``AnalysisError/singular(_:)`` where a part can move without deforming.
  mutating func check(_ step: Step, _ fixed: Set<Int>) throws(AnalysisError) {
    try observer.report(.check, 0)
    let (mesh, discretes) = (deck.mesh, stiffness.discretes)
    let labelledCount = deck.labelledNodeCount
    let motions = times.measure(.check) {
      RigidBodyCheck(
        mesh: mesh, labelledCount: labelledCount, constraints: step.constraints,
        discretes: discretes
      ) { fixed.contains($0) }.freeMotions()
    }
    guard motions.isEmpty else {
      throw .singular(motions, untied: deck.notices.filter { $0.kind == .untied })
    }
  }

  /// The displacements by an iterative method; nil where the direct one is to be used.
  private mutating func iteratively(
    _ step: Step, _ thermal: ThermalState?, _ fixed: Set<Int>, _ prescribed: [Double]
  ) throws(AnalysisError) -> [Double]? {
    if iterated?.serves(step, fixed) != true {
      let facts = SolverFacts(deck, step, fixed: fixed, settings)
      let choice = SolverChoice(facts)
      let factored = solution
      solution = SolutionReport(choice)
      solution.factorOperations = factored.factorOperations
      solution.freeMotion = factored.freeMotion
      iterated = nil
      switch choice.method {
      case .direct, .assembledMultigrid: return nil
      case .polynomialMultigrid, .algebraicMultigrid: break
      }
      try check(step, fixed)
      try observer.report(.assemble, 0)
      let start = ContinuousClock.now
      let made = try Iterated(
        deck, fixed, choice, request: step.requestedSolver, threads: threads, observer: observer)
      times.add(.assemble, since: start)
      iterated = made
    }
    guard let iterated else { return nil }
    let start = ContinuousClock.now
    let loads = deck.forces(of: step, thermal)
    let outcome = try iterated.displacements(prescribed, loads: loads, observer: observer)
    times.add(.solve, since: start)
    solution = outcome.report
    equationCount = iterated.unknowns
    nonzeroCount = 0
    assembly = AssemblyCost()
    return outcome.displacements
  }

  /// nil where conjugate gradients did not converge.
  private mutating func displacements(
    _ step: Step, _ thermal: ThermalState?, _ prescribed: [Double], _ solved: borrowing Solved
  ) throws(AnalysisError) -> [Double]? {
    try observer.report(.solve, 0)
    let start = ContinuousClock.now
    let system = solved.system
    var forces = deck.forces(of: step, thermal)
    let given = system.expand([], prescribed: prescribed)
    if given.contains(where: { $0 != 0 }) {
      let pull = system.apply(stiffness, given)
      for freedom in forces.indices { forces[freedom] -= pull[freedom] }
    }
    let unknowns = try unknowns(system.reduce(forces), solved)
    times.add(.solve, since: start)
    return unknowns.map { system.expand($0, prescribed: prescribed) }
  }

  private mutating func unknowns(
    _ right: [Double], _ solved: borrowing Solved
  ) throws(AnalysisError) -> [Double]? {
    switch solved.inverse {
    case .factor(let factor):
      if solution.method != .direct { solution.giveUp("a factor is there already") }
      do {
        return try factor.solve(right)
      } catch {
        throw .outOfMemory(equations: solved.system.equationCount)
      }
    case .iterations(let solver):
      let observer = observer
      let (unknowns, report) = solver.solve(right) {
        observer.advice(iterations: $0, residual: $1)
      }
      solution.iterationBytes = solver.bytesPerIteration
      return try solution.accept(report) ? unknowns : nil
    }
  }

  /// Stresses and the forces that elements and discrete elements exert.
  mutating func recovered(
    _ step: Step, _ thermal: ThermalState?, _ displacements: [Double], _ system: LinearSystem?
  ) throws(AnalysisError) -> Frame {
    let recovery = StressRecovery(
      deck: deck, withStrain: step.needsStrain, thermal: thermal, hasInitialStress: true)
    let (observer, stiffness) = (observer, stiffness)
    return try times.measure(.recover) { () throws(AnalysisError) in
      var frame = try recovery.frame(step, displacements, observer)
      // An iterative solver has neither discrete elements nor constraints.
      guard let system else { return frame }
      for discrete in stiffness.discretes {
        system.add(discrete, times: displacements, to: &frame.internalForces)
      }
      return frame
    }
  }
}

/// The symbolic factor; nil when memory does not suffice, the only thing that can go wrong.
private func analysed(_ system: LinearSystem) -> CholeskyFactor? { try? system.analysed() }

extension Step {
  /// Whether an output asks for strains.
  var needsStrain: Bool {
    !elementFile.isDisjoint(with: [.strain, .mechanicalStrain, .thermalStrain, .energyDensity])
      || elementPrints.contains {
        $0.quantities.contains {
          [.strain, .mechanicalStrain, .energyDensity, .energy].contains($0)
        }
      }
  }
}
