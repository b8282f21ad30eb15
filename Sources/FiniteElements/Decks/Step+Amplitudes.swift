/// What a step hands on to the next one.
extension Step {
  /// The step with every load as it is at the step's end: an amplitude holds in the steps that name
  /// it; in later ones the load stays what it was, as in CalculiX.
  var withoutAmplitudes: Step {
    var step = self
    step.prescribed = prescribed.mapValues(atEnd)
    step.prescribedTemperatures = prescribedTemperatures.mapValues(atEnd)
    step.temperatures = temperatures.mapValues(atEnd)
    step.forces = forces.map(atEnd)
    step.heatFlows = heatFlows.map(atEnd)
    step.distributed = distributed.map(atEnd)
    step.heatLoads = heatLoads.map(atEnd)
    return step
  }

  private func factor(_ course: TimeCourse) -> Double? {
    course.factor(stepTime: period, totalTime: endTime)
  }

  private func atEnd(_ prescribed: Prescribed) -> Prescribed {
    switch prescribed {
    case .value(let value, let course): .value(value * (factor(course) ?? 1))
    case .held: .held
    }
  }

  private func atEnd(_ load: PointLoad) -> PointLoad {
    guard let factor = factor(load.course) else { return load }
    return PointLoad(
      freedom: load.freedom, value: factor * load.value, isImaginary: load.isImaginary)
  }

  private func atEnd(_ load: DistributedLoad) -> DistributedLoad {
    guard let factor = factor(load.course) else { return load }
    switch load.kind {
    case .pressure, .traction:
      return DistributedLoad(
        kind: load.kind, magnitude: factor * load.magnitude, elements: load.elements)
    case .gravity(let acceleration):
      return DistributedLoad(
        kind: .gravity(factor * acceleration), magnitude: 1, elements: load.elements)
    case .centrifugal(let omegaSquared, let point, let direction):
      return DistributedLoad(
        kind: .centrifugal(
          omegaSquared: factor * omegaSquared, point: point, direction: direction),
        magnitude: 1, elements: load.elements)
    }
  }

  private func atEnd(_ load: HeatLoad) -> HeatLoad {
    var load = load
    if let factor = factor(load.course) {
      load.magnitude *= factor
      load.course = .byProcedure
    }
    switch load.kind {
    case .flux: break
    case .film(let sink): load.kind = .film(atEnd(sink))
    case .radiation(let sink): load.kind = .radiation(atEnd(sink))
    }
    return load
  }

  private func atEnd(_ sink: HeatLoad.Sink) -> HeatLoad.Sink {
    guard let factor = factor(sink.course) else { return sink }
    return HeatLoad.Sink(temperature: factor * sink.temperature, node: sink.node)
  }
}
