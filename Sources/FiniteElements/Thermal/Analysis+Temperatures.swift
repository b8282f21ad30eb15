/// Temperatures in mechanical steps.
extension Analysis {
  /// What the present temperatures do to the bodies; nil when that is nothing.
  func thermalState() -> ThermalState? {
    guard state.hasTemperatures else { return nil }
    return ThermalState(
      deck, temperatures: state.temperatures, initial: deck.initialTemperatureField)
  }

  /// The elastic constants at the present temperatures, for small motions about the present state, which
  /// feel no thermal strain; nil where the constants do not depend on temperature.
  func heatedConstants() -> ThermalState? {
    guard state.hasTemperatures, deck.sections.contains(where: \.hasVariableElasticity) else {
      return nil
    }
    return ThermalState(deck, temperatures: state.temperatures, initial: state.temperatures)
  }

  /// Takes the temperatures that a step gives (`*TEMPERATURE`) at its end.
  mutating func takeTemperatures(of step: Step) {
    if step.returnsToInitialTemperatures, state.hasTemperatures {
      state.temperatures = deck.initialTemperatureField
    }
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
