/// Temperatures and the displacements that they cause, increment by increment.
extension Analysis {
  mutating func runTemperatureDisplacement(
    _ step: Step, _ request: HeatTransferRequest
  ) throws(AnalysisError) {
    try march(step, request) { (analysis, heat) throws(AnalysisError) in
      var step = step
      step.endTime = heat.time
      step.period = heat.time - (heat.step.endTime - heat.step.period)
      var frame = try analysis.staticFrame(step)
      frame.increment = heat.increment
      frame.temperatures = heat.temperatures
      frame.heatFlows = heat.heatFlows
      frame.fields.heatFlux = heat.fields.heatFlux
      frame.bodyHeat = heat.bodyHeat
      return frame
    }
  }
}
