import LinearAlgebra

/// Solves power flows of one grid by Newton's method; analyses the Jacobian's pattern once.
///
/// Keeps its last voltages and factors, from which related cases (another load, a branch less) begin.
/// Serves one thread.
package final class PowerFlowSolver {
  package let grid: Grid
  package let options: PowerFlowOptions
  let balance: PowerBalance
  let pattern: JacobianPattern
  private var factors: SparseLU
  private let values: Buffer<Double>
  private let step: Buffer<Double>
  /// Given power of each bus, per unit.
  let activeGiven: Buffer<Double>
  let reactiveGiven: Buffer<Double>
  /// 1 where the equation holds.
  let activeRows: Buffer<Double>
  let reactiveRows: Buffer<Double>
  private let savedMagnitude: Buffer<Double>
  private let savedAngle: Buffer<Double>
  private var hasFactors = false
  /// Generator buses at a limit: index to MVAr.
  var limited: [Int: Double] = [:]
  var history: [Double] = []
  /// Steps that were taken and kept, of all rounds.
  var iterations = 0
  /// Buses that the outage of a branch has cut off.
  private var switchedOff: Set<Int> = []

  package init(_ grid: Grid, _ options: PowerFlowOptions) throws(SparseLUError) {
    (self.grid, self.options) = (grid, options)
    let count = grid.busCount
    balance = PowerBalance(grid.admittance)
    let angleBuses = (0..<count).map { grid.isEnergised[$0] && grid.kinds[$0] != .reference }
    let magnitudeBuses = (0..<count).map {
      grid.isEnergised[$0]
        && (grid.kinds[$0] == .load
          || (options.enforcesReactiveLimits && grid.kinds[$0] == .generator))
    }
    pattern = JacobianPattern(
      grid.admittance, angleBuses: angleBuses, magnitudeBuses: magnitudeBuses)
    factors = try SparseLU(analysing: pattern.pattern)
    values = Buffer(repeating: 0, count: pattern.pattern.rows.count + 1)
    step = Buffer(repeating: 0, count: pattern.order)
    activeGiven = Buffer(repeating: 0, count: count)
    reactiveGiven = Buffer(repeating: 0, count: count)
    activeRows = Buffer(repeating: 0, count: count)
    reactiveRows = Buffer(repeating: 0, count: count)
    savedMagnitude = Buffer(repeating: 0, count: count)
    savedAngle = Buffer(repeating: 0, count: count)
    resetRows()
    setInjections(Injections(grid))
  }

  /// Every equation holds that the kinds of the buses ask for.
  func resetRows() {
    limited = [:]
    switchedOff = []
    for bus in 0..<grid.busCount {
      activeRows.view[bus] = pattern.angle[bus] >= 0 ? 1 : 0
      reactiveRows.view[bus] = pattern.magnitude[bus] >= 0 && grid.kinds[bus] == .load ? 1 : 0
    }
  }

  /// Takes over what loads and generators feed in.
  package func setInjections(_ injections: Injections) {
    let base = grid.source.baseMVA
    for bus in 0..<grid.busCount {
      activeGiven.view[bus] = injections.activeMW[bus] / base
      reactiveGiven.view[bus] =
        (limited[bus] ?? injections.generatedMVAr[bus]) / base
        - injections.loadMVAr[bus] / base
    }
  }

  /// Sets the voltages from which the next solution begins.
  package func setVoltages(magnitudes: [Double], angles: [Double]) {
    let (vm, va) = (balance.magnitude.view, balance.angle.view)
    for bus in 0..<grid.busCount {
      vm[bus] = magnitudes[bus].isFinite ? magnitudes[bus] : 1
      va[bus] = angles[bus].isFinite ? angles[bus] : 0
    }
  }

  /// Computes factors at the voltages as they are, with pivots of their own, so that what follows
  /// does not depend on what was computed before.
  package func refreshFactors() throws(SparseLUError) {
    balance.computePowers()
    writeJacobian()
    hasFactors = false
    try factorise()
  }

  private func writeJacobian() {
    balance.writeJacobian(
      pattern, into: values.view, activeRows: activeRows.view.reading,
      reactiveRows: reactiveRows.view.reading)
  }

  private func factorise() throws(SparseLUError) {
    let view = values.view.reading
    if hasFactors { try factors.refactorise(view) } else { try factors.factorise(view) }
    hasFactors = true
  }

  // MARK: Mismatch

  /// Writes the mismatch of the equations that hold as a right-hand side; its largest entry and bus.
  func mismatch() -> Mismatch {
    balance.computePowers()
    var worst = Mismatch()
    let right = step.view
    let (p, q) = (balance.active.view, balance.reactive.view)
    for bus in 0..<grid.busCount {
      let place = (angle: Int(pattern.angle[bus]), magnitude: Int(pattern.magnitude[bus]))
      if place.angle >= 0 {
        let error = activeRows.view[bus] * (activeGiven.view[bus] - p[bus])
        right[place.angle] = error
        worst.take(error, bus, isActive: true)
      }
      if place.magnitude >= 0 {
        let error = reactiveRows.view[bus] * (reactiveGiven.view[bus] - q[bus])
        right[place.magnitude] = error
        worst.take(error, bus, isActive: false)
      }
    }
    return worst
  }

  /// Whether the mismatch of the last ``mismatch()`` is at every bus within the tolerance or rounding.
  func isRounding() -> Bool {
    let levels = balance.roundingLevels()
    let (p, q) = (balance.active.view, balance.reactive.view)
    return (0..<grid.busCount).allSatisfy { bus in
      let level = max(options.tolerance, levels[bus])
      return activeRows.view[bus] * abs(activeGiven.view[bus] - p[bus]) <= level
        && reactiveRows.view[bus] * abs(reactiveGiven.view[bus] - q[bus]) <= level
    }
  }

  struct Mismatch {
    var largest = 0.0
    var squares = 0.0
    var bus = 0
    var isActive = true

    mutating func take(_ error: Double, _ bus: Int, isActive: Bool) {
      squares += error * error
      guard !(abs(error) <= largest) else { return }
      (largest, self.bus, self.isActive) = (abs(error), bus, isActive)
    }
  }

  // MARK: Steps

  /// Turns the mismatch in `step` into a change of the voltages and applies a share of it.
  func applyStep(_ share: Double) {
    let (vm, va, change) = (balance.magnitude.view, balance.angle.view, step.view)
    for bus in 0..<grid.busCount {
      let place = (angle: Int(pattern.angle[bus]), magnitude: Int(pattern.magnitude[bus]))
      if place.angle >= 0 { va[bus] += share * change[place.angle] }
      if place.magnitude >= 0 { vm[bus] *= 1 + share * change[place.magnitude] }
    }
  }

  /// Solves for the step that the right-hand side asks for, with new factors or the last ones.
  func solveStep(withNewFactors isNew: Bool) throws(SparseLUError) {
    if isNew || !hasFactors {
      writeJacobian()
      try factorise()
    }
    factors.solve(step.view)
  }

  /// The step as solved, to try shares of it.
  func keptStep() -> [Double] { step.view.copy(first: pattern.order) }

  func restoreStep(_ kept: [Double]) {
    for (index, change) in kept.enumerated() { step.view[index] = change }
  }

  /// Whether a bus carries voltage, also with the branch out that is out at the moment.
  func isLive(_ bus: Int) -> Bool { grid.isEnergised[bus] && !switchedOff.contains(bus) }

  /// Takes buses out of the equations: they carry no voltage and draw nothing.
  func switchOff(_ buses: [Int]) {
    switchedOff = Set(buses)
    for bus in buses {
      activeRows.view[bus] = 0
      reactiveRows.view[bus] = 0
    }
  }

  func saveVoltages() {
    for bus in 0..<grid.busCount {
      savedMagnitude.view[bus] = balance.magnitude.view[bus]
      savedAngle.view[bus] = balance.angle.view[bus]
    }
  }

  func restoreVoltages() {
    for bus in 0..<grid.busCount {
      balance.magnitude.view[bus] = savedMagnitude.view[bus]
      balance.angle.view[bus] = savedAngle.view[bus]
    }
  }

  /// The bus of an unknown.
  func bus(ofUnknown unknown: Int?) -> Int? {
    guard let unknown else { return nil }
    return pattern.angle.firstIndex(of: Int32(unknown))
      ?? pattern.magnitude.firstIndex(of: Int32(unknown))
  }
}

// MARK: Variations of the case

extension PowerFlowSolver {
  /// Lets generator buses hold the reactive limits that a related solution ended with.
  func hold(_ limits: [Int: Double]) {
    for (bus, limit) in limits where pattern.magnitude[bus] >= 0 {
      limited[bus] = limit
      reactiveRows.view[bus] = 1
    }
  }

  /// Calls `body` while a branch is out; the admittances are then as they were, to the bit.
  func without<Result>(_ branch: Int, _ body: () -> Result) -> Result {
    let branch = grid.admittance.branches[branch]
    balance.add(branch, sign: -1)
    defer { balance.restore(branch, grid.admittance) }
    return body()
  }
}
