/// The parts of a solution, in order.
package enum Phase: String, CaseIterable, Sendable {
  case read, check, order, assemble, factor, solve, recover, write
}

/// Why an analysis ended without a result.
package enum AnalysisError: Error, Equatable, Sendable {
  /// Labels of elements whose Jacobian determinant is not positive.
  case invertedElements([Int])
  /// Parts of the model can move without deforming, maybe because nodes of `*TIE` found no face.
  case singular([FreeMotion], untied: [DeckNotice] = [])
  /// The model can deform without resistance, as one row of reduced integration elements can.
  case mechanism(FreeMotion, hasReducedIntegration: Bool)
  /// A constraint contradicts others, or ties prescribed displacements only.
  case overconstrained(Place)
  /// Nothing determines the temperature near a node.
  case undeterminedTemperature(node: Int)
  /// No increment is short enough: the step, and its time.
  case noConvergence(Int, Double)
  /// Rounding is as large as what resists a motion, or moves a node by a visible part of the displacements.
  case illConditioned(FreeMotion)
  case outOfMemory(equations: Int)
  /// Parts without mass can move freely, or a buckling step begins from an unstable state.
  case noModes
  case modesMissing(found: Int, wanted: Int)
  /// A prescribed displacement or load made the numbers overflow.
  case notFinite
  /// A step needs more increments than `*STEP, INC=` allows.
  case tooManyIncrements(Place, limit: Int)
  /// A step superposes modes, but no step before it computed any.
  case noFrequencyStep(Place)
  /// The loads of a buckling step cause no stress.
  case unloadedBuckling(Place)
  /// The loaded state about which a step works is unstable.
  case unstableState(Place)
  case cancelled
  /// A sentence of the sink that could not be written.
  case output(String)
}

/// A way in which a part of the model can move without resistance.
package struct FreeMotion: Equatable, Sendable {
  /// A node of the part.
  package let node: Int
  /// In words: "in direction x", "by turning about y and z".
  package let motion: String

  package init(node: Int, motion: String) {
    self.node = node
    self.motion = motion
  }
}

extension AnalysisError: CustomStringConvertible {
  /// One sentence, no full stop.
  package var description: String {
    switch self {
    case .invertedElements(let labels):
      "\(labels.count == 1 ? "element" : "elements") "
        + labels.prefix(5).map(String.init).joined(separator: ", ")
        + (labels.count > 5 ? " and \(labels.count - 5) more" : "")
        + (labels.count == 1 ? " is" : " are") + " inverted or flat"
    case .singular(let motions, let untied):
      (motions.map { "the model can move freely near node \($0.node) \($0.motion)" }
        + untied.map(\.description)).joined(separator: "; ")
    case .mechanism(let motion, _):
      "the model can deform freely near node \(motion.node) \(motion.motion)"
    case .overconstrained(let place):
      "\(place.file):\(place.line): a constraint ties displacements that are prescribed or tied already"
    case .undeterminedTemperature(let node):
      "nothing determines the temperature near node \(node)"
    case .noConvergence(let step, let time):
      "step \(step) does not converge at time \(time)"
    case .illConditioned(let motion):
      "the processor's numbers have too few digits for this model: rounding hides what resists the motion "
        + "of node \(motion.node) \(motion.motion)"
    case .outOfMemory(let equations):
      "the factor of \(equations) equations does not fit into memory"
    case .noModes: "the stiffness matrix is singular or unstable: no modes can be found"
    case .modesMissing(let found, let wanted): "only \(found) of \(wanted) modes were found"
    case .notFinite: "the solution is not finite: a load or a constant is too large"
    case .tooManyIncrements(let place, let limit):
      "\(place.file):\(place.line): the step needs more than \(limit) increments"
    case .noFrequencyStep(let place):
      "\(place.file):\(place.line): the step superposes modes, but no *FREQUENCY step precedes it"
    case .unloadedBuckling(let place):
      "\(place.file):\(place.line): nothing can buckle: the loads of the step cause no stress"
    case .unstableState(let place):
      "\(place.file):\(place.line): the body is unstable in the state that the steps before left: "
        + "their loads are beyond its buckling load"
    case .cancelled: "cancelled"
    case .output(let sentence): sentence
    }
  }

  /// What to do about it.
  package var fix: String? {
    switch self {
    case .invertedElements: "correct the order of their nodes, or the mesh"
    case .singular(let motions, let untied):
      (untied.isEmpty ? "" : "write *TIE, POSITION TOLERANCE=distance, or ")
        + "add *BOUNDARY near node \(motions.first?.node ?? 0)"
    case .mechanism(let motion, let hasReducedIntegration):
      "add *BOUNDARY near node \(motion.node)"
        + (hasReducedIntegration
          ? ", or use C3D20: one row of C3D20R elements does not resist every deformation" : "")
    case .overconstrained: "remove the constraint, or the *BOUNDARY of one of its nodes"
    case .undeterminedTemperature(let node):
      "prescribe a temperature (*BOUNDARY, direction 11) or add *FILM near node \(node)"
    case .noConvergence: "use shorter increments, or check the constants that depend on temperature"
    case .illConditioned:
      "use thicker or shorter elements there, or constants of materials, springs and equations that are nearer "
        + "to each other"
    case .outOfMemory: "ask for more memory, or use a coarser mesh"
    case .noModes: "support the model, and check that all parts have a density"
    case .modesMissing: "ask for another number of modes"
    case .notFinite: "check units of loads and material"
    case .noFrequencyStep: "put a step with *FREQUENCY, STORAGE=YES before it"
    case .tooManyIncrements: "allow more with *STEP, INC=number"
    case .unloadedBuckling: "put the loads between *BUCKLE and *END STEP: those before do not count"
    case .unstableState: "lower the loads of the steps before; *BUCKLE tells how far they may go"
    case .cancelled, .output: nil
    }
  }
}

/// What the caller wants to know and decide while an analysis runs.
package struct Observer {
  /// What is told of an analysis while it runs.
  package enum Metric: String, CaseIterable, Sendable {
    /// Norm of the residual over that of the right-hand side, and the iterations so far, of the
    /// equations that are being solved.
    case residual, iterations
    /// The increment of a step that has just been computed, and the total time at its end.
    case increment, time
  }

  /// Called at the beginning of each phase and now and then within, with the fraction done; true
  /// where that is enough: an iteration ends with the solution it has, a step with the increment
  /// that it has reached.
  package var progress: (Phase, Double, [Metric: Double]) -> Bool
  /// Asked now and then, from any thread; true ends the analysis with ``AnalysisError/cancelled``.
  package var isCancelled: @Sendable () -> Bool

  package init(
    progress: @escaping (Phase, Double, [Metric: Double]) -> Bool = { _, _, _ in false },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.progress = progress
    self.isCancelled = isCancelled
  }

  /// - Returns: whether the step has come far enough.
  @discardableResult
  func report(
    _ phase: Phase, _ fraction: Double, _ metrics: [Metric: Double] = [:]
  ) throws(AnalysisError) -> Bool {
    if isCancelled() { throw .cancelled }
    return progress(phase, fraction, metrics)
  }
}
