/// Temperatures in mechanical steps.
extension Analysis {
  /// What the present temperatures do to the bodies; nil when that is nothing.
  func thermalState() -> ThermalState? {
    guard state.hasTemperatures else { return nil }
    return ThermalState(
      deck, temperatures: state.temperatures, initial: deck.initialTemperatureField)
  }

  /// Takes the temperatures that a step gives (`*TEMPERATURE`) at its end.
  mutating func takeTemperatures(of step: Step) {
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
