@testable import Networks

/// Grids made for tests.
enum SmallGrids {
  /// A ring of `count` buses with cross lines, a spur of two buses at the end, generators at every
  /// fourth bus; bus 1 is the reference.
  static func ring(_ count: Int, spur: Int = 2) -> GridCase {
    var buses: [GridCase.Bus] = []
    var generators: [GridCase.Generator] = []
    var branches: [GridCase.Branch] = []
    for number in 1...(count + spur) {
      let kind: BusKind = number == 1 ? .reference : number % 4 == 0 ? .generator : .load
      var bus = GridCase.Bus(
        number, kind, loadMW: 5 + Double(number * 7 % 11), loadMVAr: 1 + Double(number % 4))
      bus.magnitudeMax = 1.06
      bus.magnitudeMin = 0.97
      bus.area = 1 + number % 2
      if number == 3 { bus.shuntMVAr = 4 }
      buses.append(bus)
      if kind != .load {
        var generator = GridCase.Generator(bus: number, activeMW: number == 1 ? 0 : 22)
        (generator.reactiveMax, generator.reactiveMin) = (25, -20)
        generator.setpoint = 1.02
        generators.append(generator)
      }
    }
    func line(_ from: Int, _ to: Int) {
      var branch = GridCase.Branch(
        from: from, to: to, resistance: 0.01 + 0.001 * Double(from % 5), reactance: 0.08)
      branch.charging = 0.02
      branch.ratingMVA = 60
      branches.append(branch)
    }
    for number in 1...count { line(number, number % count + 1) }
    for number in stride(from: 1, to: count / 2, by: 3) { line(number, number + count / 2) }
    for number in 0..<spur { line(number == 0 ? count : count + number, count + number + 1) }
    branches[1].ratio = 0.98
    branches[2].shift = 2
    return GridCase(
      name: "ring", baseMVA: 100, buses: buses, generators: generators, branches: branches)
  }

  static func solve(
    _ source: GridCase, _ options: PowerFlowOptions = PowerFlowOptions()
  ) throws -> (grid: Grid, solution: PowerFlowSolution) {
    let grid = try Grid(source)
    return (grid, try PowerFlowSolver(grid, options).solve(Injections(grid)))
  }

  /// Largest violation of the power balance, MW or MVAr, from branch flows alone: a check that shares
  /// nothing with the solver's matrices but the branch model.
  static func imbalance(_ grid: Grid, _ solution: PowerFlowSolution) -> Double {
    let results = GridResults(grid, solution, Injections(grid))
    var (p, q) = (solution.activeMW, solution.reactiveMVAr)
    for (row, branch) in grid.source.branches.enumerated() where !results.flows[row].fromMW.isNaN {
      guard let from = grid.indexOfNumber[branch.from], let to = grid.indexOfNumber[branch.to]
      else { continue }
      p[from] -= results.flows[row].fromMW
      q[from] -= results.flows[row].fromMVAr
      p[to] -= results.flows[row].toMW
      q[to] -= results.flows[row].toMVAr
    }
    for (bus, given) in grid.source.buses.enumerated() where !solution.magnitudes[bus].isNaN {
      let square = solution.magnitudes[bus] * solution.magnitudes[bus]
      p[bus] -= given.shuntMW * square
      q[bus] += given.shuntMVAr * square
    }
    return zip(p, q).map { max(abs($0), abs($1)) }.max() ?? 0
  }
}
