import Glibc
import LinearAlgebra

// How a solution is sought: plain steps, reused factors, shortened steps, reactive limits.
extension PowerFlowSolver {
  /// Solves from the start that the options ask for; shortens the steps where plain ones fail.
  package func solve(_ injections: Injections) -> PowerFlowSolution {
    resetRows()
    setInjections(injections)
    forgetHistory()
    let start = startVoltages(injections)
    setVoltages(magnitudes: start.magnitudes, angles: start.angles)
    var isDamped = false
    var state = newton(reusesFactors: false)
    if !state.isConverged {
      setVoltages(magnitudes: start.magnitudes, angles: start.angles)
      forgetHistory()
      isDamped = true
      state = dampedNewton()
    }
    if state.isConverged, options.enforcesReactiveLimits {
      state = holdReactiveLimits(injections)
    }
    return solution(state, isDamped: isDamped)
  }

  /// Solves from the voltages and factors as they are, which belong to a neighbouring case; begins
  /// anew at `base` where that fails.
  ///
  /// - Parameter refreshing: whether the first step needs factors of its own, as after an outage.
  package func resolve(
    _ injections: Injections, from base: PowerFlowSolution, refreshing: Bool = false
  ) -> PowerFlowSolution {
    setInjections(injections)
    forgetHistory()
    var isDamped = false
    var state = newton(reusesFactors: true, refreshing: refreshing)
    if !state.isConverged {
      setVoltages(magnitudes: base.magnitudes, angles: base.angles)
      forgetHistory()
      state = newton(reusesFactors: false)
    }
    if !state.isConverged {
      setVoltages(magnitudes: base.magnitudes, angles: base.angles)
      forgetHistory()
      isDamped = true
      state = dampedNewton()
    }
    if state.isConverged, options.enforcesReactiveLimits {
      state = holdReactiveLimits(injections)
    }
    return solution(state, isDamped: isDamped)
  }

  private func forgetHistory() {
    history = []
    iterations = 0
  }

  private func startVoltages(
    _ injections: Injections
  ) -> (magnitudes: [Double], angles: [Double]) {
    let buses = grid.source.buses
    var magnitudes = options.start == .file ? buses.map(\.magnitude) : buses.map { _ in 1 }
    var angles = options.start == .file ? buses.map { $0.angle * .pi / 180 } : buses.map { _ in 0 }
    if options.start == .dc, let flow = try? DirectFlow(grid, injections) {
      angles = flow.angles
    }
    for bus in buses.indices {
      switch grid.kinds[bus] {
      case .generator: magnitudes[bus] = grid.setpoints[bus]
      case .reference:
        magnitudes[bus] = grid.setpoints[bus]
        angles[bus] = buses[bus].angle * .pi / 180
      case .load, .isolated: break
      }
    }
    return (magnitudes, angles)
  }

  /// Mismatches beyond this many per unit do not come back.
  private static let mismatchMax = 1e10
  /// A step with factors of its own that leaves more of the mismatch than this has met rounding, or no solution.
  private static let roundingRatio = 0.5
  /// How many cheap steps with old factors are worth as much as a step with new ones.
  private static let cheapStepsMax = 5.0

  /// Newton's method; with `reusesFactors` new factors are computed only when the old ones, by the rate
  /// at which the mismatch shrinks, would need more cheap steps than new factors cost.
  private func newton(reusesFactors: Bool, refreshing: Bool = false) -> PowerFlowState {
    var worst = mismatch()
    history.append(worst.largest)
    var isNew = !reusesFactors || refreshing
    var steps = 0
    let stepsMax = reusesFactors ? 3 * options.iterationsMax : options.iterationsMax
    while true {
      guard worst.largest.isFinite, worst.largest < Self.mismatchMax else { return .diverged }
      if worst.largest <= options.tolerance { return .converged }
      guard steps < stepsMax else { return .iterationLimit }
      steps += 1
      saveVoltages()
      do {
        try solveStep(withNewFactors: isNew)
      } catch {
        return failure(error)
      }
      applyStep(1)
      let before = worst.largest
      worst = mismatch()
      let ratio = worst.largest / before
      if reusesFactors, !isNew, !(ratio < 1) {
        restoreVoltages()
        worst = mismatch()
        isNew = true
        continue
      }
      history.append(worst.largest)
      iterations += 1
      if isNew, ratio > Self.roundingRatio, isRounding() { return .rounding }
      guard reusesFactors else { continue }
      isNew = ratio >= 1 || log(options.tolerance / worst.largest) / log(ratio) > Self.cheapStepsMax
    }
  }

  /// Shortest share of a step that is tried.
  private static let shareMin = 1.0 / 256

  /// Newton's method with halved steps until the sum of squared mismatches shrinks.
  private func dampedNewton() -> PowerFlowState {
    var worst = mismatch()
    history.append(worst.largest)
    for _ in 0..<(3 * options.iterationsMax) {
      if worst.largest <= options.tolerance { return .converged }
      saveVoltages()
      do {
        try solveStep(withNewFactors: true)
      } catch {
        return failure(error)
      }
      guard let next = shortenedStep(from: worst) else {
        restoreVoltages()
        _ = mismatch()
        return isRounding() ? .rounding : .stalled
      }
      worst = next
      history.append(worst.largest)
      iterations += 1
    }
    return worst.largest <= options.tolerance ? .converged : .iterationLimit
  }

  /// Tries shares of the step that stands in the right-hand side; nil where none helps.
  private func shortenedStep(from before: Mismatch) -> Mismatch? {
    let direction = keptStep()
    var share = 1.0
    while share >= Self.shareMin {
      restoreVoltages()
      restoreStep(direction)
      applyStep(share)
      let after = mismatch()
      if after.squares.isFinite, after.squares < (1 - 1e-4 * share) * before.squares {
        return after
      }
      share /= 2
    }
    return nil
  }

  private func failure(_ error: SparseLUError) -> PowerFlowState {
    switch error {
    case .singular(let column): .singular(bus: bus(ofUnknown: column))
    case .outOfMemory, .tooLarge: .singular(bus: nil)
    }
  }

  private func solution(_ state: PowerFlowState, isDamped: Bool) -> PowerFlowSolution {
    let worst = mismatch()
    let base = grid.source.baseMVA
    let count = grid.busCount
    var solution = PowerFlowSolution(
      state: state, magnitudes: balance.magnitude.view.copy(first: count),
      angles: balance.angle.view.copy(first: count),
      activeMW: balance.active.view.copy(first: count),
      reactiveMVAr: balance.reactive.view.copy(first: count), history: history,
      iterations: iterations, worstBus: worst.bus, worstIsActive: worst.isActive,
      isDamped: isDamped,
      atReactiveLimit: limited)
    for bus in 0..<count {
      solution.activeMW[bus] *= base
      solution.reactiveMVAr[bus] *= base
      if !isLive(bus) {
        solution.magnitudes[bus] = .nan
        solution.angles[bus] = .nan
        solution.activeMW[bus] = 0
        solution.reactiveMVAr[bus] = 0
      }
    }
    return solution
  }
}

// MARK: Reactive limits

extension PowerFlowSolver {
  private static let roundsMax = 30
  /// Excess of a limit that does not count, MVAr.
  private static let excess = 1e-5
  /// How often a bus may return to holding its voltage before it stays at its limit.
  private static let releasesMax = 2

  /// Lets generator buses beyond their reactive limits hold the limit instead of the voltage, and lets
  /// them return where the voltage says so, until nothing changes.
  private func holdReactiveLimits(_ injections: Injections) -> PowerFlowState {
    var releases: [Int: Int] = [:]
    for _ in 0..<Self.roundsMax {
      guard switchKinds(injections, &releases) else { return .converged }
      setInjections(injections)
      let state = newton(reusesFactors: false)
      guard state.isConverged else { return state }
    }
    return .iterationLimit
  }

  /// Whether a bus changed what it holds.
  private func switchKinds(_ injections: Injections, _ releases: inout [Int: Int]) -> Bool {
    var isChanged = false
    let base = grid.source.baseMVA
    for bus in 0..<grid.busCount where grid.kinds[bus] == .generator && isLive(bus) {
      let range = reactiveRange(bus)
      let magnitude = balance.magnitude.view[bus]
      if let limit = limited[bus] {
        let isAtMax = limit == range.upperBound
        let returns = isAtMax ? magnitude > grid.setpoints[bus] : magnitude < grid.setpoints[bus]
        guard returns, range.lowerBound < range.upperBound,
          releases[bus, default: 0] < Self.releasesMax
        else { continue }
        releases[bus, default: 0] += 1
        limited[bus] = nil
        reactiveRows.view[bus] = 0
        balance.magnitude.view[bus] = grid.setpoints[bus]
        isChanged = true
      } else {
        let reactive = balance.reactive.view[bus] * base + injections.loadMVAr[bus]
        guard reactive > range.upperBound + Self.excess || reactive < range.lowerBound - Self.excess
        else { continue }
        limited[bus] = reactive > range.upperBound ? range.upperBound : range.lowerBound
        reactiveRows.view[bus] = 1
        isChanged = true
      }
    }
    return isChanged
  }

  /// What the generators of a bus can give together, MVAr.
  func reactiveRange(_ bus: Int) -> ClosedRange<Double> { grid.reactiveRange(bus) }
}

extension Grid {
  /// What the generators of a bus can give together, MVAr.
  package func reactiveRange(_ bus: Int) -> ClosedRange<Double> {
    let generators = (generatorsOfBus[bus] ?? []).map { source.generators[$0] }
    let low = generators.reduce(0) { $0 + ($1.reactiveMin.isNaN ? -.infinity : $1.reactiveMin) }
    let high = generators.reduce(0) { $0 + ($1.reactiveMax.isNaN ? .infinity : $1.reactiveMax) }
    return min(low, high)...max(low, high)
  }
}
