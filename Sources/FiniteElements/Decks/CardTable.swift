/// Every card the reader knows, with the parameters it understands: anything else is an error.
enum CardKind: String, CaseIterable {
  case heading = "*HEADING"
  case meshFile = "*INCLUDE"
  case node = "*NODE"
  case element = "*ELEMENT"
  case nodeSet = "*NSET"
  case elementSet = "*ELSET"
  case surface = "*SURFACE"
  case material = "*MATERIAL"
  case elastic = "*ELASTIC"
  case density = "*DENSITY"
  case orientation = "*ORIENTATION"
  case distribution = "*DISTRIBUTION"
  case amplitude = "*AMPLITUDE"
  case solidSection = "*SOLID SECTION"
  case shellSection = "*SHELL SECTION"
  case membraneSection = "*MEMBRANE SECTION"
  case beamSection = "*BEAM SECTION"
  case nodalThickness = "*NODAL THICKNESS"
  case normal = "*NORMAL"
  case transform = "*TRANSFORM"
  case equation = "*EQUATION"
  case multipoint = "*MPC"
  case rigidBody = "*RIGID BODY"
  case coupling = "*COUPLING"
  case kinematic = "*KINEMATIC"
  case distributing = "*DISTRIBUTING"
  case distributingCoupling = "*DISTRIBUTING COUPLING"
  case preTension = "*PRE-TENSION SECTION"
  case tie = "*TIE"
  case cyclicSymmetry = "*CYCLIC SYMMETRY MODEL"
  case spring = "*SPRING"
  case dashpot = "*DASHPOT"
  case mass = "*MASS"
  case boundary = "*BOUNDARY"
  case concentratedLoad = "*CLOAD"
  case distributedLoad = "*DLOAD"
  case surfaceLoad = "*DSLOAD"
  case step = "*STEP"
  case staticProcedure = "*STATIC"
  case frequency = "*FREQUENCY"
  case buckle = "*BUCKLE"
  case nodePrint = "*NODE PRINT"
  case elementPrint = "*EL PRINT"
  case sectionPrint = "*SECTION PRINT"
  case nodeFile = "*NODE FILE"
  case elementFile = "*EL FILE"
  case nodeOutput = "*NODE OUTPUT"
  case elementOutput = "*ELEMENT OUTPUT"
  case endStep = "*END STEP"
  case temperature = "*TEMPERATURE"
  case concentratedFlux = "*CFLUX"
  case distributedFlux = "*DFLUX"
  case film = "*FILM"
  case radiation = "*RADIATE"
  case heatTransfer = "*HEAT TRANSFER"
  case coupledTemperature = "*COUPLED TEMPERATURE-DISPLACEMENT"
  case uncoupledTemperature = "*UNCOUPLED TEMPERATURE-DISPLACEMENT"
  case controls = "*CONTROLS"
  case dynamic = "*DYNAMIC"
  case modalDynamic = "*MODAL DYNAMIC"
  case steadyStateDynamics = "*STEADY STATE DYNAMICS"
  case damping = "*DAMPING"
  case modalDamping = "*MODAL DAMPING"
  case baseMotion = "*BASE MOTION"
  case initialConditions = "*INITIAL CONDITIONS"
  case timePoints = "*TIME POINTS"
  case expansion = "*EXPANSION"
  case conductivity = "*CONDUCTIVITY"
  case specificHeat = "*SPECIFIC HEAT"
  case physicalConstants = "*PHYSICAL CONSTANTS"
  // Passed over with a notice: it changes no result.
  case preprint = "*PREPRINT"
  case surfaceInteraction = "*SURFACE INTERACTION"
  case surfaceBehavior = "*SURFACE BEHAVIOR"
  case friction = "*FRICTION"

  init?(word: String) {
    let squeezed = "*" + word
    guard let kind = Self.allCases.first(where: { $0.rawValue.filter { $0 != " " } == squeezed })
    else { return nil }
    self = kind
  }

  /// Where a card may stand.
  enum Level { case model, step, both }

  var level: Level {
    switch self {
    case .heading, .meshFile, .node, .element, .surface, .material, .elastic, .density,
      .orientation, .distribution,
      .amplitude, .solidSection, .shellSection, .membraneSection, .beamSection, .nodalThickness,
      .normal, .expansion, .conductivity, .specificHeat, .physicalConstants,
      .preprint, .transform, .multipoint, .rigidBody, .coupling, .kinematic, .distributing,
      .distributingCoupling, .preTension, .tie, .cyclicSymmetry, .spring, .dashpot, .mass,
      .surfaceInteraction, .surfaceBehavior, .friction, .initialConditions, .timePoints, .damping:
      .model
    case .concentratedLoad, .distributedLoad, .surfaceLoad, .staticProcedure, .nodePrint,
      .elementPrint, .sectionPrint, .nodeFile, .elementFile, .nodeOutput, .elementOutput, .endStep,
      .frequency, .buckle, .dynamic, .modalDynamic, .steadyStateDynamics, .modalDamping,
      .baseMotion,
      .temperature, .concentratedFlux, .distributedFlux, .film, .radiation, .heatTransfer,
      .coupledTemperature, .uncoupledTemperature, .controls:
      .step
    case .boundary, .nodeSet, .elementSet, .step, .equation: .both
    }
  }

  /// The parameters that are read, in the order of their documentation.
  var parameters: [String] {
    switch self {
    case .heading, .density, .endStep, .nodalThickness, .normal: []
    case .meshFile: ["INPUT", "TYPE"]
    case .node: ["NSET"]
    case .element: ["TYPE", "ELSET"]
    case .nodeSet: ["NSET", "GENERATE", "ELSET", "UNSORTED"]
    case .elementSet: ["ELSET", "GENERATE", "UNSORTED"]
    case .surface: ["NAME", "TYPE"]
    case .material: ["NAME"]
    case .elastic: ["TYPE"]
    case .orientation: ["NAME", "SYSTEM", "DEFINITION"]
    case .distribution: ["NAME"]
    case .solidSection: ["ELSET", "MATERIAL", "ORIENTATION", "NODALTHICKNESS", "OFFSET"]
    case .shellSection, .membraneSection:
      ["ELSET", "MATERIAL", "ORIENTATION", "OFFSET", "NODALTHICKNESS"]
    case .beamSection:
      ["ELSET", "MATERIAL", "ORIENTATION", "SECTION", "OFFSET1", "OFFSET2", "NODALTHICKNESS"]
    case .amplitude: ["NAME", "TIME"]
    case .transform: ["NSET", "TYPE"]
    case .equation: ["REMOVE", "REMOVEALL"]
    case .multipoint, .kinematic: []
    case .rigidBody: ["NSET", "PINNSET", "ELSET", "REFNODE", "ROTNODE"]
    case .coupling: ["REFNODE", "SURFACE", "ORIENTATION", "CONSTRAINTNAME"]
    case .distributing: ["CYCLICSYMMETRY"]
    case .distributingCoupling: ["ELSET"]
    case .preTension: ["SURFACE", "ELEMENT", "NODE"]
    case .tie: ["NAME", "ADJUST", "POSITIONTOLERANCE", "CYCLICSYMMETRY"]
    case .cyclicSymmetry: ["N", "NGRAPH", "TIE", "ELSET", "CHECK"]
    case .spring: ["ELSET", "NONLINEAR", "ORIENTATION"]
    case .dashpot, .mass: ["ELSET"]
    case .surfaceInteraction: ["NAME"]
    case .surfaceBehavior: ["PRESSURE-OVERCLOSURE"]
    case .friction: []
    case .boundary: ["OP", "FIXED", "AMPLITUDE", "TIMEDELAY", "LOADCASE"]
    case .concentratedLoad, .distributedLoad, .surfaceLoad:
      ["OP", "AMPLITUDE", "TIMEDELAY", "LOADCASE"]
    case .step: ["INC", "INCF", "NLGEOM", "AMPLITUDE", "PERTURBATION", "THERMALNETWORK"]
    case .staticProcedure: ["DIRECT", "SOLVER"]
    case .nodePrint: ["NSET", "TOTALS", "GLOBAL", "FREQUENCY", "FREQUENCYF", "TIMEPOINTS"]
    case .elementPrint: ["ELSET", "TOTALS", "GLOBAL", "FREQUENCY", "FREQUENCYF", "TIMEPOINTS"]
    case .sectionPrint: ["SURFACE", "NAME", "FREQUENCY", "FREQUENCYF", "TIMEPOINTS"]
    case .nodeFile, .nodeOutput, .elementFile, .elementOutput:
      [
        "FREQUENCY", "FREQUENCYF", "OUTPUT", "GLOBAL", "TIMEPOINTS", "NSET", "ELSET", "POSITION",
        "LASTITERATIONS", "SECTIONFORCES",
      ]
    case .frequency: ["SOLVER", "STORAGE", "GLOBAL", "CYCMPC"]
    case .buckle: ["SOLVER"]
    case .dynamic: ["ALPHA", "DIRECT", "SOLVER", "EXPLICIT"]
    case .modalDynamic: ["SOLVER", "DIRECT", "DELTMX", "STEADYSTATE"]
    case .steadyStateDynamics: ["HARMONIC", "SOLVER"]
    case .damping: ["ALPHA", "BETA", "STRUCTURAL"]
    case .modalDamping: ["RAYLEIGH"]
    case .baseMotion: ["DOF", "AMPLITUDE", "TYPE", "LOADCASE", "OP"]
    case .initialConditions: ["TYPE"]
    case .timePoints: ["NAME", "TIME", "GENERATE"]
    case .temperature: ["OP", "AMPLITUDE", "TIMEDELAY"]
    case .concentratedFlux, .distributedFlux: ["OP", "AMPLITUDE", "TIMEDELAY"]
    case .film: ["OP", "AMPLITUDE", "FILMAMPLITUDE", "TIMEDELAY", "FILMTIMEDELAY"]
    case .radiation:
      ["OP", "AMPLITUDE", "RADIATIONAMPLITUDE", "TIMEDELAY", "RADIATIONTIMEDELAY", "ENVNODE"]
    case .heatTransfer:
      ["STEADYSTATE", "DIRECT", "SOLVER", "DELTMX", "TIMERESET", "TOTALTIMEATSTART"]
    case .coupledTemperature, .uncoupledTemperature:
      ["STEADYSTATE", "DIRECT", "SOLVER", "DELTMX", "TIMERESET", "TOTALTIMEATSTART"]
    case .controls: ["PARAMETERS", "RESET"]
    case .expansion: ["TYPE", "ZERO"]
    case .conductivity: ["TYPE"]
    case .specificHeat: []
    case .physicalConstants:
      ["ABSOLUTEZERO", "STEFANBOLTZMANN", "NEWTONGRAVITY"]
    case .preprint: ["ECHO", "HISTORY", "MODEL", "CONTACT"]
    }
  }
}
