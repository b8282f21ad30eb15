import LinearAlgebra

/// Solves the linear static steps of a deck one after the other.
///
/// A factor is kept as long as the same displacements are prescribed, so that further load cases
/// cost one back-substitution each.
package struct LinearStatic: ~Copyable {
  private let deck: Deck
  private let observer: Observer
  private let threads: Int
  private let isConcurrent: Bool
  /// Below, the fronts are so small that BLAS threads gain nothing.
  private static let operationsWorthThreads = 2e9
  private var connections: (order: [Int], graph: Graph)?
  private var solved: Solved?
  private var previous: [Double]
  /// Facts about the last step's system of equations.
  package private(set) var equationCount = 0
  package private(set) var nonzeroCount = 0
  package private(set) var times = PhaseTimes()

  private struct Solved: ~Copyable {
    let fixed: Set<Int>
    let layout: StiffnessLayout
    let factor: CholeskyFactor
  }

  /// - Parameter threads: how many threads may compute at a time.
  package init(deck: Deck, threads: Int, observer: Observer = Observer()) {
    self.deck = deck
    self.observer = observer
    self.threads = threads
    isConcurrent = threads > 1
    previous = [Double](repeating: 0, count: 3 * deck.mesh.nodeCount)
  }

  /// Solves a step; steps must be solved in order.
  mutating func solve(
    _ step: Step, thermal: ThermalState? = nil
  ) throws(AnalysisError) -> Frame {
    let prescribed = prescribedDisplacements(of: step)
    let fixed = Set(step.prescribed.keys)
    var loads = LoadVector(deck: deck).forces(of: step)
    if let thermal {
      for (freedom, force) in thermal.forces().enumerated() { loads[freedom] += force }
    }
    var displacements = prescribed
    if solved?.fixed != fixed || prescribed.contains(where: { $0 != 0 }) {
      try factorise(fixed, prescribed, loads, &displacements)
    } else {
      try reuse(loads, &displacements)
    }
    guard displacements.allSatisfy(\.isFinite) else { throw .notFinite }
    previous = displacements
    let recovery = StressRecovery(deck: deck, withStrain: step.needsStrain, thermal: thermal)
    let observer = observer
    return try times.measure(.recover) { () throws(AnalysisError) in
      try recovery.frame(step, displacements, observer)
    }
  }

  private func prescribedDisplacements(of step: Step) -> [Double] {
    var prescribed = [Double](repeating: 0, count: previous.count)
    for (freedom, value) in step.prescribed {
      switch value {
      case .value(let displacement, let course):
        let factor = course.factor(stepTime: step.period, totalTime: step.endTime) ?? 1
        prescribed[freedom] = factor * displacement
      case .held: prescribed[freedom] = previous[freedom]
      }
    }
    return prescribed
  }

  /// Assembles and factorises; what does not wait for another runs beside it.
  private mutating func factorise(
    _ fixed: Set<Int>, _ prescribed: [Double], _ loads: [Double], _ displacements: inout [Double]
  ) throws(AnalysisError) {
    solved = nil
    try check(fixed)
    try observer.report(.order, 0)
    let (deck, isCancelled) = (deck, observer.isCancelled)
    var start = ContinuousClock.now
    let (order, graph) = try connected()
    let freedoms = Freedoms(mesh: deck.mesh, order: order) { fixed.contains($0) }
    let layout = StiffnessLayout(order: order, graph: graph, freedoms: freedoms)
    times.add(.order, since: start)
    equationCount = layout.freedoms.equationCount
    nonzeroCount = layout.pattern.rows.count

    try observer.report(.assemble, 0)
    start = .now
    let assembly = Background(isConcurrent: isConcurrent) {
      Result { () throws(AnalysisError) in
        try Assembly(deck: deck, layout: layout, prescribed: prescribed)
          .system(isCancelled: isCancelled)
      }
    }
    let analysis = analysed(layout.pattern)
    let system = try assembly.value().get()
    guard var factor = analysis else { throw .outOfMemory(equations: equationCount) }
    times.add(.assemble, since: start)

    try observer.report(.factor, 0)
    start = .now
    BLAS.useThreads(factor.operations < Self.operationsWorthThreads ? 1 : threads)
    do {
      try factor.factorise(system.matrix)
    } catch {
      throw singularity(error, layout)
    }
    times.add(.factor, since: start)
    try solve(factor, layout, system.right, loads, &displacements)
    solved = Solved(fixed: fixed, layout: layout, factor: factor)
  }

  private mutating func check(_ fixed: Set<Int>) throws(AnalysisError) {
    try observer.report(.check, 0)
    let mesh = deck.mesh
    let motions = times.measure(.check) {
      RigidBodyCheck(mesh: mesh) { fixed.contains($0) }.freeMotions()
    }
    guard motions.isEmpty else { throw .singular(motions) }
  }

  /// The order of elimination and the graph in it, which depend on the mesh only: made once.
  private mutating func connected() throws(AnalysisError) -> (order: [Int], graph: Graph) {
    if let connections { return connections }
    do {
      let order = try deck.mesh.eliminationOrder()
      let made = (order: order, graph: deck.mesh.graph(order: order))
      connections = made
      return made
    } catch {
      throw .outOfMemory(equations: 3 * deck.mesh.nodeCount)
    }
  }

  private mutating func reuse(
    _ loads: [Double], _ displacements: inout [Double]
  ) throws(AnalysisError) {
    guard let solved = solved.take() else { preconditionFailure("no factor to reuse") }
    let right = [Double](repeating: 0, count: solved.layout.freedoms.equationCount)
    try solve(solved.factor, solved.layout, right, loads, &displacements)
    self.solved = consume solved
  }

  private mutating func solve(
    _ factor: borrowing CholeskyFactor, _ layout: StiffnessLayout, _ right: [Double],
    _ loads: [Double], _ displacements: inout [Double]
  ) throws(AnalysisError) {
    try observer.report(.solve, 0)
    let start = ContinuousClock.now
    var right = right
    for (freedom, equation) in layout.freedoms.equations.enumerated() where equation >= 0 {
      right[equation] += loads[freedom]
    }
    let solution: [Double]
    do {
      solution = try factor.solve(right)
    } catch {
      throw .outOfMemory(equations: layout.freedoms.equationCount)
    }
    for (freedom, equation) in layout.freedoms.equations.enumerated() where equation >= 0 {
      displacements[freedom] = solution[equation]
    }
    times.add(.solve, since: start)
  }

  private func singularity(
    _ error: FactorisationError, _ layout: StiffnessLayout
  ) -> AnalysisError {
    switch error {
    case .notPositiveDefinite(let equation):
      let freedom = equation.flatMap { layout.freedoms.equations.firstIndex(of: $0) } ?? 0
      let node = deck.mesh.nodeLabels[freedom / 3]
      let motion = "in direction \(["x", "y", "z"][freedom % 3])"
      return .mechanism(
        FreeMotion(node: node, motion: motion),
        hasReducedIntegration: deck.mesh.elementKinds.contains(.c3d20r))
    case .outOfMemory(let equations), .tooLarge(let equations):
      return .outOfMemory(equations: equations)
    case .library: return .outOfMemory(equations: layout.freedoms.equationCount)
    }
  }
}

/// The symbolic factor; nil when memory does not suffice, the only thing that can go wrong.
private func analysed(_ pattern: SymmetricPattern) -> CholeskyFactor? {
  try? CholeskyFactor(analysing: pattern, elimination: Array(0..<pattern.order))
}

extension Step {
  /// Whether an output asks for strains.
  var needsStrain: Bool {
    !elementFile.isDisjoint(with: [.strain, .mechanicalStrain, .thermalStrain, .energyDensity])
      || elementPrints.contains {
        $0.quantities.contains { [.strain, .mechanicalStrain, .energyDensity, .energy].contains($0) }
      }
  }
}
