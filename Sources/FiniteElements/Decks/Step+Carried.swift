/// What a step hands on to the next one.
extension Step {
  /// The step with loads and prescribed values as large as they are at its end.
  ///
  /// As in CalculiX they stay at that size in later steps, where amplitudes hold no longer unless they
  /// are functions of the total time.
  var withLoadsAtItsEnd: Step {
    var step = self
    step.forces = forces.map { carried($0) }
    step.heatFlows = heatFlows.map { carried($0) }
    for place in step.distributed.indices {
      step.distributed[place].carried *= carriedFactor(distributed[place].course)
      step.distributed[place].course = distributed[place].course.carried
    }
    step.prescribed = prescribed.mapValues(carried)
    step.prescribedTemperatures = prescribedTemperatures.mapValues(carried)
    step.temperatures = temperatures.mapValues(carried)
    step.heatLoads = heatLoads.map(carried)
    return step
  }

  /// A force with its size at the end of the step.
  func carried(_ load: PointLoad) -> PointLoad {
    PointLoad(
      freedom: load.freedom, value: load.value * carriedFactor(load.course),
      course: load.course.carried, isImaginary: load.isImaginary)
  }

  /// The factor of loads at the end of the step.
  func endFactor(_ course: TimeCourse) -> Double {
    switch procedure {
    case .linearStatic, .dynamic, .modalDynamic, .heatTransfer, .temperatureDisplacement:
      course.factor(stepTime: period, totalTime: endTime) ?? 1
    case .frequency, .buckling, .steadyState: 1
    }
  }

  /// The factor that becomes part of a load in the next step.
  func carriedFactor(_ course: TimeCourse) -> Double {
    course.carried == .byProcedure ? endFactor(course) : 1
  }

  private func carried(_ prescribed: Prescribed) -> Prescribed {
    switch prescribed {
    case .held: .held
    case .value(let value, let course): .value(value * carriedFactor(course), course.carried)
    }
  }

  private func carried(_ load: HeatLoad) -> HeatLoad {
    var load = load
    load.magnitude *= carriedFactor(load.course)
    load.course = load.course.carried
    switch load.kind {
    case .flux: break
    case .film(let sink): load.kind = .film(carried(sink))
    case .radiation(let sink): load.kind = .radiation(carried(sink))
    }
    return load
  }

  private func carried(_ sink: HeatLoad.Sink) -> HeatLoad.Sink {
    HeatLoad.Sink(
      temperature: carriedFactor(sink.course) * sink.temperature, course: sink.course.carried,
      node: sink.node)
  }
}

extension TimeCourse {
  /// The course in later steps.
  var carried: TimeCourse { amplitude?.isTotalTime == true ? self : .byProcedure }
}
