import LinearAlgebra

/// The quasi-static displacements that moving supports cause, and the forces of inertia and damping
/// on the modes that go with them.
///
/// Displacements are split into b = −K⁻¹ K_g g and what modes add; the modes then feel
/// −M (b'' + α b') − β K b' [CalculiX manual, modal dynamic analysis, nonzero boundary conditions].
/// Rates are central differences over the increment.
final class SupportMotion {
  private let basis: ModalBasis
  private let motion: PrescribedMotion
  private let rayleigh: RayleighDamping
  private let stiffness: StiffnessOperator
  private let factor: SystemFactor
  private let count: Int
  /// Quasi-static displacements of the unknowns an increment before the present time.
  private var before: [Double]
  /// The same at the present time.
  private(set) var displacements: [Double]
  private var after: [Double] = []
  private(set) var velocities: [Double]
  private var values: [Double]

  /// - Parameter start: the displacements at the beginning, also taken for earlier times.
  init(
    _ deck: Deck, _ basis: ModalBasis, _ motion: PrescribedMotion, _ rayleigh: RayleighDamping,
    start: [Double]
  ) throws(AnalysisError) {
    var factor = try SystemFactor(basis.system)
    try factor.factorise(basis.stiffness)
    self.basis = basis
    self.motion = motion
    self.rayleigh = rayleigh
    self.factor = factor
    stiffness = StiffnessOperator(deck, thermal: basis.heated)
    count = start.count
    values = motion.freedoms.map { start[$0] }
    velocities = [Double](repeating: 0, count: basis.system.equationCount)
    before = velocities
    displacements = velocities
    before = try quasiStatic(values)
    displacements = before
  }

  /// The displacements of the unknowns that prescribed values, in the motion's order, cause.
  func quasiStatic(_ values: [Double]) throws(AnalysisError) -> [Double] {
    let given = motion.scattered(values, count: count)
    let system = basis.system
    let pull = system.reduce(system.apply(stiffness, system.expand([], prescribed: given)))
    return try factor.solve(pull.map { -$0 })
  }

  /// The modal forces at the present time, given the prescribed values one increment later.
  func forces(
    before next: [Double], _ dt: Double
  ) throws(AnalysisError) -> [Double] {
    after = next == values ? displacements : try quasiStatic(next)
    values = next
    velocities = after.indices.map { (after[$0] - before[$0]) / (2 * dt) }
    let inertia = after.indices.map {
      (before[$0] - 2 * displacements[$0] + after[$0]) / (dt * dt)
        + rayleigh.alpha * velocities[$0]
    }
    let mass = basis.mass.multiplied(by: inertia)
    let resistance = basis.stiffness.multiplied(by: velocities.map { rayleigh.beta * $0 })
    return basis.projected(mass.indices.map { -mass[$0] - resistance[$0] })
  }

  /// Moves the present time on to the next increment's end.
  func step() {
    before = displacements
    displacements = after
  }
}
