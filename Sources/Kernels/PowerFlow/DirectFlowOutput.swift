import Base
import Formats
import LinearAlgebra
import Networks
import Plots

/// Tables, scalars and figure of the direct-current approximation.
struct DirectFlowOutput {
  private let grid: Grid
  private let flow: DirectFlow
  private let context: KernelContext

  init(_ grid: Grid, _ injections: Injections, _ context: KernelContext) throws(KilnError) {
    (self.grid, self.context) = (grid, context)
    do {
      flow = try DirectFlow(grid, injections)
    } catch {
      throw KilnError(
        .taskFailed, "the equations of the direct-current flow are singular",
        fix: "look for branches whose reactances cancel each other")
    }
    guard try context.inputIfPresent("profile") == nil,
      try context.text("contingencies") == "none"
    else {
      throw KilnError(
        .taskFailed, "profiles and contingencies need the AC method", fix: "set `method: ac`")
    }
  }

  func write() throws(KilnError) {
    let buses = try context.tableOutput(
      "bus.csv",
      [
        Column("bus"), Column("name"), Column("va", unit: "deg"), Column("load p", unit: "MW"),
        Column("gen p", unit: "MW"),
      ])
    var generated = [Double](repeating: 0, count: grid.busCount)
    for (bus, rows) in grid.generatorsOfBus where grid.isEnergised[bus] {
      generated[bus] = rows.reduce(0) { $0 + grid.source.generators[$1].activeMW }
    }
    for (bus, power) in flow.referenceMW { generated[bus] = power + grid.source.buses[bus].loadMW }
    for (index, bus) in grid.source.buses.enumerated() {
      let row: [TableWriter.Cell] = [
        .number(Double(bus.number)), .text(bus.name ?? ""),
        .number(flow.angles[index] * 180 / .pi), .number(bus.loadMW), .number(generated[index]),
      ]
      try buses.append(row)
    }
    try buses.finish()
    try writeBranches()
    let load = (0..<grid.busCount).filter { grid.isEnergised[$0] }
      .reduce(0) { $0 + grid.source.buses[$1].loadMW }
    context.summary.set("state", "converged")
    context.summary.set("iterations", 1)
    context.summary.set("losses", 0, unit: "MW")
    context.summary.set("load", load, unit: "MW")
    try context.arrayOutput(
      "voltage.npy", flow.angles.flatMap { [$0.isNaN ? .nan : 1, $0 * 180 / .pi] },
      shape: [grid.busCount, 2])
  }

  private func writeBranches() throws(KilnError) {
    let table = try context.tableOutput(
      "branch.csv",
      [
        Column("branch"), Column("from"), Column("to"), Column("p from", unit: "MW"),
        Column("loading", unit: "%"), Column("rating", unit: "MVA"),
      ])
    var flows = [Double](repeating: .nan, count: grid.source.branches.count)
    for (branch, megawatts) in zip(grid.admittance.branches, flow.flowsMW) {
      flows[branch.index] = megawatts
    }
    var loaded: (row: Int, percent: Double)?
    for (row, branch) in grid.source.branches.enumerated() {
      let rating = branch.ratingMVA > 0 ? branch.ratingMVA : .nan
      let loading = 100 * abs(flows[row]) / rating
      if loading > loaded?.percent ?? -1 { loaded = (row, loading) }
      try table.append([
        Double(row + 1), Double(branch.from), Double(branch.to), flows[row], loading, rating,
      ])
    }
    try table.finish()
    if let loaded {
      context.summary.set("highest_loading", loaded.percent, unit: "%")
      context.summary.set("highest_loading_branch", Double(loaded.row + 1))
    }
    try writeFigure(flows)
  }

  private func writeFigure(_ flows: [Double]) throws(KilnError) {
    let panel = Panel(
      x: Axis("bus in the order of the case"), y: Axis("voltage angle", unit: "deg"),
      series: [
        .points(
          "", x: grid.source.buses.indices.map { Double($0 + 1) },
          y: flow.angles.map { $0 * 180 / .pi })
      ])
    let figure = Figure(
      "Power flow of \(grid.source.name)", subtitle: "direct-current approximation, no losses",
      panels: [panel])
    try context.figure("powerflow.svg", figure)
  }
}
