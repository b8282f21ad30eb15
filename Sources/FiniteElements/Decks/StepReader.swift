/// Reads the steps: what is prescribed and applied in each, and what is printed.
///
/// As in CalculiX, loads, constraints and requests of a step hold in the later ones until they are
/// replaced; forces given twice in one step add up.
struct StepReader {
  let model: ConstraintReader
  let discretes: [DiscreteElement]
  /// Which nodes belong to an element or a constraint.
  let isUsed: [Bool]
  /// Nodes of `*DISTRIBUTING` that belong to nothing else: they hand forces on and lead nothing.
  let loosePoints: Set<Int>
  let amplitudes: [String: Amplitude]
  /// Steps with cards that are not supported: they may have a procedure that nobody read.
  let incompleteSteps: Set<Int>
  private(set) var steps: [Step] = []
  var current: Step
  /// Displacements that the present step, or the model before the first one, has prescribed so far.
  var prescribedHere: [Int: Prescribed] = [:]
  /// Where the force on a freedom stands, and whether it was given in the current step.
  var forcePlaces = ForcePlaces()
  /// The time course of the card that is being read.
  var loadCourse = TimeCourse.byProcedure
  /// How many of the distributed loads stem from earlier steps.
  var olderLoads = 0
  /// Words of the load cards that already stood in the current step.
  var openedLoads: Set<String> = []
  /// Words of the request cards that already replaced those of earlier steps.
  var printsReplaced: Set<String> = []
  var printCount = 0
  var hasProcedure = false
  private var asksForLargeDisplacements = false
  /// Whether the card that is being read stands in a step.
  private(set) var isInStep = false
  /// Whether the current step has a `*BASE MOTION`.
  var hasBaseMotion = false
  /// Whether the card that is being read gives imaginary parts (`LOAD CASE=2`).
  var isImaginary = false
  /// Nodes with a heat flow of the current step: a further one adds up.
  var touchedFlows: Set<Int> = []
  /// Where a heat load stands in the current step.
  var heatLoadPlaces: [HeatLoad.Key: Int] = [:]
  var timePoints: [String: TimePoints] = [:]
  /// Damping of the whole model (`*DAMPING`).
  var damping = RayleighDamping()
  let structures: Structures?
  /// Nodes whose rotations something is tied to.
  private let turning: Set<Int>
  /// Nodes that are made for rotations and local directions.
  var companions: Companions
  /// Forces that act on several freedoms, by what they were given for.
  var spread: [SpreadForce.Key: SpreadForce] = [:]
  /// Those that were given in the current step: a further one adds up.
  var touchedSpreads: Set<SpreadForce.Key> = []
  /// The forces of the step before without the spread ones.
  private var plainForces: [PointLoad] = []
  /// Companion freedoms that a constraint equals with a displacement along a local axis.
  var definedLocals: Set<Int> = []
  /// Values of inhomogeneous constraints, which OP=NEW does not remove.
  let lasting: [Int: Prescribed]

  var mesh: Mesh { model.mesh }
  var sets: Sets { model.sets }

  init(
    model: ConstraintReader, discretes: [DiscreteElement], amplitudes: [String: Amplitude],
    incompleteSteps: Set<Int>, structures: Structures?
  ) {
    self.model = model
    self.discretes = discretes
    self.amplitudes = amplitudes
    self.incompleteSteps = incompleteSteps
    self.structures = structures
    companions = model.companions
    lasting = model.lasting.mapValues { .value($0) }
    var isUsed = model.mesh.isUsed
    let tied =
      model.constraints.flatMap { $0.terms.map(\.freedom) } + discretes.flatMap(\.freedoms)
    for freedom in tied where freedom / 3 < isUsed.count { isUsed[freedom / 3] = true }
    loosePoints = Set(model.distributions.keys.filter { !isUsed[$0] })
    for node in loosePoints { isUsed[node] = true }
    if let structures {
      for node in isUsed.indices where structures.uses(node) { isUsed[node] = true }
    }
    self.isUsed = isUsed
    let tiedNodes = Set(tied.map { $0 / 3 })
    turning = Set(model.companions.rotations.filter { tiedNodes.contains($0.value) }.keys)
    current = Step(number: 0, place: Place(file: "", line: 0), endTime: 0)
    current.constraints = model.constraints
    current.temperatureConstraints = model.temperatureConstraints
    current.prescribed = lasting
  }

  mutating func read(_ cards: [KnownCard], report: inout DeckReport) {
    for known in cards {
      isImaginary = known.card["LOADCASE"] == "2"
      isInStep = known.step > 0
      Self.handlers[known.kind]?(&self, known.card, &report)
    }
  }

  private typealias Handler = @Sendable (inout Self, Card, inout DeckReport) -> Void

  /// What is done with the cards of steps; other cards are for other readers.
  private static let handlers: [CardKind: Handler] = [
    .step: { $0.begin($1, report: &$2) },
    .endStep: { $0.end($1, report: &$2) },
    .staticProcedure: { $0.readStatic($1, report: &$2) },
    .equation: { if $0.isInStep { $0.removeEquations($1, report: &$2) } },
    .frequency: { $0.readFrequency($1, report: &$2) },
    .buckle: { $0.readBuckling($1, report: &$2) },
    .boundary: { $0.readBoundary($1, report: &$2) },
    .concentratedLoad: { $0.readForces($1, report: &$2) },
    .distributedLoad: { $0.readDistributed($1, report: &$2) },
    .surfaceLoad: { $0.readSurfaceLoads($1, report: &$2) },
    .nodePrint: { $0.readNodePrint($1, report: &$2) },
    .elementPrint: { $0.readElementPrint($1, report: &$2) },
    .sectionPrint: { $0.readSectionPrint($1, report: &$2) },
    .nodeFile: { $0.readFileRequest($1, report: &$2) },
    .nodeOutput: { $0.readFileRequest($1, report: &$2) },
    .elementFile: { $0.readFileRequest($1, report: &$2) },
    .elementOutput: { $0.readFileRequest($1, report: &$2) },
    .temperature: { $0.readTemperatures($1, report: &$2) },
    .concentratedFlux: { $0.readConcentratedFlux($1, report: &$2) },
    .distributedFlux: { $0.readDistributedFlux($1, report: &$2) },
    .film: { $0.readSurfaceExchange($1, isRadiation: false, report: &$2) },
    .radiation: { $0.readSurfaceExchange($1, isRadiation: true, report: &$2) },
    .heatTransfer: { $0.readHeatTransfer($1, report: &$2) },
    .coupledTemperature: { $0.readCoupled($1, report: &$2) },
    .uncoupledTemperature: { $0.readCoupled($1, report: &$2) },
    .controls: {
      $2.note($1.place, "*CONTROLS: convergence is judged more strictly; passed over")
    },
    .dynamic: { $0.readDynamic($1, report: &$2) },
    .modalDynamic: { $0.readModalDynamic($1, report: &$2) },
    .steadyStateDynamics: { $0.readSteadyState($1, report: &$2) },
    .modalDamping: { $0.readModalDamping($1, report: &$2) },
    .baseMotion: { $0.readBaseMotion($1, report: &$2) },
    .damping: { $0.readDamping($1, report: &$2) },
  ]
}

extension StepReader {
  /// Whether a node has rotations.
  func canTurn(_ node: Int) -> Bool {
    turning.contains(node) || structures?.uses(node) == true
  }
}

// MARK: - Beginning and end

extension StepReader {
  private mutating func begin(_ card: Card, report: inout DeckReport) {
    let time = current.endTime
    let ended = current
    let older = ended.withLoadsAtItsEnd
    current = Step(number: steps.count + 1, place: card.place, endTime: time)
    prescribedHere = [:]
    current.modalDamping = older.modalDamping
    current.imaginaryPrescribed = older.imaginaryPrescribed
    current.loadCourse = loadCourse(of: card, report: &report)
    if let text = card["INC"], let limit = Int(text), limit > 0 { current.incrementLimit = limit }
    current.printSchedule = older.printSchedule
    current.fileSchedule = older.fileSchedule
    current.constraints = older.constraints
    current.temperatureConstraints = older.temperatureConstraints
    current.prescribed = older.prescribed
    current.forces = plainForces.map { ended.carried($0) }
    spread = spread.mapValues { $0.carried(from: ended) }
    current.distributed = older.distributed
    current.prescribedTemperatures = older.prescribedTemperatures
    current.temperatures = older.temperatures
    current.temperatureGradients = older.temperatureGradients
    current.heatFlows = older.heatFlows
    current.heatLoads = older.heatLoads
    touchedFlows = []
    current.nodePrints = older.nodePrints
    current.elementPrints = older.elementPrints
    current.sectionPrints = older.sectionPrints
    current.nodeFile = older.nodeFile
    current.writesSectionForces = older.writesSectionForces
    current.elementFile = older.elementFile
    current.nodeFileNodes = older.nodeFileNodes
    current.elementFileNodes = older.elementFileNodes
    current.nodeFileIsLocal = older.nodeFileIsLocal
    current.elementFileIsLocal = older.elementFileIsLocal
    asksForLargeDisplacements = card.has("NLGEOM") && card["NLGEOM"] != "NO"
    forcePlaces.beginStep()
    touchedSpreads = []
    if card.has("PERTURBATION") {
      current.isPerturbation = true
      removeForces()
    }
    olderLoads = current.distributed.count
    openedLoads = []
    printsReplaced = []
    hasProcedure = false
    hasBaseMotion = false
  }

  private mutating func end(_ card: Card, report: inout DeckReport) {
    if !hasProcedure, !incompleteSteps.contains(current.number) {
      report.add(current.place, "the step has no procedure", fix: "add *STATIC")
    }
    refuseLargeDisplacements(report: &report)
    refuseHeatedBuckling(report: &report)
    plainForces = current.forces
    current.forces += spread.sorted { $0.key < $1.key }.flatMap(\.value.loads)
    if steps.isEmpty { yieldTies(report: &report) }
    steps.append(current)
  }

  /// Where only temperatures change, large displacements make no difference.
  private func refuseLargeDisplacements(report: inout DeckReport) {
    if case .heatTransfer = current.procedure { return }
    guard asksForLargeDisplacements else { return }
    report.add(
      current.place, "*STEP: NLGEOM is not supported",
      fix: "remove NLGEOM to solve for small displacements")
  }

  /// As in CalculiX, temperatures are no load that buckles.
  private func refuseHeatedBuckling(report: inout DeckReport) {
    guard case .buckling = current.procedure,
      current.temperatures != steps.last?.temperatures ?? [:]
    else { return }
    report.add(
      current.place, "*BUCKLE cannot have *TEMPERATURE in its step",
      fix: "give the temperatures in a *STATIC step before it, and write *STEP, PERTURBATION")
  }

  /// Notes that the step has a procedure.
  mutating func beginProcedure() { hasProcedure = true }

  private mutating func readStatic(_ card: Card, report: inout DeckReport) {
    current.procedure = .linearStatic(StaticRequest(solver: card["SOLVER"]))
    hasProcedure = true
    var lines = DataLines(card)
    if lines.next(), !lines.isBlank(1) {
      guard let period = lines.real(1), period > 0 else {
        report.add(lines.place, "'\(lines.text(1))' is not a step time")
        return
      }
      current.period = period
    }
    advanceTime(card, report: &report)
  }

  /// Sets the time at which the step ends.
  mutating func advanceTime(_ card: Card, report: inout DeckReport) {
    if let time = real(card, "TOTALTIMEATSTART", report: &report) { current.endTime = time }
    if card.has("TIMERESET") { current.endTime -= current.period }
    current.endTime += current.period
  }
}
