import LinearAlgebra

/// Integrates M a + C v + K u = f step by step with the Hilber-Hughes-Taylor method.
///
/// The balance of an increment is
/// M a₁ + (1+α)(C v₁ + K u₁ − f₁) − α (C v₀ + K u₀ − f₀) = 0. The factor of
/// M + β dt² (1+α) K + γ dt (1+α) C is kept as long as dt stays the same.
struct DirectIntegration: ~Copyable {
  private let matrices: DynamicMatrices
  private let newmark: Newmark
  /// Of the unknowns.
  private(set) var motion: Motion
  /// f − K u at the end of the last increment.
  private var excess: [Double]
  /// C v at the end of the last increment.
  private var drag: [Double]
  private var factor: SystemFactor
  private var factoredSize = 0.0
  private(set) var factorisations = 1

  /// Starts with the accelerations that the loads at the beginning cause.
  ///
  /// As in CalculiX a little stiffness is added to the mass for this, that of a tenth of the first
  /// increment, so that sudden loads do not set off the stiffest motions. Elements with reduced
  /// integration take part in that with full integration, and damping takes none.
  /// - Parameters:
  ///   - displacements, velocities: of the unknowns.
  ///   - load: forces on the unknowns, less K g before prescribed displacements jump.
  init(
    _ matrices: DynamicMatrices, _ newmark: Newmark, firstIncrement: Double,
    displacements: [Double], velocities: [Double], load: [Double]
  ) throws(AnalysisError) {
    var factor = try SystemFactor(matrices.system)
    let dt = firstIncrement / 10
    try factor.factorise(
      matrices.starting(stiffnessFactor: newmark.beta * dt * dt * (1 + newmark.alpha)))
    let resistance = matrices.stiffness.multiplied(by: displacements)
    let excess = load.indices.map { load[$0] - resistance[$0] }
    let accelerations = try factor.solve(excess)
    self.matrices = matrices
    self.newmark = newmark
    self.excess = excess
    self.factor = factor
    drag = [Double](repeating: 0, count: load.count)
    motion = Motion(
      displacements: displacements, velocities: velocities, accelerations: accelerations)
  }

  /// Takes note that prescribed displacements jump at the beginning, which adds forces.
  mutating func jump(by forces: [Double]) {
    for entry in excess.indices { excess[entry] += forces[entry] }
  }

  /// Advances by `dt`.
  ///
  /// - Parameter load: forces on the unknowns at the increment's end, less K g there.
  mutating func advance(_ dt: Double, load: [Double]) throws(AnalysisError) {
    let share = 1 + newmark.alpha
    if abs(dt - factoredSize) > 1e-9 * dt {
      try factor.factorise(
        matrices.combined(
          stiffnessFactor: newmark.beta * dt * dt * share,
          dampingFactor: newmark.gamma * dt * share))
      factoredSize = dt
      factorisations += 1
    }
    newmark.predict(&motion, dt)
    let resistance = matrices.stiffness.multiplied(by: motion.displacements)
    var residual = load.indices.map {
      share * (load[$0] - resistance[$0]) - newmark.alpha * excess[$0]
    }
    if let damping = matrices.damping {
      let predicted = damping.multiplied(by: motion.velocities)
      for entry in residual.indices {
        residual[entry] -= share * predicted[entry] - newmark.alpha * drag[entry]
      }
    }
    newmark.correct(&motion, by: try factor.solve(residual), dt)
    let force = matrices.stiffness.multiplied(by: motion.displacements)
    for entry in load.indices { excess[entry] = load[entry] - force[entry] }
    if let damping = matrices.damping { drag = damping.multiplied(by: motion.velocities) }
  }
}
