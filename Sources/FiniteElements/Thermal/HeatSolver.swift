import LinearAlgebra

/// Solves one increment after the other for temperatures; keeps factors as long as they serve.
struct HeatSolver: ~Copyable {
  let deck: Deck
  let step: Step
  private(set) var system: LinearSystem
  let starts: [Int]
  /// Whether constants and loads are such that one linear system gives the answer.
  let isLinear: Bool
  /// How the last equations were solved.
  private(set) var solution: SolutionReport
  private var factor: CholeskyFactor?
  private var iterations: AssembledSolver?
  /// What factor or iterations belong to.
  private var factoredRate: Double?
  private var factoredFilms: [Double] = []
  private(set) var factorisations = 0
  private(set) var times = PhaseTimes()
  private let threads: Int
  private let team: ThreadTeam
  private let observer: Observer
  /// Below, the fronts are so small that BLAS threads gain nothing.
  private static let operationsWorthThreads = 2e9
  /// Norm of the residual over that of the right-hand side at which conjugate gradients end.
  private static let residual = 1e-9
  /// Corrections smaller than this share of the largest temperature end an iteration.
  private static let tolerance = 1e-10
  private static let mostIterations = 50

  enum Outcome {
    /// Iterations as CalculiX would count them.
    case converged(HeatBalance, temperatures: [Double], iterations: Int)
    /// An unknown temperature changed by more than is allowed: by how much.
    case tooLarge(Double)
    case diverged
  }

  init(
    _ deck: Deck, _ step: Step, _ request: HeatTransferRequest, _ settings: SolverSettings,
    observer: Observer
  ) throws(AnalysisError) {
    self.deck = deck
    self.step = step
    threads = settings.threads
    team = ThreadTeam(count: settings.threads)
    self.observer = observer
    starts = PointFields.starts(deck.mesh)
    let isConstant = deck.sections.allSatisfy { section in
      let material = section.material
      return (material.conductivity?.table.isConstant ?? true)
        && (material.densities?.isConstant ?? true) && (material.specificHeat?.isConstant ?? true)
    }
    isLinear =
      isConstant
      && step.heatLoads.allSatisfy { if case .radiation = $0.kind { false } else { true } }
    let facts = SolverFacts(
      deck, step, rightHandSides: isLinear ? request.solutionsWithOneMatrix(step.period) : 1,
      card: request.solver, settings)
    solution = SolutionReport(SolverChoice(facts))
    let start = ContinuousClock.now
    system = try Self.system(
      deck, step, solution.method == .direct ? .nestedDissection : .alongCurve)
    times.add(.order, since: start)
  }

  private static func system(
    _ deck: Deck, _ step: Step, _ order: NodeOrder
  ) throws(AnalysisError) -> LinearSystem {
    try LinearSystem(
      deck, components: 1, constraints: step.temperatureConstraints,
      prescribed: Set(step.prescribedTemperatures.keys), order: order)
  }

  /// - Parameters:
  ///   - start: temperatures at the increment's beginning.
  ///   - prescribed: by node, zero where nothing is prescribed.
  ///   - rate: one over the time increment; 0 in steady state.
  ///   - largestChange: of a temperature in the increment.
  mutating func solve(
    from start: [Double], prescribed: [Double], _ conditions: HeatConditions, rate: Double,
    largestChange: Double
  ) throws(AnalysisError) -> Outcome {
    var temperatures = system.expand(system.unknowns(of: start), prescribed: prescribed)
    for node in temperatures.indices where !system.numbering.isKnown(node) {
      temperatures[node] = step.prescribedTemperatures[node] == nil ? start[node] : prescribed[node]
    }
    let tolerated = Tolerance()
    var counted: Int?
    var correction = 0.0
    for iteration in 0..<Self.mostIterations {
      if observer.isCancelled() { throw .cancelled }
      let begin = ContinuousClock.now
      let field = HeatField(
        deck: deck, temperatures: temperatures, change: stored(temperatures, start))
      let balance = HeatBalance(field, conditions, rate: rate, starts: starts, team: team)
      times.add(.recover, since: begin)
      let residual = system.reduce(balance.residual)
      let change = Self.largestDifference(
        system.unknowns(of: temperatures), system.unknowns(of: start))
      if iteration > 0 {
        if change > largestChange { return .tooLarge(change) }
        if counted == nil, tolerated.accepts(residual, balance, correction, change) {
          counted = iteration
        }
        let scale = max(Self.largest(temperatures), Self.largest(start))
        if isLinear || correction <= Self.tolerance * scale {
          return .converged(balance, temperatures: temperatures, iterations: counted ?? iteration)
        }
      }
      let heat = HeatOperator(
        deck: deck, temperatures: temperatures, conditions: conditions, rate: rate)
      if iteration == 0 || !isLinear {
        try prepare(heat)
      }
      let changes = try changes(balance.residual, heat)
      correction = Self.largest(changes)
      guard correction.isFinite, correction < 1e20 else { return .diverged }
      for node in temperatures.indices { temperatures[node] += changes[node] }
    }
    return .diverged
  }

  /// The change that stores heat: that of the unknowns and of what follows from them.
  ///
  /// As in CalculiX, heat that prescribed temperatures let their elements store is left out of the
  /// balance of the neighbouring unknowns; the difference vanishes with the element size.
  private func stored(_ temperatures: [Double], _ start: [Double]) -> [Double] {
    var unknowns = system.unknowns(of: temperatures)
    for (equation, value) in system.unknowns(of: start).enumerated() {
      unknowns[equation] -= value
    }
    return system.expand(unknowns, prescribed: [Double](repeating: 0, count: start.count))
  }

  /// CalculiX's judgement of an iteration, only to count as it does: residual within 0.5 % of the mean
  /// flow, correction within 1 % of the change.
  private struct Tolerance {
    func accepts(
      _ residual: [Double], _ balance: HeatBalance, _ correction: Double, _ change: Double
    ) -> Bool {
      let largest = HeatSolver.largest(residual)
      return largest <= 0.005 * balance.meanFlow
        && (correction <= 0.01 * change || largest <= 1e-8 * balance.meanFlow)
    }
  }

  static func largest(_ values: [Double]) -> Double {
    var largest = 0.0
    for value in values { largest = max(largest, abs(value)) }
    return largest
  }

  private static func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
    var largest = 0.0
    for index in a.indices { largest = max(largest, abs(a[index] - b[index])) }
    return largest
  }
}

// Solving with the matrix of a temperature field.
extension HeatSolver {
  /// Makes factor or iterations for a temperature field unless the last ones serve.
  private mutating func prepare(_ heat: HeatOperator) throws(AnalysisError) {
    let films = heat.conditions.films
    if isLinear, let known = factoredRate, abs(known - heat.rate) <= 1e-12 * heat.rate,
      films == factoredFilms
    {
      return
    }
    if solution.method == .direct {
      try factorise(heat)
    } else {
      try coarsen(heat)
    }
    factorisations += 1
    factoredRate = heat.rate
    factoredFilms = films
  }

  private mutating func assembled(_ heat: HeatOperator) throws(AnalysisError) -> SymmetricMatrix {
    let start = ContinuousClock.now
    let matrix = try system.assemble(heat, threads: threads, isCancelled: observer.isCancelled)
    times.add(.assemble, since: start)
    return matrix
  }

  private mutating func factorise(_ heat: HeatOperator) throws(AnalysisError) {
    let matrix = try assembled(heat)
    let start = ContinuousClock.now
    var factor: CholeskyFactor
    if let kept = self.factor.take() {
      factor = kept
    } else {
      factor = try system.analysed()
    }
    BLAS.useThreads(factor.operations < Self.operationsWorthThreads ? 1 : threads)
    do {
      try factor.factorise(matrix)
    } catch {
      throw describe(error)
    }
    solution.factorOperations = factor.operations
    self.factor = consume factor
    times.add(.factor, since: start)
  }

  /// Builds the levels of the multigrid method.
  private mutating func coarsen(_ heat: HeatOperator) throws(AnalysisError) {
    iterations = nil
    let matrix = try assembled(heat)
    let start = ContinuousClock.now
    let count = system.equationCount
    do {
      iterations = try AssembledSolver(
        matrix, blocks: .single(count), nearNullSpace: .constant(rows: count), threads: threads)
      times.add(.factor, since: start)
    } catch {
      times.add(.factor, since: start)
      solution.giveUp("the equations are too ill-conditioned for single precision")
      try beginFactors(heat)
    }
  }

  /// Goes over to the direct method.
  private mutating func beginFactors(_ heat: HeatOperator) throws(AnalysisError) {
    iterations = nil
    let start = ContinuousClock.now
    system = try Self.system(deck, step, .nestedDissection)
    times.add(.order, since: start)
    try factorise(heat)
  }

  private func describe(_ error: FactorisationError) -> AnalysisError {
    switch error {
    case .notPositiveDefinite(let equation):
      let node = equation.flatMap { system.freedom(of: $0) } ?? 0
      return .undeterminedTemperature(node: deck.mesh.nodeLabels[node])
    case .cancelled: return .cancelled
    case .outOfMemory, .tooLarge, .library:
      return .outOfMemory(equations: system.equationCount)
    }
  }

  /// The changes of all temperatures that a residual asks for.
  ///
  /// - Parameter heat: what the matrix was made of.
  private mutating func changes(
    _ residual: [Double], _ heat: HeatOperator
  ) throws(AnalysisError) -> [Double] {
    let zeros = [Double](repeating: 0, count: residual.count)
    if let unknowns = try iterate(system.reduce(residual)) {
      return system.expand(unknowns, prescribed: zeros)
    }
    if factor == nil { try beginFactors(heat) }
    let start = ContinuousClock.now
    defer { times.add(.solve, since: start) }
    do {
      return system.expand(try factor?.solve(system.reduce(residual)) ?? [], prescribed: zeros)
    } catch {
      throw .outOfMemory(equations: system.equationCount)
    }
  }

  /// nil where the direct method is to be used.
  private mutating func iterate(_ right: [Double]) throws(AnalysisError) -> [Double]? {
    guard let iterations else { return nil }
    let start = ContinuousClock.now
    defer { times.add(.solve, since: start) }
    let observer = observer
    let (unknowns, report) = iterations.solve(right, tolerance: Self.residual) {
      observer.advice(iterations: $0, residual: $1)
    }
    solution.iterationBytes = iterations.bytesPerIteration
    return try solution.accept(report) ? unknowns : nil
  }
}
