import LinearAlgebra

/// Stiffness, mass and damping of the unknowns of a deck, and what prescribed freedoms add.
struct DynamicMatrices {
  let system: LinearSystem
  let stiffness: SymmetricMatrix
  private(set) var mass: SymmetricMatrix
  /// nil without damping.
  private(set) var damping: SymmetricMatrix?
  private let stiffnessOperator: StiffnessOperator
  /// With the points of the mass.
  private let fullOperator: StiffnessOperator
  private let hourglass: HourglassOperator?

  /// The damping of the deck adds alpha M + beta K to what dashpots bring.
  ///
  /// - Parameter temperatures: by node; densities may depend on them.
  init(
    _ deck: Deck, _ thermal: ThermalState?, _ system: LinearSystem, _ temperatures: [Double],
    _ observer: Observer
  ) throws(AnalysisError) {
    self.system = system
    stiffnessOperator = StiffnessOperator(deck, thermal: thermal)
    fullOperator = StiffnessOperator(deck, thermal: thermal, isFull: true)
    hourglass = HourglassOperator(deck)
    stiffness = try system.assemble(stiffnessOperator, isCancelled: observer.isCancelled)
    mass = try system.assemble(
      MassOperator(deck, rule: .exact, temperatures: temperatures),
      isCancelled: observer.isCancelled)
    let rayleigh = deck.damping
    let dashpots = DashpotOperator(deck)
    guard !dashpots.discretes.isEmpty || !rayleigh.isZero else {
      damping = nil
      return
    }
    var sum =
      dashpots.discretes.isEmpty
      ? SymmetricMatrix(pattern: system.pattern) : try system.assemble(dashpots)
    sum.add(rayleigh.alpha, times: mass)
    sum.add(rayleigh.beta, times: stiffness)
    damping = sum
  }

  /// The forces K g on the unknowns that displacements of the other freedoms cause.
  ///
  /// - Parameter prescribed: by freedom.
  func pull(of prescribed: [Double]) -> [Double] {
    guard prescribed.contains(where: { $0 != 0 }) else {
      return [Double](repeating: 0, count: system.equationCount)
    }
    return system.reduce(system.apply(stiffnessOperator, system.expand([], prescribed: prescribed)))
  }

  /// M + stiffnessFactor K, where K is integrated with the points of M; as in CalculiX each of the
  /// eight points of C3D8R brings the whole control of hourglass modes.
  func starting(stiffnessFactor: Double) throws(AnalysisError) -> SymmetricMatrix {
    var stiffness = try system.assemble(fullOperator)
    if let hourglass { stiffness.add(7, times: try system.assemble(hourglass)) }
    return withStiffness(stiffness, stiffnessFactor)
  }

  /// The same with all masses by their full rules.
  ///
  /// One row of S8R has a motion that by the points of the stiffness has neither stiffness nor mass.
  func withFullMass(_ temperatures: [Double]) throws(AnalysisError) -> DynamicMatrices {
    var full = self
    full.mass = try system.assemble(
      MassOperator(system.deck, rule: .full, temperatures: temperatures))
    full.damping?.add(system.deck.damping.alpha, times: full.mass)
    full.damping?.add(-system.deck.damping.alpha, times: mass)
    return full
  }

  private func withStiffness(_ stiffness: SymmetricMatrix, _ factor: Double) -> SymmetricMatrix {
    var sum = mass
    sum.add(factor, times: stiffness)
    return sum
  }

  /// M + stiffnessFactor K + dampingFactor C.
  func combined(stiffnessFactor: Double, dampingFactor: Double) -> SymmetricMatrix {
    var sum = withStiffness(stiffness, stiffnessFactor)
    if let damping { sum.add(dampingFactor, times: damping) }
    return sum
  }
}

/// The damping of dashpots.
struct DashpotOperator: ElementOperator {
  let deck: Deck

  init(_ deck: Deck) { self.deck = deck }

  final class Workspace {}

  var components: Int { 3 }
  func makeWorkspace() -> Workspace { Workspace() }

  func fill(_ element: Int, _ workspace: Workspace, into matrix: MutableView<Double>) -> Bool {
    let count = 3 * deck.mesh.elementKinds[element].nodeCount
    for entry in 0..<(count * count) { matrix[entry] = 0 }
    return true
  }

  var discretes: [DiscreteMatrix] {
    deck.discretes.filter { !$0.damping.isEmpty }
      .map { DiscreteMatrix(freedoms: $0.freedoms, values: $0.damping) }
  }
}
