import Base
import Formats
import Networks

/// Tables and scalars of the case's own operating point.
struct PowerFlowOutput {
  let grid: Grid
  let solution: PowerFlowSolution
  let results: GridResults
  let given: Injections
  let loadingMax: Double

  func write(_ context: KernelContext) throws(KilnError) {
    try writeBuses(context)
    try writeBranches(context)
    try writeGenerators(context)
    let violations = results.violations(grid, solution, loadingMax: loadingMax)
    try writeViolations(violations, context)
    let degrees = solution.angles.map { $0 * 180 / .pi }
    try context.arrayOutput(
      "voltage.npy", zip(solution.magnitudes, degrees).flatMap { [$0, $1] },
      shape: [grid.busCount, 2])
    summarise(violations, context)
  }

  private func writeBuses(_ context: KernelContext) throws(KilnError) {
    let table = try context.tableOutput(
      "bus.csv",
      [
        Column("bus"), Column("name"), Column("kind"), Column("vm", unit: "pu"),
        Column("va", unit: "deg"), Column("v", unit: "kV"), Column("load p", unit: "MW"),
        Column("load q", unit: "MVAr"), Column("gen p", unit: "MW"), Column("gen q", unit: "MVAr"),
        Column("vmin", unit: "pu"), Column("vmax", unit: "pu"),
      ])
    for (index, bus) in grid.source.buses.enumerated() {
      let isLive = grid.isEnergised[index]
      let magnitude = solution.magnitudes[index]
      let row: [TableWriter.Cell] = [
        .number(Double(bus.number)), .text(bus.name ?? ""),
        .text(isLive ? kindName(index) : "not energised"), .number(magnitude),
        .number(solution.angles[index] * 180 / .pi), .number(magnitude * bus.baseKV),
        .number(isLive ? bus.loadMW : 0), .number(isLive ? bus.loadMVAr : 0),
        .number(isLive ? zeroed(solution.activeMW[index] + bus.loadMW) : 0),
        .number(isLive ? zeroed(solution.reactiveMVAr[index] + bus.loadMVAr) : 0),
        .number(bus.magnitudeMin), .number(bus.magnitudeMax),
      ]
      try table.append(row)
    }
    try table.finish()
  }

  /// Power below the tolerance of the solution is none.
  private func zeroed(_ power: Double) -> Double {
    abs(power) < 1e-6 * grid.source.baseMVA ? 0 : power
  }

  private func kindName(_ bus: Int) -> String {
    if solution.atReactiveLimit[bus] != nil { return "generator at limit" }
    switch grid.kinds[bus] {
    case .load: return "load"
    case .generator: return "generator"
    case .reference: return "reference"
    case .isolated: return "isolated"
    }
  }

  private func writeBranches(_ context: KernelContext) throws(KilnError) {
    let table = try context.tableOutput(
      "branch.csv",
      [
        Column("branch"), Column("from"), Column("to"), Column("p from", unit: "MW"),
        Column("q from", unit: "MVAr"), Column("p to", unit: "MW"), Column("q to", unit: "MVAr"),
        Column("loss p", unit: "MW"), Column("loss q", unit: "MVAr"),
        Column("loading", unit: "%"), Column("rating", unit: "MVA"),
      ])
    for (row, branch) in grid.source.branches.enumerated() {
      let flow = results.flows[row]
      try table.append([
        Double(row + 1), Double(branch.from), Double(branch.to), flow.fromMW, flow.fromMVAr,
        flow.toMW, flow.toMVAr, flow.lossMW, flow.lossMVAr, flow.loading,
        branch.ratingMVA > 0 ? branch.ratingMVA : .nan,
      ])
    }
    try table.finish()
  }

  private func writeGenerators(_ context: KernelContext) throws(KilnError) {
    let table = try context.tableOutput(
      "gen.csv",
      [
        Column("generator"), Column("bus"), Column("in service"), Column("p", unit: "MW"),
        Column("q", unit: "MVAr"), Column("qmin", unit: "MVAr"), Column("qmax", unit: "MVAr"),
        Column("setpoint", unit: "pu"), Column("at limit"),
      ])
    for (row, generator) in grid.source.generators.enumerated() {
      let bus = grid.indexOfNumber[generator.bus]
      let isLimited = bus.map { solution.atReactiveLimit[$0] != nil } ?? false
      try table.append([
        Double(row + 1), Double(generator.bus), generator.isInService ? 1 : 0,
        results.generatedMW[row], results.generatedMVAr[row], generator.reactiveMin,
        generator.reactiveMax, generator.setpoint, isLimited ? 1 : 0,
      ])
    }
    try table.finish()
  }

  private func writeViolations(
    _ violations: [Violation], _ context: KernelContext
  ) throws(KilnError) {
    let table = try context.tableOutput(
      "violations.csv",
      [Column("kind"), Column("element"), Column("value"), Column("limit"), Column("unit")])
    for violation in violations {
      let row: [TableWriter.Cell] = [
        .text(violation.kind.rawValue), .text(violation.element), .number(violation.value),
        .number(violation.limit), .text(violation.unit),
      ]
      try table.append(row)
    }
    try table.finish()
  }

  // MARK: Summary

  private func summarise(_ violations: [Violation], _ context: KernelContext) {
    let buses = grid.source.buses
    context.summary.set("state", solution.state.word)
    context.summary.set("iterations", Double(solution.iterations))
    context.summary.set("mismatch", solution.history.last ?? 0, unit: "pu")
    context.summary.set("losses", results.lossesMW, unit: "MW")
    context.summary.set("losses_reactive", results.lossesMVAr, unit: "MVAr")
    let load = (0..<grid.busCount).reduce(0) { $0 + (grid.isEnergised[$1] ? buses[$1].loadMW : 0) }
    context.summary.set("load", load, unit: "MW")
    context.summary.set("lowest_voltage", results.lowest.magnitude, unit: "pu")
    context.summary.set("lowest_voltage_bus", Double(buses[results.lowest.bus].number))
    context.summary.set("highest_voltage", results.highest.magnitude, unit: "pu")
    context.summary.set("highest_voltage_bus", Double(buses[results.highest.bus].number))
    if let loaded = results.mostLoaded {
      context.summary.set("highest_loading", loaded.percent, unit: "%")
      context.summary.set("highest_loading_branch", Double(loaded.branch + 1))
    }
    context.summary.set("violations", Double(violations.count))
    var writer = JSONWriter()
    writer.beginArray()
    for mismatch in solution.history { writer.number(mismatch) }
    writer.endArray()
    context.summary.set("mismatch_history", json: writer.bytes)
    if !solution.state.isConverged { context.summary.set("reason", reason) }
    if solution.isDamped {
      context.summary.set("steps", "shortened, as full steps did not converge")
    }
    context.summary.set("islands", Double(grid.islands.count))
    writer = JSONWriter()
    writer.beginArray()
    for notice in grid.notices { writer.string(notice) }
    if solution.state == .rounding { writer.string(reason) }
    writer.endArray()
    context.summary.set("notices", json: writer.bytes)
  }

  /// Why there is no solution, in a sentence for the engineer.
  var reason: String {
    let bus = grid.source.buses[solution.worstBus].number
    let power = solution.worstIsActive ? "active" : "reactive"
    let worst = "the largest mismatch is of \(power) power at bus \(bus)"
    switch solution.state {
    case .converged: return "converged"
    case .rounding:
      return
        "\(worst), above the tolerance, and no more than rounding: a branch there has almost no impedance"
    case .iterationLimit:
      return "the limit of iterations was reached; \(worst); try another `start` or more iterations"
    case .diverged: return "the iteration diverged; \(worst); try `start: dc`"
    case .stalled:
      return "no step reduces the mismatch; \(worst); the load may be more than the grid can carry"
    case .singular(let at):
      let place = at.map { " at bus \(grid.source.buses[$0].number)" } ?? ""
      return
        "the equations are singular\(place); \(worst); is a part of the grid without impedance?"
    }
  }
}
