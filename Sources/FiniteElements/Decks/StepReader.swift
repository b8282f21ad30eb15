/// Reads the steps: what is prescribed and applied in each, and what is printed.
///
/// As in CalculiX, loads, constraints and requests of a step hold in the later ones until they are
/// replaced; forces given twice in one step add up.
struct StepReader {
  let mesh: Mesh
  let sets: Sets
  let isUsed: [Bool]
  let amplitudes: [String: Amplitude]
  /// Steps with cards that are not supported: they may have a procedure that nobody read.
  let incompleteSteps: Set<Int>
  private(set) var steps: [Step] = []
  var current: Step
  /// Where the force on a freedom stands, and whether it was given in the current step.
  var forcePlaces = ForcePlaces()
  /// The time course of the card that is being read.
  var loadCourse = TimeCourse.byProcedure
  /// How many of the distributed loads stem from earlier steps.
  var olderLoads = 0
  /// Words of the request cards that already replaced those of earlier steps.
  var printsReplaced: Set<String> = []
  var hasProcedure = false
  /// Whether the current step has a `*BASE MOTION`.
  var hasBaseMotion = false
  /// Whether the card that is being read gives imaginary parts (`LOAD CASE=2`).
  var isImaginary = false
  var timePoints: [String: TimePoints] = [:]
  /// Damping of the whole model (`*DAMPING`).
  var damping = RayleighDamping()
  let structures: Structures?
  var companions: Companions

  init(
    mesh: Mesh, sets: Sets, amplitudes: [String: Amplitude], incompleteSteps: Set<Int>,
    structures: Structures?
  ) {
    self.mesh = mesh
    self.sets = sets
    self.amplitudes = amplitudes
    self.incompleteSteps = incompleteSteps
    self.structures = structures
    companions = Companions(labelledCount: mesh.nodeCount)
    var isUsed = mesh.isUsed
    if let structures {
      for node in isUsed.indices where structures.uses(node) { isUsed[node] = true }
    }
    self.isUsed = isUsed
    current = Step(number: 0, place: Place(file: "", line: 0), endTime: 0)
  }

  mutating func read(_ cards: [KnownCard], report: inout DeckReport) {
    for known in cards {
      let card = known.card
      isImaginary = card["LOADCASE"] == "2"
      switch known.kind {
      case .step: begin(card, report: &report)
      case .endStep: end(card, report: &report)
      case .staticProcedure: readStatic(card, report: &report)
      case .frequency: readFrequency(card, report: &report)
      case .buckle: readBuckling(card, report: &report)
      case .boundary: readBoundary(card, isInStep: known.step > 0, report: &report)
      case .concentratedLoad: readForces(card, report: &report)
      case .distributedLoad: readDistributed(card, report: &report)
      case .surfaceLoad: readSurfaceLoads(card, report: &report)
      case .nodePrint: readNodePrint(card, report: &report)
      case .elementPrint: readElementPrint(card, report: &report)
      case .sectionPrint: readSectionPrint(card, report: &report)
      case .nodeFile, .nodeOutput, .elementFile, .elementOutput:
        readFileRequest(card, report: &report)
      case .dynamic: readDynamic(card, report: &report)
      case .modalDynamic: readModalDynamic(card, report: &report)
      case .steadyStateDynamics: readSteadyState(card, report: &report)
      case .modalDamping: readModalDamping(card, report: &report)
      case .baseMotion: readBaseMotion(card, report: &report)
      case .damping: readDamping(card, report: &report)
      case .initialConditions, .timePoints: continue
      case .heading, .meshFile, .node, .element, .nodeSet, .elementSet, .surface, .material,
        .elastic,
        .density, .orientation, .distribution, .amplitude, .solidSection, .shellSection,
        .membraneSection, .beamSection, .nodalThickness, .normal, .expansion, .conductivity, .specificHeat,
        .physicalConstants, .preprint:
        continue
      }
    }
  }
}

// MARK: - Beginning and end

extension StepReader {
  private mutating func begin(_ card: Card, report: inout DeckReport) {
    if let value = card["NLGEOM"], value != "NO" {
      report.add(
        card.place, "*STEP: NLGEOM is not supported",
        fix: "remove NLGEOM to solve for small displacements")
    }
    let time = current.endTime
    let older = current.withLoadsAtItsEnd
    current = Step(number: steps.count + 1, place: card.place, endTime: time)
    current.modalDamping = older.modalDamping
    current.imaginaryPrescribed = older.imaginaryPrescribed
    current.loadCourse = loadCourse(of: card, report: &report)
    if let text = card["INC"], let limit = Int(text), limit > 0 { current.incrementLimit = limit }
    current.printSchedule = older.printSchedule
    current.fileSchedule = older.fileSchedule
    current.constraints = older.constraints
    current.prescribed = older.prescribed
    current.forces = older.forces
    current.distributed = older.distributed
    current.nodePrints = older.nodePrints
    current.elementPrints = older.elementPrints
    current.sectionPrints = older.sectionPrints
    current.nodeFile = older.nodeFile
    current.writesSectionForces = older.writesSectionForces
    current.elementFile = older.elementFile
    current.nodeFileNodes = older.nodeFileNodes
    current.elementFileNodes = older.elementFileNodes
    current.elementFileIsLocal = older.elementFileIsLocal
    forcePlaces.beginStep()
    if card.has("PERTURBATION") {
      current.isPerturbation = true
      removeForces()
    }
    olderLoads = current.distributed.count
    printsReplaced = []
    hasProcedure = false
    hasBaseMotion = false
  }

  private mutating func end(_ card: Card, report: inout DeckReport) {
    if !hasProcedure, !incompleteSteps.contains(current.number) {
      report.add(current.place, "the step has no procedure", fix: "add *STATIC")
    }
    steps.append(current)
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
    current.endTime += current.period
  }
}
