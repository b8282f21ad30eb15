/// The heat loads that hold at one time.
struct HeatConditions: Sendable {
  /// A load with the values of the time.
  struct Active: Sendable {
    enum Kind: Sendable {
      case flux(Double)
      case film(coefficient: Double, sink: Double)
      /// `factor` = emissivity times Stefan-Boltzmann constant.
      case radiation(factor: Double, sink: Double)
    }

    let place: HeatLoad.Place
    let kind: Kind
  }

  /// By element.
  private(set) var loads: [Int: [Active]] = [:]
  /// Whether each element has loads, a quicker answer than that of `loads`.
  private var hasLoads: [Bool]
  /// Heat flows into nodes, by node.
  private(set) var flows: [Double]
  private(set) var absoluteZero = 0.0
  /// The coefficients of all films: what the matrix of a linear problem depends on.
  private(set) var films: [Double] = []

  /// - Parameters:
  ///   - temperatures: by node, for sinks that are nodes.
  ///   - factors: what the time makes of a load's value.
  init(
    _ deck: Deck, _ step: Step, _ factors: LoadFactors, temperatures: [Double]
  ) {
    flows = [Double](repeating: 0, count: deck.mesh.nodeCount)
    hasLoads = [Bool](repeating: false, count: deck.mesh.elementCount)
    absoluteZero = deck.physicalConstants.absoluteZero ?? 0
    for (node, flow) in factors.flows(of: step) { flows[node] += flow }
    let constant = deck.physicalConstants.stefanBoltzmann ?? 0
    for load in step.heatLoads {
      let magnitude = factors.magnitude(of: load)
      let kind: Active.Kind
      switch load.kind {
      case .flux: kind = .flux(magnitude)
      case .film(let sink):
        kind = .film(
          coefficient: magnitude, sink: factors.temperature(of: sink, temperatures))
      case .radiation(let sink):
        kind = .radiation(
          factor: constant * magnitude, sink: factors.temperature(of: sink, temperatures))
      }
      hasLoads[load.element] = true
      loads[load.element, default: []].append(Active(place: load.place, kind: kind))
      if case .film(let coefficient, _) = kind { films.append(coefficient) }
    }
  }

  func isLoaded(_ element: Int) -> Bool { hasLoads[element] }
}

/// What loads of a heat step are worth at a time.
///
/// Without an amplitude a magnitude goes from its value at the end of the step before in proportion
/// to the time (ramp), or takes its new value at once (step). Sink temperatures are taken at once.
struct LoadFactors: Sendable {
  let stepTime: Double
  let totalTime: Double
  /// 0 at the step's beginning, 1 at its end; 1 where loads are taken at once.
  let share: Double
  let earlier: EarlierLoads

  func value(_ value: Double, _ course: TimeCourse, from old: Double) -> Double {
    if let factor = course.factor(stepTime: stepTime, totalTime: totalTime) {
      return factor * value
    }
    return old + share * (value - old)
  }

  func magnitude(of load: HeatLoad) -> Double {
    value(load.magnitude, load.course, from: earlier.magnitudes[load.key] ?? 0)
  }

  func temperature(of sink: HeatLoad.Sink, _ temperatures: [Double]) -> Double {
    if let node = sink.node { return temperatures[node] }
    let factor = sink.course.factor(stepTime: stepTime, totalTime: totalTime) ?? 1
    return factor * sink.temperature
  }

  /// Heat flows by node.
  func flows(of step: Step) -> [Int: Double] {
    var flows: [Int: Double] = [:]
    var ramped: [Int: Double] = [:]
    for flow in step.heatFlows {
      if let factor = flow.course.factor(stepTime: stepTime, totalTime: totalTime) {
        flows[flow.freedom, default: 0] += factor * flow.value
      } else {
        ramped[flow.freedom, default: 0] += flow.value
      }
    }
    for (node, value) in ramped {
      flows[node, default: 0] += self.value(
        value, .byProcedure, from: earlier.flows[node] ?? 0)
    }
    return flows
  }
}

/// What heat loads were worth at the end of the step before.
struct EarlierLoads: Sendable {
  var magnitudes: [HeatLoad.Key: Double] = [:]
  /// By node.
  var flows: [Int: Double] = [:]
}
