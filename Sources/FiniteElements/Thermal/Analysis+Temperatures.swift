/// Temperatures in mechanical steps.
extension Analysis {
  /// What the present temperatures do to the bodies; nil when that is nothing.
  func thermalState() -> ThermalState? {
    guard state.hasTemperatures else { return nil }
    return ThermalState(
      deck, temperatures: state.temperatures, initial: deck.initialTemperatureField)
  }

  /// The elastic constants for small motions, which feel no thermal strain; nil where the constants do not
  /// depend on temperature.
  func heatedConstants(in step: Step) -> ThermalState? {
    let temperatures = temperatures(in: step)
    guard state.hasTemperatures, deck.sections.contains(where: \.hasVariableElasticity) else {
      return nil
    }
    return ThermalState(deck, temperatures: temperatures, initial: temperatures)
  }

  /// The temperatures that decide on elastic constants and densities in a step.
  ///
  /// As in CalculiX, modes forget what earlier steps did, temperatures included, unless their step is a
  /// perturbation.
  func temperatures(in step: Step) -> [Double] {
    switch step.procedure {
    case .frequency, .buckling:
      step.isPerturbation ? state.temperatures : deck.initialTemperatureField
    case .modalDynamic, .steadyState:
      state.modes?.temperatures ?? state.temperatures
    case .linearStatic, .heatTransfer, .temperatureDisplacement, .dynamic: state.temperatures
    }
  }

  /// Takes the temperatures that a static or dynamic step gives (`*TEMPERATURE`) at its end.
  mutating func takeTemperatures(of step: Step) {
    switch step.procedure {
    case .linearStatic, .dynamic: break
    case .heatTransfer, .temperatureDisplacement, .modalDynamic, .steadyState, .frequency,
      .buckling:
      return
    }
    if step.beginsAtInitialTemperatures { state.temperatures = deck.initialTemperatureField }
    guard !step.temperatures.isEmpty else { return }
    for (node, value) in step.temperatures {
      switch value {
      case .value(let temperature, let course):
        let factor = course.factor(stepTime: step.period, totalTime: step.endTime) ?? 1
        state.temperatures[node] = factor * temperature
      case .held: continue
      }
    }
    state.hasTemperatures = true
  }
}

extension Deck {
  /// Initial temperatures by node, zero where none are given.
  var initialTemperatureField: [Double] {
    var field = [Double](repeating: 0, count: mesh.nodeCount)
    for (node, temperature) in initialTemperatures { field[node] = temperature }
    return field
  }
}
