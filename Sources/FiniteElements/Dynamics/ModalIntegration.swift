/// Amplitudes of modes and their rates, advanced from increment to increment.
struct ModalIntegration {
  private enum Motion {
    case single([ModalOscillator])
    case coupled(CoupledModes)
  }

  private var motion: Motion
  private(set) var amplitudes: [Double]
  private(set) var rates: [Double]
  /// The modal forces at the present time.
  private var forces: [Double]

  /// - Parameters:
  ///   - rayleigh: the damping of all modes where dashpots couple them.
  ///   - forces: modal forces at the beginning.
  init(
    _ model: ModalModel, _ rayleigh: RayleighDamping, amplitudes: [Double], rates: [Double],
    forces: [Double]
  ) {
    self.amplitudes = amplitudes
    self.rates = rates
    self.forces = forces
    guard var damping = model.dashpots else {
      motion = .single(
        zip(model.omegas, model.ratios).map { ModalOscillator(omega: $0, ratio: $1) })
      return
    }
    for (mode, omega) in model.omegas.enumerated() {
      damping[(model.count + 1) * mode] += rayleigh.alpha + rayleigh.beta * omega * omega
    }
    motion = .coupled(CoupledModes(omegas: model.omegas, damping: damping))
  }

  /// Advances by `dt`, during which the forces change linearly to `last`.
  mutating func advance(_ dt: Double, to last: [Double]) {
    switch motion {
    case .single(let oscillators):
      for (mode, oscillator) in oscillators.enumerated() {
        (amplitudes[mode], rates[mode]) = oscillator.advanced(
          amplitudes[mode], rates[mode], dt, from: forces[mode], to: last[mode])
      }
    case .coupled(var modes):
      modes.advance(&amplitudes, &rates, dt, from: forces, to: last)
      motion = .coupled(modes)
    }
    forces = last
  }
}
