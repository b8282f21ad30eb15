import Base
import Glibc
import JobModel

/// What the solver is expected to take, from a glance at a deck.
///
/// Static steps of solid bodies are iterated, at a cost that grows with the number of equations; the other
/// procedures factor their matrix, at a cost that grows with the square and the cube of the largest front,
/// the middle cut through the body (A. George, Nested dissection, 1973).
struct SolutionEstimate {
  private let cpus: Double
  private let procedures: [DeckOutline.Procedure]
  /// What the job asks for: `auto`, `direct`, `iterative`.
  private let solver: String
  private let nodes: Double
  /// Equations of inner modes, where they are unknowns: nine for each element that has them.
  private let innerEquations: Double
  private let isQuadratic: Bool
  /// Whether the body is of solid elements without ties between displacements.
  private let isPlainSolid: Bool
  /// Layers of elements into which the smallest cut through the body would divide it.
  private let layers: Double
  private let slenderness: Double
  /// Length over thickness, as if the body were a plate in the box around it.
  private let flatness: Double
  /// A cut through a frame meets its members here and there, not all along.
  private let frontShare: Double
  private let bytesOfEquation: Double

  /// - Parameter solver: the value of the parameter `solver`.
  init(_ outline: DeckOutline, cpus: Int, solver: Value? = nil) {
    self.cpus = Double(max(cpus, 1))
    self.solver = if case .text(let name)? = solver { name } else { "auto" }
    procedures = outline.procedures.isEmpty ? [.init(name: "STATIC")] : outline.procedures
    let count = Double(max(1, outline.elements.values.reduce(0, +)))
    let expansion = outline.elements.reduce(0) { $0 + Double($1.value) * Self.growth($1.key) }
    let growth = max(1, expansion / count)
    nodes = Double(max(outline.nodes, 1)) * growth
    innerEquations = outline.elements.reduce(0) {
      Self.withInnerModes.contains($1.key) ? $0 + 9 * Double($1.value) : $0
    }
    let largest = outline.elements.max { $0.value < $1.value }?.key ?? "C3D20"
    isQuadratic =
      ["0", "0R", "5", "6", "8R"].contains { largest.hasSuffix($0) } && largest != "C3D8R"
    isPlainSolid =
      !outline.hasConstraints
      && !outline.elements.keys.contains { !$0.hasPrefix("C3D") || $0 == "C3D8I" }
    let lines = outline.elements.reduce(0) { $0 + (Self.isLine($1.key) ? Double($1.value) : 0) }
    frontShare = lines > 0.5 * count ? Measured.frontOfLines : 1
    bytesOfEquation =
      largest.hasPrefix("S") && growth > 2
      ? Measured.bytesOfShellEquation : Measured.bytesOfEquation
    let shape = outline.shape
    let sides = shape.sides
    let thickness = max(sides[2], 1e-9 * sides[0])
    let volume = sides[0] * max(sides[1], thickness) * thickness * shape.fill
    guard volume > 0 else {
      // Of nothing but surfaces a cut meets fewer elements than of a body.
      let isBody = outline.elements.keys.contains { $0.hasPrefix("C3D") }
      (layers, slenderness, flatness) = (isBody ? cbrt(count) : count.squareRoot(), 1, 1)
      return
    }
    layers = min(count, max(1, 1 / (shape.cut * cbrt(volume / count))))
    slenderness = sides[0] / (volume / sides[0]).squareRoot()
    flatness = sides[0] * sides[0] * max(sides[1], thickness) / volume
  }

  /// C3D8I, and what becomes it.
  private static let withInnerModes: Set<String> = ["C3D8I", "S4", "B31", "T2D2", "T3D2"]

  private static func isLine(_ type: String) -> Bool {
    type.hasPrefix("B3") || type.hasPrefix("T2D") || type.hasPrefix("T3D")
  }

  /// Nodes of the solids that an element becomes, for each of its own.
  private static func growth(_ type: String) -> Double {
    switch type.first {
    case "S" where !type.hasPrefix("SPRING"), "M" where type != "MASS":
      type.contains("6") || type.contains("8") ? 2.4 : 2
    case "B": 4
    case "T": 4
    default:
      type.hasPrefix("CP") || type.hasPrefix("CAX")
        ? (type.contains("6") || type.contains("8") ? 2.4 : 2) : 1
    }
  }

  var estimate: Estimate {
    var cost = Cost(seconds: Measured.start + nodes * Measured.secondsOfNode, bytes: 0)
    for (index, procedure) in procedures.enumerated() {
      // The factor or hierarchy of a static step serves the next one.
      let isRepeated = index > 0 && procedures[index - 1] == procedure && procedure.name == "STATIC"
      let one = self.cost(of: procedure)
      cost.seconds += isRepeated ? 0.4 * one.seconds : one.seconds
      cost.bytes = max(cost.bytes, one.bytes)
    }
    let bytes = Measured.margin * (Measured.baseBytes + cost.bytes)
    // Half of the work runs on all processors.
    let wall = cost.seconds * (0.4 + 0.6 / cpus)
    return Estimate(seconds: Seconds(wall), memory: ByteCount(Int64(min(bytes, 1e15))))
  }

  // MARK: Procedures

  private struct Cost {
    var seconds: Double
    var bytes: Double
  }

  private func cost(of procedure: DeckOutline.Procedure) -> Cost {
    let count = Double(procedure.count)
    switch procedure.name {
    case "STATIC": return statics(3 * nodes, procedure)
    case "FREQUENCY" where isPlainSolid && !(isDirect(procedure) ?? !isIterated(3 * nodes)):
      return modes(3 * nodes, count)
    case "FREQUENCY", "BUCKLE":
      let prestress = procedure.name == "BUCKLE" ? statics(3 * nodes, procedure).seconds : 0
      // A factor, half of one in single precision to count the modes below a shift, and four solutions
      // for each mode.
      var cost = factored(
        3 * nodes, factors: 1.5, solutions: 4 * count + 10, extraSeconds: prestress)
      cost.bytes *=
        procedure.name == "BUCKLE" ? Measured.bucklingMatrices : Measured.vibrationMatrices
      return detailed(cost, solutions: 4 * count + 10)
    case "HEATTRANSFER" where procedure.isSteady:
      return isDirect(procedure) ?? (nodes < Measured.fewTemperatures)
        ? factored(nodes, factors: 1, solutions: 1) : iterated(nodes, Measured.heat)
    case "HEATTRANSFER": return factored(nodes, factors: 1, solutions: count)
    case "DYNAMIC":
      return detailed(factored(3 * nodes, factors: 1, solutions: count), solutions: count)
    case "COUPLEDTEMPERATURE-DISPLACEMENT", "UNCOUPLEDTEMPERATURE-DISPLACEMENT":
      let heat =
        procedure.isSteady && nodes >= Measured.fewTemperatures
        ? iterated(nodes, Measured.heat) : factored(nodes, factors: 1, solutions: count)
      let stress = statics(3 * nodes, procedure)
      return Cost(
        seconds: heat.seconds + (1 + 0.4 * (count - 1)) * stress.seconds,
        bytes: heat.bytes + stress.bytes)
    // On modes that a step before has found.
    case "MODALDYNAMIC", "STEADYSTATEDYNAMICS":
      return Cost(seconds: count * nodes * Measured.secondsOfModalNode, bytes: 0)
    default: return statics(3 * nodes, procedure)
    }
  }

  private func statics(_ equations: Double, _ procedure: DeckOutline.Procedure) -> Cost {
    isDirect(procedure) ?? !isIterated(equations)
      ? factored(equations, factors: 1, solutions: 1)
      : iterated(equations, isQuadratic ? Measured.quadratic : Measured.linear)
  }

  /// Whether job or deck ask for a factor; nil where they leave it open.
  private func isDirect(_ procedure: DeckOutline.Procedure) -> Bool? {
    if solver != "auto" { return solver == "direct" }
    guard !["", "DEFAULT"].contains(procedure.solver) else { return nil }
    return !procedure.solver.hasPrefix("ITERATIVE")
  }

  private func isIterated(_ equations: Double) -> Bool {
    isPlainSolid && equations >= Measured.fewEquations && slenderness <= Measured.mostSlender
      && flatness <= Measured.mostFlat
  }

  /// Modes without a factor, but for the count's, which is in single precision.
  private func modes(_ equations: Double, _ count: Double) -> Cost {
    let counted = factored(equations, factors: 0.5, solutions: 0)
    let sought = count + 4
    return Cost(
      seconds: counted.seconds + equations * sought * Measured.secondsOfMode,
      bytes: Measured.modalBytes + 0.5 * counted.bytes + equations * 24 * (sought + 32))
  }

  private func iterated(_ equations: Double, _ rates: (seconds: Double, bytes: Double)) -> Cost {
    Cost(seconds: equations * rates.seconds, bytes: equations * rates.bytes)
  }

  /// With inner modes as unknowns: each element's are eliminated on their own and widen no front.
  private func detailed(_ cost: Cost, solutions: Double) -> Cost {
    Cost(
      seconds: cost.seconds
        + innerEquations * (5e-5 + solutions * Measured.secondsOfEquation),
      bytes: cost.bytes + innerEquations * Measured.bytesOfInnerEquation)
  }

  private func factored(
    _ equations: Double, factors: Double, solutions: Double, extraSeconds: Double = 0
  ) -> Cost {
    let front = frontShare * equations / layers
    let bytes = 10 * front * front * max(12, 0.4 * layers)
    let seconds =
      factors * (8.5 * front * front * front / Measured.operationsInSecond + 2.5e-5 * equations)
      + solutions * (bytes / Measured.bytesInSecond + equations * Measured.secondsOfEquation)
    return Cost(
      seconds: seconds + extraSeconds,
      bytes: Measured.workspace * bytes + equations * bytesOfEquation)
  }
}

/// Measured on blocks and brackets of 20 000 to 1 000 000 equations: processor seconds and bytes.
private enum Measured {
  static let start = 0.05
  /// Reading and writing.
  static let secondsOfNode = 3e-6
  static let baseBytes = 60e6
  /// Beside the mean of the measured models: what needs more than was asked for is ended.
  static let margin = 1.4

  /// For each equation of an iterated solution.
  static let quadratic = (seconds: 5.5e-6, bytes: 480.0)
  static let linear = (seconds: 1e-5, bytes: 1680.0)
  static let heat = (seconds: 7e-6, bytes: 1200.0)

  static let operationsInSecond = 30e9
  static let bytesInSecond = 4e9
  static let secondsOfEquation = 2e-7
  static let bytesOfEquation = 2500.0
  /// Each expanded node of a shell of second order hangs on those beside it.
  static let bytesOfShellEquation = 5000.0
  static let frontOfLines = 0.4
  static let bytesOfInnerEquation = 3300.0
  /// Memory of stiffness, geometric stiffness, their sum and its factor, of that of a factorisation.
  static let bucklingMatrices = 1.6
  /// The same of stiffness, mass, vectors and the factor that counts.
  static let vibrationMatrices = 1.25
  /// Buffers of the search for modes without a factor.
  static let modalBytes = 5e7
  /// Memory of a factorisation, of the factor's.
  static let workspace = 1.2
  /// For each equation and mode that is sought.
  static let secondsOfMode = 3.5e-6
  static let secondsOfModalNode = 1e-7

  static let fewEquations = 12_000.0
  static let fewTemperatures = 50_000.0
  static let mostSlender = 40.0
  /// Beyond, iterations take longer than a factor.
  static let mostFlat = 60.0
}
