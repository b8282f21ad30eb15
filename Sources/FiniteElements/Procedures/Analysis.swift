/// Runs the steps of a deck one after the other and hands their frames to the writers.
///
/// Each procedure is an extension of this type in a file of its own: it reads ``state``, computes,
/// calls ``emit(_:)`` for each frame, and leaves the new state for the next step.
struct Analysis: ~Copyable {
  /// The model of the present step: where inner modes move on their own, they are nodes of it.
  private(set) var deck: Deck
  /// The model as the files show it.
  private let given: Deck
  private lazy var detailed = {
    var deck = given
    deck.mesh = given.mesh.withInnerNodes()
    return deck
  }()
  private let hasInnerModes: Bool
  let settings: SolverSettings
  let observer: Observer
  var threads: Int { settings.threads }
  /// What the steps so far have led to.
  var state: AnalysisState
  var summary = Summary()
  var times = PhaseTimes()
  var linearStatic: LinearStatic
  private var results: ResultWriter

  init(
    deck: Deck, _ settings: SolverSettings, observer: Observer, results: consuming ResultWriter
  ) {
    self.deck = deck
    given = deck
    hasInnerModes = deck.mesh.elementKinds.contains { $0.formulation == .incompatibleModes }
    self.settings = settings
    self.observer = observer
    self.results = results
    state = AnalysisState(deck)
    linearStatic = LinearStatic(deck: deck, settings, observer: observer)
  }

  mutating func run(_ step: Step) throws(AnalysisError) {
    if hasInnerModes { moveInnerModes(movesInnerModes(step), in: step) }
    takeTemperatures(of: step)
    var step = step
    if deck.hasVariableDensity { step.densityTemperatures = temperatures(in: step) }
    switch step.procedure {
    case .linearStatic:
      if step.isPerturbation, let prestress = state.prestress {
        try runPerturbation(step, prestress)
      } else {
        try emit(try staticFrame(step))
      }
    case .heatTransfer(let request): try runHeatTransfer(step, request)
    case .temperatureDisplacement(let request): try runTemperatureDisplacement(step, request)
    case .dynamic(let request): try runDynamic(step, request)
    case .modalDynamic(let request): try runModalDynamic(step, request)
    case .steadyState(let request): try runSteadyState(step, request)
    case .frequency(let request): try runFrequency(step, request)
    case .buckling(let request): try runBuckling(step, request)
    }
  }

  /// Whether inner modes move in ways of their own: with inertia or initial stresses.
  private func movesInnerModes(_ step: Step) -> Bool {
    switch step.procedure {
    case .dynamic, .modalDynamic, .steadyState, .frequency, .buckling: true
    case .linearStatic: step.isPerturbation && state.prestress != nil
    case .heatTransfer, .temperatureDisplacement: false
    }
  }

  /// Makes inner modes unknowns of the model, or lets them follow the others.
  private mutating func moveInnerModes(_ isWanted: Bool, in step: Step) {
    let isDone = deck.mesh.nodeCount > given.mesh.nodeCount
    guard isWanted != isDone else { return }
    if isWanted {
      state.addInnerNodes(to: given, heatedConstants(in: step))
      deck = detailed
    } else {
      state.removeInnerNodes(behind: given.mesh.nodeCount)
      deck = given
    }
  }

  /// The displacements under the loads and temperatures at a step's end.
  mutating func staticFrame(_ step: Step) throws(AnalysisError) -> Frame {
    let frame = try linearStatic.solve(step, thermal: thermalState())
    state.displacements = frame.displacements
    summary.equations = linearStatic.equationCount
    summary.nonzeros = linearStatic.nonzeroCount
    summary.assembly = linearStatic.assembly
    summary.solution = linearStatic.solution
    return frame
  }

  /// Writes a frame to the files that want it and takes its peaks into the summary.
  mutating func emit(_ frame: Frame) throws(AnalysisError) {
    if frame.kind == .state, !frame.fields.stress.isEmpty {
      state.prestress = Prestress(displacements: frame.displacements, fields: frame.fields)
    }
    try observer.report(.write, 0)
    let start = ContinuousClock.now
    var frame = frame
    if frame.temperatures.isEmpty, state.hasTemperatures {
      frame.temperatures = state.temperatures
    }
    frame.removeInnerNodes(behind: given.mesh.nodeCount)
    if let structures = given.structures { frame = structures.completed(frame) }
    let nodal = NodalFields(given, frame)
    summary.include(given, frame, nodal)
    do {
      try results.write(frame, nodal)
    } catch {
      throw .output("\(error)")
    }
    times.add(.write, since: start)
  }

  /// Writes the table of a frequency step.
  mutating func writeEigenvalues(
    _ step: Step, _ request: FrequencyRequest, _ eigenvalues: [Double],
    _ participation: Participation
  ) throws(AnalysisError) {
    try write { (results) throws in
      try results.dat?.writeVibration(step.number, request, eigenvalues, participation)
    }
  }

  mutating func writeBucklingFactors(_ step: Step, _ factors: [Double]) throws(AnalysisError) {
    try write { (results) throws in try results.dat?.writeBuckling(factors) }
  }

  /// Writes how much each mode takes part in a harmonic response.
  mutating func writeHarmonicFactors(
    _ step: Step, _ frequency: Double, _ model: ModalModel, _ amplitudes: ComplexVector
  ) throws(AnalysisError) {
    try write { (results) throws in
      try results.dat?.writeHarmonicFactors(step, frequency, model, amplitudes)
    }
  }

  mutating func writeStepHeading(_ step: Step) throws(AnalysisError) {
    try write { (results) throws in try results.dat?.writeStepHeading(step.number) }
  }

  private mutating func write(
    _ body: (inout ResultWriter) throws -> Void
  ) throws(AnalysisError) {
    do { try body(&results) } catch { throw .output("\(error)") }
  }

  /// Completes the files.
  mutating func finish() throws(AnalysisError) -> Summary {
    do {
      try results.finish()
    } catch {
      throw .output("\(error)")
    }
    summary.nodes = given.mesh.nodeCount
    summary.elements = given.mesh.elementCount
    times.add(linearStatic.times)
    summary.phases = times.seconds
    return summary
  }
}

/// What a step leaves for the next one.
struct AnalysisState {
  /// By degree of freedom `3 node + direction`.
  var displacements: [Double]
  var velocities: [Double]
  /// By node.
  var temperatures: [Double]
  /// Whether temperatures are part of the model.
  var hasTemperatures: Bool
  /// What heat loads were worth at the end of the last heat step.
  var heatLoads = EarlierLoads()
  /// The step's loads at its end; empty before the first step.
  var forces: [Double] = []
  /// Displacements and stresses about which a perturbation step works.
  var prestress: Prestress?
  /// What the last frequency step found.
  var modes: ModalBasis?

  init(_ deck: Deck) {
    displacements = [Double](repeating: 0, count: 3 * deck.mesh.nodeCount)
    velocities = displacements
    temperatures = deck.initialTemperatureField
    hasTemperatures = !deck.initialTemperatures.isEmpty
    for (freedom, value) in deck.initialDisplacements { displacements[freedom] = value }
    for (freedom, value) in deck.initialVelocities { velocities[freedom] = value }
  }
}
