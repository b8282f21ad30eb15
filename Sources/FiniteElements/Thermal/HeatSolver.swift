import LinearAlgebra

/// Solves one increment after the other for temperatures; keeps factors as long as they serve.
struct HeatSolver: ~Copyable {
  let deck: Deck
  let step: Step
  let system: LinearSystem
  let starts: [Int]
  /// Whether constants and loads are such that one linear system gives the answer.
  let isLinear: Bool
  private var factor: CholeskyFactor?
  /// What the factor belongs to.
  private var factoredRate: Double?
  private var factoredFilms: [Double] = []
  private(set) var factorisations = 0
  private(set) var times = PhaseTimes()
  private let threads: Int
  private let isCancelled: @Sendable () -> Bool
  /// Below, the fronts are so small that BLAS threads gain nothing.
  private static let operationsWorthThreads = 2e9
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
    _ deck: Deck, _ step: Step, threads: Int, isCancelled: @escaping @Sendable () -> Bool
  ) throws(AnalysisError) {
    self.deck = deck
    self.step = step
    self.threads = threads
    self.isCancelled = isCancelled
    let start = ContinuousClock.now
    system = try LinearSystem(
      deck, components: 1, constraints: step.temperatureConstraints,
      prescribed: Set(step.prescribedTemperatures.keys))
    times.add(.order, since: start)
    starts = PointFields.starts(deck.mesh)
    let isConstant = deck.sections.allSatisfy { section in
      let material = section.material
      return (material.conductivity?.table.isConstant ?? true)
        && (material.densities?.isConstant ?? true) && (material.specificHeat?.isConstant ?? true)
    }
    isLinear =
      isConstant
      && step.heatLoads.allSatisfy { if case .radiation = $0.kind { false } else { true } }
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
    let zeros = [Double](repeating: 0, count: start.count)
    var counted: Int?
    var correction = 0.0
    for iteration in 0..<Self.mostIterations {
      if isCancelled() { throw .cancelled }
      let begin = ContinuousClock.now
      let balance = HeatBalance(
        deck, temperatures, change: stored(temperatures, start), conditions, rate: rate,
        starts: starts)
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
      if iteration == 0 || !isLinear {
        try factorise(temperatures, conditions, rate)
      }
      let changes = system.expand(try solve(residual), prescribed: zeros)
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

  /// Makes the factor for a temperature field unless the last one serves.
  private mutating func factorise(
    _ temperatures: [Double], _ conditions: HeatConditions, _ rate: Double
  ) throws(AnalysisError) {
    let films = conditions.films
    if isLinear, let known = factoredRate, abs(known - rate) <= 1e-12 * rate,
      films == factoredFilms
    {
      return
    }
    var start = ContinuousClock.now
    let matrix = try system.assemble(
      HeatOperator(deck: deck, temperatures: temperatures, conditions: conditions, rate: rate),
      threads: threads, isCancelled: isCancelled)
    times.add(.assemble, since: start)
    start = .now
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
    self.factor = consume factor
    times.add(.factor, since: start)
    factorisations += 1
    factoredRate = rate
    factoredFilms = films
  }

  private func describe(_ error: FactorisationError) -> AnalysisError {
    switch error {
    case .notPositiveDefinite(let equation):
      let node = equation.flatMap { system.freedom(of: $0) } ?? 0
      return .undeterminedTemperature(node: deck.mesh.nodeLabels[node])
    case .outOfMemory, .tooLarge, .library:
      return .outOfMemory(equations: system.equationCount)
    }
  }

  private mutating func solve(_ right: [Double]) throws(AnalysisError) -> [Double] {
    let start = ContinuousClock.now
    defer { times.add(.solve, since: start) }
    do {
      return try factor?.solve(right) ?? []
    } catch {
      throw .outOfMemory(equations: system.equationCount)
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
