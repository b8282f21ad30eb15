/// Every card the reader knows: one line here, one among the handlers of the reader it is for.
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
}

extension CardKind {
  /// Where a card may stand, and the parameters that are read, in the order of their documentation.
  struct Facts {
    let level: Level
    let parameters: [String]

    init(_ level: Level, _ parameters: String...) {
      self.level = level
      self.parameters = parameters
    }

    init(_ level: Level, _ parameters: [String]) {
      self.level = level
      self.parameters = parameters
    }
  }

  enum Level { case model, step, both }

  var level: Level { facts.level }
  var parameters: [String] { facts.parameters }

  private static let fileParameters = [
    "FREQUENCY", "FREQUENCYF", "OUTPUT", "GLOBAL", "TIMEPOINTS", "NSET", "ELSET", "POSITION",
    "LASTITERATIONS", "SECTIONFORCES",
  ]
  private static let heatParameters = [
    "STEADYSTATE", "DIRECT", "SOLVER", "DELTMX", "TIMERESET", "TOTALTIMEATSTART",
  ]

  var facts: Facts {
    switch self {
    case .heading: Facts(.model)
    case .meshFile: Facts(.model, "INPUT", "TYPE")
    case .node: Facts(.model, "NSET")
    case .element: Facts(.model, "TYPE", "ELSET")
    case .nodeSet: Facts(.both, "NSET", "GENERATE", "ELSET", "UNSORTED")
    case .elementSet: Facts(.both, "ELSET", "GENERATE", "UNSORTED")
    case .surface: Facts(.both, "NAME", "TYPE")
    case .material: Facts(.model, "NAME")
    case .elastic: Facts(.model, "TYPE")
    case .density: Facts(.model)
    case .orientation: Facts(.both, "NAME", "SYSTEM", "DEFINITION")
    case .distribution: Facts(.model, "NAME")
    case .amplitude: Facts(.both, "NAME", "TIME", "SHIFTX", "SHIFTY")
    case .solidSection:
      Facts(.model, "ELSET", "MATERIAL", "ORIENTATION", "NODALTHICKNESS", "OFFSET")
    case .shellSection:
      Facts(.model, "ELSET", "MATERIAL", "ORIENTATION", "OFFSET", "NODALTHICKNESS", "COMPOSITE")
    case .membraneSection:
      Facts(.model, "ELSET", "MATERIAL", "ORIENTATION", "OFFSET", "NODALTHICKNESS")
    case .beamSection:
      Facts(
        .model, "ELSET", "MATERIAL", "ORIENTATION", "SECTION", "OFFSET1", "OFFSET2",
        "NODALTHICKNESS")
    case .nodalThickness: Facts(.model)
    case .normal: Facts(.model)
    case .transform: Facts(.model, "NSET", "TYPE")
    case .equation: Facts(.both, "REMOVE", "REMOVEALL")
    case .multipoint: Facts(.model)
    case .rigidBody: Facts(.model, "NSET", "PINNSET", "ELSET", "REFNODE", "ROTNODE")
    case .coupling: Facts(.model, "REFNODE", "SURFACE", "ORIENTATION", "CONSTRAINTNAME")
    case .kinematic: Facts(.model)
    case .distributing: Facts(.model, "CYCLICSYMMETRY")
    case .distributingCoupling: Facts(.model, "ELSET")
    case .preTension: Facts(.model, "SURFACE", "ELEMENT", "NODE")
    case .tie: Facts(.model, "NAME", "ADJUST", "POSITIONTOLERANCE", "CYCLICSYMMETRY")
    case .cyclicSymmetry: Facts(.model, "N", "NGRAPH", "TIE", "ELSET", "CHECK")
    case .spring: Facts(.model, "ELSET", "NONLINEAR", "ORIENTATION")
    case .dashpot: Facts(.model, "ELSET")
    case .mass: Facts(.model, "ELSET")
    case .boundary: Facts(.both, "OP", "FIXED", "AMPLITUDE", "TIMEDELAY", "LOADCASE")
    case .concentratedLoad: Facts(.step, "OP", "AMPLITUDE", "TIMEDELAY", "LOADCASE")
    case .distributedLoad: Facts(.step, "OP", "AMPLITUDE", "TIMEDELAY", "LOADCASE")
    case .surfaceLoad: Facts(.step, "OP", "AMPLITUDE", "TIMEDELAY", "LOADCASE")
    case .step: Facts(.both, "INC", "INCF", "NLGEOM", "AMPLITUDE", "PERTURBATION", "THERMALNETWORK")
    case .staticProcedure: Facts(.step, "DIRECT", "SOLVER", "TIMERESET", "TOTALTIMEATSTART")
    case .frequency: Facts(.step, "SOLVER", "STORAGE", "GLOBAL", "CYCMPC")
    case .buckle: Facts(.step, "SOLVER")
    case .nodePrint:
      Facts(.step, "NSET", "TOTALS", "GLOBAL", "FREQUENCY", "FREQUENCYF", "TIMEPOINTS")
    case .elementPrint:
      Facts(.step, "ELSET", "TOTALS", "GLOBAL", "FREQUENCY", "FREQUENCYF", "TIMEPOINTS")
    case .sectionPrint: Facts(.step, "SURFACE", "NAME", "FREQUENCY", "FREQUENCYF", "TIMEPOINTS")
    case .nodeFile, .elementFile, .nodeOutput, .elementOutput: Facts(.step, Self.fileParameters)
    case .endStep: Facts(.step)
    case .temperature: Facts(.step, "OP", "AMPLITUDE", "TIMEDELAY")
    case .concentratedFlux: Facts(.step, "OP", "AMPLITUDE", "TIMEDELAY")
    case .distributedFlux: Facts(.step, "OP", "AMPLITUDE", "TIMEDELAY")
    case .film: Facts(.step, "OP", "AMPLITUDE", "FILMAMPLITUDE", "TIMEDELAY", "FILMTIMEDELAY")
    case .radiation:
      Facts(
        .step, "OP", "AMPLITUDE", "RADIATIONAMPLITUDE", "TIMEDELAY", "RADIATIONTIMEDELAY", "ENVNODE"
      )
    case .heatTransfer, .coupledTemperature, .uncoupledTemperature:
      Facts(.step, Self.heatParameters)
    case .controls: Facts(.both, "PARAMETERS", "RESET")
    case .dynamic:
      Facts(.step, "ALPHA", "DIRECT", "SOLVER", "EXPLICIT", "TIMERESET", "TOTALTIMEATSTART")
    case .modalDynamic: Facts(.step, "SOLVER", "DIRECT", "DELTMX", "STEADYSTATE")
    case .steadyStateDynamics: Facts(.step, "HARMONIC", "SOLVER")
    case .damping: Facts(.model, "ALPHA", "BETA", "STRUCTURAL")
    case .modalDamping: Facts(.step, "RAYLEIGH")
    case .baseMotion: Facts(.step, "DOF", "AMPLITUDE", "TYPE", "LOADCASE", "OP")
    case .initialConditions: Facts(.model, "TYPE")
    case .timePoints: Facts(.model, "NAME", "TIME", "GENERATE")
    case .expansion: Facts(.model, "TYPE", "ZERO")
    case .conductivity: Facts(.model, "TYPE")
    case .specificHeat: Facts(.model)
    case .physicalConstants: Facts(.model, "ABSOLUTEZERO", "STEFANBOLTZMANN", "NEWTONGRAVITY")
    case .preprint: Facts(.model, "ECHO", "HISTORY", "MODEL", "CONTACT")
    case .surfaceInteraction: Facts(.model, "NAME")
    case .surfaceBehavior: Facts(.model, "PRESSURE-OVERCLOSURE")
    case .friction: Facts(.model)
    }
  }
}
