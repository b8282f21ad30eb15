/// The forces on modes as functions of time, from loads and from moving supports.
final class ModalLoads {
  private let model: ModalModel
  private let loads: TransientLoads
  private let prescribed: PrescribedMotion
  /// nil when nothing is prescribed but zeros.
  private let supports: SupportMotion?
  private let count: Int
  /// Forces on the unknowns at the present time.
  private var present: [Double] = []
  private var time = 0.0

  init(
    _ deck: Deck, _ step: Step, _ model: ModalModel, _ state: AnalysisState
  ) throws(AnalysisError) {
    let system = model.basis.system
    self.model = model
    loads = TransientLoads(deck, step, before: state.forces) { system.reduce($0) }
    prescribed = PrescribedMotion(step, state.displacements)
    count = state.displacements.count
    supports =
      prescribed.isMoving
      ? try SupportMotion(
        deck, model.basis, prescribed, step.modalDamping.rayleigh ?? deck.damping,
        start: state.displacements) : nil
  }

  /// The modal forces at the beginning; the first increment will have the length `dt`.
  func begin(_ dt: Double) throws(AnalysisError) -> [Double] {
    present = loads.forces(at: 0)
    var forces = model.basis.projected(present)
    guard let supports else { return forces }
    try add(supports.forces(before: prescribed.values(at: dt), dt), to: &forces)
    supports.step()
    return forces
  }

  /// By how much the force on an unknown changes at most until `time`.
  func change(to time: Double) -> Double {
    let forces = loads.forces(at: time)
    return present.indices.reduce(0) { max($0, abs(forces[$1] - present[$1])) }
  }

  /// Goes on to `time` and returns the modal forces there.
  func move(to time: Double, _ dt: Double) throws(AnalysisError) -> [Double] {
    present = loads.forces(at: time)
    self.time = time
    var forces = model.basis.projected(present)
    guard let supports else { return forces }
    try add(supports.forces(before: prescribed.values(at: time + dt), dt), to: &forces)
    return forces
  }

  /// Displacements of all freedoms with the modes' amplitudes at the present time.
  func displacements(_ amplitudes: [Double]) -> [Double] {
    var unknowns = model.basis.superposed(amplitudes)
    if let supports { add(supports.displacements, to: &unknowns) }
    return model.basis.system.expand(
      unknowns, prescribed: prescribed.scattered(prescribed.values(at: time), count: count))
  }

  /// Velocities of all freedoms; prescribed ones by differences over `dt`.
  func velocities(_ rates: [Double], _ dt: Double) -> [Double] {
    var unknowns = model.basis.superposed(rates)
    if let supports { add(supports.velocities, to: &unknowns) }
    let (now, last) = (prescribed.values(at: time), prescribed.values(at: time - dt))
    return model.basis.system.expand(
      unknowns,
      prescribed: prescribed.scattered(zip(now, last).map { ($0 - $1) / dt }, count: count))
  }

  /// Lets the present time be the past one of the next increment.
  func step() { supports?.step() }

  private func add(_ part: [Double], to sum: inout [Double]) {
    for entry in sum.indices { sum[entry] += part[entry] }
  }
}
