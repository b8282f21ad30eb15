import LinearAlgebra

/// Transient steps by superposition of modes (`*MODAL DYNAMIC`).
extension Analysis {
  mutating func runModalDynamic(
    _ step: Step, _ request: ModalDynamicRequest
  ) throws(AnalysisError) {
    let model = try modalModel(step)
    beginAfterModes(step)
    let loads = try ModalLoads(deck, step, model, state)
    let isSteady = request.steadyTolerance != nil
    var increments = IncrementSequence(
      request.increments, period: isSteady ? .greatestFiniteMagnitude : step.period,
      timePoints: step.printTimes ?? [], evenCount: 1)
    var integration = ModalIntegration(
      model, step.modalDamping.rayleigh ?? deck.damping,
      amplitudes: model.basis.amplitudes(of: state.displacements),
      rates: model.basis.amplitudes(of: state.velocities),
      forces: try loads.begin(request.increments.initial))
    var (number, size, largest) = (0, request.increments.initial, 0.0)
    var isEnough = false
    while !isEnough, var increment = increments.next() {
      number += 1
      try checkLimit(step, number)
      if !request.increments.isFixed {
        let excess = loads.change(to: increment.end) / request.largestForceChange
        if excess > 1 { increment = increments.shorten(increment, to: 1 / excess) }
      }
      size = increment.size
      integration.advance(size, to: try loads.move(to: increment.end, size))
      isEnough = try report(increment, number, of: step)
      let isPrinted = step.prints(increment, number) || isEnough
      if isPrinted || isSteady { take(integration, loads, size) }
      if isPrinted {
        try emitState(
          step, model.basis.system, number, stepTime: increment.end, model.basis)
      }
      if let tolerance = request.steadyTolerance {
        let now = state.displacements.reduce(0) { max($0, abs($1)) }
        if abs(now - largest) < tolerance * now { break }
        largest = now
      }
      loads.step()
    }
    state.forces = LoadVector(deck: deck).forces(of: step)
  }

  /// As in CalculiX, a step that follows a computation of modes starts from rest.
  private mutating func beginAfterModes(_ step: Step) {
    guard step.number >= 2 else { return }
    switch deck.steps[step.number - 2].procedure {
    case .frequency, .buckling:
      state.displacements = state.displacements.map { _ in 0 }
      state.velocities = state.displacements
    case .linearStatic, .heatTransfer, .temperatureDisplacement, .dynamic, .modalDynamic,
      .steadyState:
      return
    }
  }

  /// The modes of the last frequency step with this step's damping.
  func modalModel(_ step: Step) throws(AnalysisError) -> ModalModel {
    guard let basis = state.modes else { throw .noFrequencyStep(step.place) }
    return try ModalModel(deck, basis, step.modalDamping)
  }

  private mutating func take(
    _ integration: ModalIntegration, _ loads: ModalLoads, _ size: Double
  ) {
    state.displacements = loads.displacements(integration.amplitudes)
    state.velocities = loads.velocities(integration.rates, size)
  }
}

extension ModalBasis {
  /// Φᵀ M u: how much each mode takes part in displacements or velocities of all freedoms.
  func amplitudes(of full: [Double]) -> [Double] {
    projected(mass.multiplied(by: system.unknowns(of: full)))
  }
}
