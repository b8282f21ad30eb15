/// Steady and transient heat transfer, integrated in time by Euler's backward method.
extension Analysis {
  mutating func runHeatTransfer(
    _ step: Step, _ request: HeatTransferRequest
  ) throws(AnalysisError) {
    try march(step, request) { (_, frame) throws(AnalysisError) in frame }
  }

  /// Solves the increments of a step and writes those that are asked for.
  ///
  /// - Parameter complete: makes a frame of temperatures into the frame that is written.
  mutating func march(
    _ step: Step, _ request: HeatTransferRequest,
    complete: (inout Self, Frame) throws(AnalysisError) -> Frame
  ) throws(AnalysisError) {
    try observer.report(.check, 0)
    if request.isSteady, let node = HeatSupport(deck: deck, step: step).undeterminedNode() {
      throw .undeterminedTemperature(node: deck.mesh.nodeLabels[node])
    }
    try observer.report(.assemble, 0)
    var solver = try HeatSolver(
      deck, step, request, settings, observer: observer)
    summary.equations = solver.system.equationCount
    summary.nonzeros = solver.system.pattern.rows.count
    state.hasTemperatures = true
    let before = step.prescribedTemperatures.keys.reduce(into: [Int: Double]()) {
      $0[$1] = state.temperatures[$1]
    }
    var control = IncrementControl(request.increments, period: step.period)
    var increment = 0
    var isEnough = false
    while !control.isFinished && !isEnough {
      control.stop(at: step.timePoints)
      let interval = control.next * step.period
      let stepTime =
        control.next + control.done >= 1
        ? step.period
        : (control.done + control.next) * step.period
      let factors = loadFactors(step, request, stepTime)
      let prescribed = prescribedTemperatures(of: step, factors, before)
      let conditions = HeatConditions(
        deck, step, factors, temperatures: sinkTemperatures(prescribed, step))
      let outcome = try solver.solve(
        from: state.temperatures, prescribed: prescribed, conditions,
        rate: request.isSteady ? 0 : 1 / interval,
        largestChange: request.isSteady ? .infinity : request.largestChange ?? .infinity)
      switch outcome {
      case .converged(let balance, let temperatures, let iterations):
        state.temperatures = temperatures
        summary.solution = solver.solution
        summary.assembly = solver.system.meter.cost
        increment += 1
        control.accept(iterations: iterations)
        isEnough = try observer.report(
          .solve, control.done, [.increment: Double(increment), .time: factors.totalTime])
        let isWanted = step.printSchedule.wants(
          increment, stepTime, of: step, isLast: control.isFinished || isEnough)
        if isWanted {
          try emit(try complete(&self, frame(step, balance, increment, factors)))
        }
      case .tooLarge(let change):
        let factor = 0.85 * (request.largestChange ?? change) / change
        guard control.retry(factor: factor) else { throw .noConvergence(step.number, stepTime) }
      case .diverged:
        guard control.retry() else { throw .noConvergence(step.number, stepTime) }
      }
    }
    remember(step, loadFactors(step, request, step.period))
    times.add(solver.times)
  }

  private func loadFactors(
    _ step: Step, _ request: HeatTransferRequest, _ stepTime: Double
  ) -> LoadFactors {
    let isRamp = (step.loadCourse ?? (request.isSteady ? .ramp : .step)) == .ramp
    return LoadFactors(
      stepTime: stepTime, totalTime: step.endTime - step.period + stepTime,
      share: isRamp ? min(stepTime / step.period, 1) : 1, earlier: state.heatLoads)
  }

  /// - Parameter before: temperatures of the nodes at the step's beginning.
  private func prescribedTemperatures(
    of step: Step, _ factors: LoadFactors, _ before: [Int: Double]
  ) -> [Double] {
    var field = [Double](repeating: 0, count: deck.mesh.nodeCount)
    for (node, value) in step.prescribedTemperatures {
      let old = before[node] ?? 0
      switch value {
      case .value(let temperature, let course):
        field[node] = factors.value(temperature, course, from: old)
      case .held: field[node] = old
      }
    }
    return field
  }

  private func sinkTemperatures(_ prescribed: [Double], _ step: Step) -> [Double] {
    var field = state.temperatures
    for node in step.prescribedTemperatures.keys { field[node] = prescribed[node] }
    return field
  }

  private func frame(
    _ step: Step, _ balance: HeatBalance, _ increment: Int, _ factors: LoadFactors
  ) -> Frame {
    var fields = PointFields(mesh: deck.mesh, withStrain: false, withStress: false)
    fields.heatFlux = deck.printedHeatFlux(balance.flux, fields)
    if !step.elementPrints.isEmpty { fields.fillVolumes(deck.mesh) }
    var frame = Frame(
      step: step, increment: increment, time: factors.totalTime,
      displacements: state.displacements, internalForces: [], temperatures: state.temperatures,
      heatFlows: balance.conduction, fields: fields)
    for load in step.heatLoads where load.place == .body {
      frame.bodyHeat[load.element, default: 0] += factors.magnitude(of: load)
    }
    return frame
  }

  private mutating func remember(_ step: Step, _ factors: LoadFactors) {
    var loads = EarlierLoads()
    for load in step.heatLoads { loads.magnitudes[load.key] = factors.magnitude(of: load) }
    loads.flows = factors.flows(of: step)
    state.heatLoads = loads
  }
}

extension Deck {
  /// The heat flux as it is printed: as in CalculiX the upper four points of CAX8R repeat the lower four,
  /// also in the direction around the axis.
  fileprivate func printedHeatFlux(_ flux: [Double], _ fields: PointFields) -> [Double] {
    guard let structures else { return flux }
    var flux = flux
    for element in 0..<mesh.elementCount
    where mesh.elementKinds[element] == .c3d20r
      && structures.kind(of: element)?.family == .axisymmetric
    {
      let first = 3 * fields.starts[element]
      for entry in 0..<12 { flux[first + 12 + entry] = flux[first + entry] }
    }
    return flux
  }
}

extension OutputSchedule {
  /// Whether an increment is written.
  ///
  /// - Parameter stepTime: at the increment's end, since the step's beginning.
  func wants(_ increment: Int, _ stepTime: Double, of step: Step, isLast: Bool) -> Bool {
    guard frequency > 0 else { return false }
    if isLast { return true }
    guard timePoints != nil else { return increment % frequency == 0 }
    return step.timePoints.contains { abs($0 - stepTime) <= 1e-6 * step.period }
  }
}

extension TimePoints {
  /// The times since the beginning of a step that begins at a total time.
  func inStepTime(from start: Double) -> [Double] {
    isTotalTime ? times.map { $0 - start } : times
  }
}

extension Step {
  /// Times since the step's beginning at which an increment has to end, ascending.
  var timePoints: [Double] {
    ((printSchedule.timePoints ?? fileSchedule.timePoints)?.inStepTime(from: endTime - period) ?? [])
      .sorted()
  }
}
