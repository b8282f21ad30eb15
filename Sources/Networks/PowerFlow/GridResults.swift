import Glibc

/// What an engineer reads off a solution: flows, losses, loadings, what the generators give.
package struct GridResults: Sendable {
  /// By row of the case's branches; not a number where a branch is out of service.
  package var flows: [BranchFlow]
  /// By row of the case's generators: MW and MVAr; zero out of service.
  package var generatedMW: [Double]
  package var generatedMVAr: [Double]
  package var lossesMW: Double
  package var lossesMVAr: Double
  /// Index of the bus and per unit.
  package var lowest: (bus: Int, magnitude: Double)
  package var highest: (bus: Int, magnitude: Double)
  /// Row of the branch and percent of its rating; nil without ratings.
  package var mostLoaded: (branch: Int, percent: Double)?

  package struct BranchFlow: Sendable {
    /// Into the branch at its two ends.
    package var fromMW = Double.nan
    package var fromMVAr = Double.nan
    package var toMW = Double.nan
    package var toMVAr = Double.nan
    /// Apparent power at the fuller end in percent of the rating; not a number without one.
    package var loading = Double.nan

    package var lossMW: Double { fromMW + toMW }
    package var lossMVAr: Double { fromMVAr + toMVAr }
  }

  /// - Parameter outage: a branch (place in the admittance's list) that is out.
  package init(
    _ grid: Grid, _ solution: PowerFlowSolution, _ injections: Injections,
    generatorMW: [Double]? = nil,
    without outage: Int? = nil
  ) {
    flows = Self.flows(grid, solution, without: outage)
    var losses = (0.0, 0.0)
    mostLoaded = nil
    for (row, flow) in flows.enumerated() where !flow.fromMW.isNaN {
      losses.0 += flow.lossMW
      losses.1 += flow.lossMVAr
      if flow.loading > mostLoaded?.percent ?? -1 { mostLoaded = (row, flow.loading) }
    }
    (lossesMW, lossesMVAr) = losses
    lowest = (0, .infinity)
    highest = (0, -.infinity)
    for (bus, magnitude) in solution.magnitudes.enumerated() where !magnitude.isNaN {
      if magnitude < lowest.magnitude { lowest = (bus, magnitude) }
      if magnitude > highest.magnitude { highest = (bus, magnitude) }
    }
    generatedMW = []
    generatedMVAr = []
    share(grid, solution, injections, generatorMW ?? grid.source.generators.map(\.activeMW))
  }

  private static func flows(
    _ grid: Grid, _ solution: PowerFlowSolution, without outage: Int?
  ) -> [BranchFlow] {
    var flows = [BranchFlow](repeating: BranchFlow(), count: grid.source.branches.count)
    let rotors = RectangularVoltages(solution)
    for (place, branch) in grid.admittance.branches.enumerated() where place != outage {
      let flow = rotors.flow(branch, baseMVA: grid.source.baseMVA)
      guard !flow.fromMW.isNaN else { continue }
      flows[branch.index] = flow
      let rating = grid.source.branches[branch.index].ratingMVA
      guard rating > 0 else { continue }
      let from = flow.fromMW * flow.fromMW + flow.fromMVAr * flow.fromMVAr
      let to = flow.toMW * flow.toMW + flow.toMVAr * flow.toMVAr
      flows[branch.index].loading = 100 * max(from, to).squareRoot() / rating
    }
    return flows
  }

  /// Shares the power of a bus among its generators: active power as given, with the remainder of a
  /// reference bus on its first generator; reactive power by the widths of their ranges.
  private mutating func share(
    _ grid: Grid, _ solution: PowerFlowSolution, _ injections: Injections, _ given: [Double]
  ) {
    let generators = grid.source.generators
    generatedMW = [Double](repeating: 0, count: generators.count)
    generatedMVAr = generatedMW
    for (bus, rows) in grid.generatorsOfBus where !solution.magnitudes[bus].isNaN {
      for row in rows { generatedMW[row] = given[row] }
      if grid.kinds[bus] == .reference {
        let others = rows.dropFirst().reduce(0) { $0 + given[$1] }
        generatedMW[rows[0]] = solution.activeMW[bus] + injections.loadMW[bus] - others
      }
      guard grid.kinds[bus] != .load else {
        for row in rows { generatedMVAr[row] = generators[row].reactiveMVAr }
        continue
      }
      let total = solution.reactiveMVAr[bus] + injections.loadMVAr[bus]
      let range = grid.reactiveRange(bus)
      let width = range.upperBound - range.lowerBound
      for row in rows {
        let own = generators[row]
        generatedMVAr[row] =
          width.isFinite && width > 0
          ? own.reactiveMin
            + (total - range.lowerBound) * (own.reactiveMax - own.reactiveMin) / width
          : total / Double(rows.count)
      }
    }
  }
}

/// Voltages by real and imaginary part, from which flows follow.
struct RectangularVoltages {
  private let real: [Double]
  private let imaginary: [Double]

  init(_ solution: PowerFlowSolution) {
    real = zip(solution.magnitudes, solution.angles).map { $0 * cos($1) }
    imaginary = zip(solution.magnitudes, solution.angles).map { $0 * sin($1) }
  }

  /// What flows into a branch at its two ends.
  func flow(_ branch: BranchAdmittance, baseMVA: Double) -> GridResults.BranchFlow {
    let (fr, fi) = (real[branch.from], imaginary[branch.from])
    let (tr, ti) = (real[branch.to], imaginary[branch.to])
    let (g, b) = (branch.g, branch.b)
    let ifr = g[0] * fr - b[0] * fi + g[1] * tr - b[1] * ti
    let ifi = g[0] * fi + b[0] * fr + g[1] * ti + b[1] * tr
    let itr = g[2] * fr - b[2] * fi + g[3] * tr - b[3] * ti
    let iti = g[2] * fi + b[2] * fr + g[3] * ti + b[3] * tr
    return GridResults.BranchFlow(
      fromMW: baseMVA * (fr * ifr + fi * ifi), fromMVAr: baseMVA * (fi * ifr - fr * ifi),
      toMW: baseMVA * (tr * itr + ti * iti), toMVAr: baseMVA * (ti * itr - tr * iti))
  }
}
