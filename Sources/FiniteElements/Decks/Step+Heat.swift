/// What a heat step hands on to the next one.
extension Step {
  /// The step with temperatures and heat loads as they are at its end, where amplitudes hold no
  /// longer, as in CalculiX.
  var withHeatAtItsEnd: Step {
    var step = self
    step.prescribedTemperatures = prescribedTemperatures.mapValues(atEnd)
    step.temperatures = temperatures.mapValues(atEnd)
    step.heatFlows = heatFlows.map(carried)
    step.heatLoads = heatLoads.map(atEnd)
    return step
  }

  private func atEnd(_ prescribed: Prescribed) -> Prescribed {
    switch prescribed {
    case .value(let value, let course): .value(value * endFactor(course))
    case .held: .held
    }
  }

  private func atEnd(_ load: HeatLoad) -> HeatLoad {
    var load = load
    load.magnitude *= endFactor(load.course)
    load.course = .byProcedure
    switch load.kind {
    case .flux: break
    case .film(let sink): load.kind = .film(atEnd(sink))
    case .radiation(let sink): load.kind = .radiation(atEnd(sink))
    }
    return load
  }

  private func atEnd(_ sink: HeatLoad.Sink) -> HeatLoad.Sink {
    HeatLoad.Sink(temperature: sink.temperature * endFactor(sink.course), node: sink.node)
  }
}
