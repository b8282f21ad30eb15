/// Temperatures and the displacements that they cause, increment by increment.
extension Analysis {
  mutating func runTemperatureDisplacement(
    _ step: Step, _ request: HeatTransferRequest
  ) throws(AnalysisError) {
    let before = (
      displacements: state.displacements,
      forces: step.number < 2
        ? [] : LoadVector(deck: deck).forces(of: deck.steps[step.number - 2])
    )
    let isRamp = (step.loadCourse ?? (request.isSteady ? .ramp : .step)) == .ramp
    try march(step, request) { (analysis, heat) throws(AnalysisError) in
      let stepTime = heat.time - (step.endTime - step.period)
      let share = isRamp ? min(stepTime / step.period, 1) : 1
      let now = analysis.mechanical(step, stepTime, share, before)
      var frame = try analysis.staticFrame(now)
      frame.time = heat.time
      frame.increment = heat.increment
      frame.temperatures = heat.temperatures
      frame.heatFlows = heat.heatFlows
      frame.fields.heatFlux = heat.fields.heatFlux
      frame.bodyHeat = heat.bodyHeat
      return frame
    }
  }

  /// A step with loads and prescribed displacements as they are at a time within it.
  ///
  /// - Parameters:
  ///   - share: how much of the way from their earlier values loads without an amplitude have gone.
  ///   - before: displacements and forces at the step's beginning; no forces stand for zero.
  private func mechanical(
    _ step: Step, _ stepTime: Double, _ share: Double,
    _ before: (displacements: [Double], forces: [Double])
  ) -> Step {
    let totalTime = step.endTime - step.period + stepTime
    var now = step
    var forces = LoadVector(deck: deck).forces(of: step) {
      $0.factor(stepTime: stepTime, totalTime: totalTime) ?? share
    }
    for freedom in before.forces.indices { forces[freedom] += (1 - share) * before.forces[freedom] }
    now.distributed = []
    now.forces = forces.indices.filter { forces[$0] != 0 }
      .map { PointLoad(freedom: $0, value: forces[$0]) }
    for (freedom, prescribed) in step.prescribed {
      let old = before.displacements[freedom]
      switch prescribed {
      case .held: now.prescribed[freedom] = .value(old)
      case .value(let value, let course):
        let factor = course.factor(stepTime: stepTime, totalTime: totalTime)
        now.prescribed[freedom] = .value(factor.map { $0 * value } ?? old + share * (value - old))
      }
    }
    return now
  }
}
