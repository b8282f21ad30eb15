import Base

/// Which method solves the equations of a linear step, and why.
package struct SolverChoice: Equatable, Sendable {
  package enum Method: String, Sendable {
    /// Sparse Cholesky factorisation.
    case direct
    /// Conjugate gradients, preconditioned by p-multigrid over the corner nodes.
    case polynomialMultigrid = "p-multigrid"
    /// Conjugate gradients, preconditioned by smoothed aggregation.
    case algebraicMultigrid = "algebraic multigrid"
    /// The same with an assembled matrix, which may have constraints.
    case assembledMultigrid = "algebraic multigrid with an assembled matrix"
  }

  package let method: Method
  /// One sentence, no full stop.
  package let reason: String
}

/// What the choice of a solver depends on; cheap to find out.
package struct SolverFacts: Equatable, Sendable {
  package var equations = 0
  /// Unknowns of a node: three displacements or one temperature.
  package var components = 3
  /// Right-hand sides with the same matrix.
  package var rightHandSides = 1
  /// Why the matrix has to be assembled; nil when it need not be.
  package var obstacle: String?
  /// Whether there are nodes between corners.
  package var isQuadratic = false
  /// Longest over shortest side that nine of ten elements stay below.
  package var aspectRatio = 1.0
  /// Length of the body over the side of its mean cross-section.
  package var slenderness = 1.0
  /// Length of the body over its thickness, were it a plate in the box around it.
  package var flatness = 1.0
  /// Elements along the length of the body.
  package var elementsAlong = 1.0
  /// Largest over smallest stiffness of the material among all strains of equal size; 3.25 for
  /// Poisson's ratio 0.3.
  package var stiffnessRatio = 3.25
  /// Memory that was promised, in bytes; nil when there is no limit.
  package var memory: Double?
  package var request: Request = .none

  /// A method that job or deck ask for, and in words who does.
  package enum Request: Equatable, Sendable {
    case none
    case direct(String)
    case iterative(String)

    /// The job's wish goes before the deck's.
    ///
    /// - Parameter card: the value of `SOLVER=` on the procedure card.
    package init(card: String?, _ wish: SolverSettings.Wish = .auto) {
      switch wish {
      case .auto: self = Self.asked(card)
      case .direct: self = .direct("the job asks for a direct solver")
      case .iterative: self = .iterative("the job asks for an iterative solver")
      }
    }

    private static func asked(_ card: String?) -> Request {
      guard let card, !card.isEmpty, card != "DEFAULT" else { return .none }
      let reason = "the deck asks for SOLVER=\(card)"
      return card.hasPrefix("ITERATIVE") ? .iterative(reason) : .direct(reason)
    }
  }

  package init() {}
}

// Models of the cost, fitted to blocks and brackets of 10 000 to 1 000 000 equations, and to plates of 2 and 4 layers
// with a length of 10 to 100 thicknesses.
extension SolverFacts {
  /// Thinner bodies bend, which corner nodes alone hardly can.
  fileprivate static let flatnessBend = 20.0

  /// Expected iterations of conjugate gradients to a residual of 1e-8.
  package var expectedIterations: Double {
    if components == 1 { return 12 * max(1, aspectRatio).squareRoot() }
    let least = obstacle != nil && isQuadratic ? 40.0 : 15.0
    return least * max(1, aspectRatio) * max(1, stiffnessRatio / 3.25).squareRoot()
      * max(1, flatness / Self.flatnessBend)
  }

  /// Unknowns of the largest front, the middle cut through the body.
  private var front: Double { Double(equations) / max(1, elementsAlong) }

  /// Processor seconds of order, assembly, factor and solution.
  package var directSeconds: Double {
    if components == 1 { return directHeatSeconds }
    let perSolution = 25 * front * front * max(12, 0.4 * elementsAlong) * 1e-10
    return 8.5 * front * front * front / 30e9 + 1.3e-5 * Double(equations)
      + Double(rightHandSides) * perSolution
  }

  private var directHeatSeconds: Double {
    let perSolution = 25 * front * front * max(12, 0.4 * elementsAlong) * 1e-10
    return 8.5 * front * front * front / 30e9 + 1.5e-5 * Double(equations)
      + Double(rightHandSides) * perSolution
  }

  /// Bytes of the factor.
  package var directBytes: Double { 10 * front * front * max(12, 0.4 * elementsAlong) }

  /// Bytes of the whole analysis with a factor: the factor, its largest fronts, matrix and mesh.
  package var directMemory: Double { 6e7 + 1.2 * directBytes + 2500 * Double(equations) }

  /// The same for Lanczos with a factor; about three solutions for a mode.
  package var directModesSeconds: Double {
    var facts = self
    facts.rightHandSides = 3 * rightHandSides + 20
    return facts.directSeconds
  }

  /// Processor seconds to find modes without a factor; vectors are made orthogonal to all others.
  package var iterativeModesSeconds: Double {
    let modes = Double(rightHandSides + 4)
    let steps = modes * max(10, 0.7 * expectedIterations)
    return Double(equations) * (3e-6 + steps * (0.25e-6 + 2e-9 * modes))
  }

  /// Processor seconds of set-up and iterations.
  package var iterativeSeconds: Double {
    let steps = Double(rightHandSides) * expectedIterations
    if components == 1 { return Double(equations) * (4e-6 + steps * 0.12e-6) }
    guard obstacle != nil else { return Double(equations) * (3e-6 + steps * 0.25e-6) }
    return Double(equations) * (3e-5 + steps * (isQuadratic ? 1e-6 : 0.4e-6))
  }
}

extension SolverChoice {
  /// Below, the factorisation takes a fraction of a second, and is exact.
  static let fewEquations = 12_000
  /// The same where the matrix has to be assembled anyway.
  static let fewAssembledEquations = 100_000
  /// The same for temperatures.
  static let fewTemperatures = 50_000
  /// More iterations are expected to fail.
  static let mostIterations = 150.0
  static let mostSlender = 40.0

  package init(_ facts: SolverFacts) {
    let iterative: Method =
      if facts.obstacle != nil || facts.components == 1 {
        .assembledMultigrid
      } else if facts.isQuadratic {
        .polynomialMultigrid
      } else {
        .algebraicMultigrid
      }
    self =
      switch facts.request {
      case .direct(let reason): SolverChoice(method: .direct, reason: reason)
      case .iterative(let reason): SolverChoice(method: iterative, reason: reason)
      case .none: Self.automatic(facts, iterative)
      }
  }

  /// The choice for modes: Lanczos with a factor, or iterations on the body's operators.
  package static func modal(_ facts: SolverFacts) -> SolverChoice {
    if case .direct(let reason) = facts.request { return .direct(reason) }
    if let obstacle = facts.obstacle { return .direct(obstacle) }
    let method: Method = facts.isQuadratic ? .polynomialMultigrid : .algebraicMultigrid
    if case .iterative(let reason) = facts.request {
      return SolverChoice(method: method, reason: reason)
    }
    if facts.equations < fewEquations { return .direct("there are few equations") }
    if facts.slenderness > mostSlender { return .direct("the body is slender") }
    if facts.expectedIterations > mostIterations {
      return .direct("the elements or the material make iterations slow")
    }
    if facts.iterativeModesSeconds > facts.directModesSeconds {
      return .direct("one factor serves \(facts.rightHandSides) modes")
    }
    return SolverChoice(method: method, reason: "the body is solid and its elements well shaped")
  }

  /// The direct method for a reason.
  static func direct(_ reason: String) -> SolverChoice {
    SolverChoice(method: .direct, reason: reason)
  }

  private static func automatic(_ facts: SolverFacts, _ iterative: Method) -> SolverChoice {
    let few =
      if facts.components == 1 {
        fewTemperatures
      } else {
        facts.obstacle == nil ? fewEquations : fewAssembledEquations
      }
    if facts.equations < few {
      return SolverChoice(method: .direct, reason: "there are few equations")
    }
    if let memory = facts.memory, facts.directMemory > memory {
      let needed = ByteCount(Int64(min(facts.directMemory, 1e18)))
      let promised = ByteCount(Int64(min(memory, 1e18)))
      return SolverChoice(
        method: iterative, reason: "the factor would take about \(needed), the job has \(promised)")
    }
    if facts.slenderness > mostSlender {
      return SolverChoice(method: .direct, reason: "the body is slender")
    }
    if facts.expectedIterations > mostIterations {
      return SolverChoice(
        method: .direct,
        reason: facts.aspectRatio > 4
          ? "the elements are long and thin"
          : facts.flatness > SolverFacts.flatnessBend
            ? "the body is thin" : "the material is nearly incompressible")
    }
    if facts.iterativeSeconds > facts.directSeconds {
      return SolverChoice(
        method: .direct,
        reason: facts.rightHandSides > 1
          ? "one factor serves \(facts.rightHandSides) load cases" : "the factor is cheap")
    }
    return SolverChoice(method: iterative, reason: "the body is solid and its elements well shaped")
  }
}
