import Base
import TestSupport
import Testing

@testable import Networks

@Suite("power flow") struct PowerFlowTests {
  /// Mismatch of 1e-8 pu leaves voltages of well-conditioned grids this exact.
  static let exact = 1e-9

  @Test("of two buses has the voltage of the closed form", arguments: PowerFlowStart.allCases)
  func closedForm(start: PowerFlowStart) throws {
    var options = PowerFlowOptions()
    options.start = start
    options.tolerance = 1e-12
    let (grid, solution) = try SmallGrids.solve(try Cases.parse(Cases.twoBuses), options)
    // V⁴ + (2 (P r + Q x) - 1) V² + (P² + Q²) |z|² = 0 with V₁ = 1.
    let (p, q, r, x) = (0.5, 0.2, 0.02, 0.1)
    let half = (1 - 2 * (p * r + q * x)) / 2
    let square = half + (half * half - (p * p + q * q) * (r * r + x * x)).squareRoot()
    let difference = abs(solution.magnitudes[1] - square.squareRoot())
    #expect(difference < 1e-12)
    // Losses are r |I|² with |I|² = (P² + Q²) / V².
    let results = GridResults(grid, solution, Injections(grid))
    let losses = 100 * r * (p * p + q * q) / square
    #expect(abs(results.lossesMW - losses) < 1e-9)
    #expect(abs(results.generatedMW[0] - 50 - losses) < 1e-9)
    let loading =
      100 * (pow2(results.flows[0].fromMW) + pow2(results.flows[0].fromMVAr)).squareRoot()
    #expect(abs(results.flows[0].loading - loading / 100) < 1e-9)
    recordVerification(
      "network.powerflow", "two buses", source: "closed form of the quadratic in V²",
      measure: "difference of the voltage [pu]", value: difference, granted: 1e-12)
  }

  private func pow2(_ x: Double) -> Double { x * x }

  @Test("balances the flows of all branches at every bus", arguments: [6, 25, 120])
  func balance(count: Int) throws {
    let (grid, solution) = try SmallGrids.solve(SmallGrids.ring(count))
    #expect(solution.state == .converged)
    #expect(SmallGrids.imbalance(grid, solution) < 1e-9)
  }

  @Test("beyond the load that the grid can carry returns its last iterate, history and worst bus")
  func collapse() throws {
    var source = try Cases.parse(Cases.twoBuses)
    // The largest load of this line at this power factor lies near 250 MW.
    source.buses[1].loadMW = 600
    let (_, solution) = try SmallGrids.solve(source)
    #expect(solution.state == .stalled || solution.state == .iterationLimit)
    #expect(solution.isDamped)
    #expect(solution.history.count > 1)
    #expect(solution.worstBus == 1)
    #expect(solution.magnitudes.allSatisfy { $0.isFinite && $0 > 0 })
  }

  @Test("holds every generator within its reactive limits, or its voltage")
  func reactiveLimits() throws {
    var source = SmallGrids.ring(24)
    for index in source.generators.indices where index > 0 {
      (source.generators[index].reactiveMax, source.generators[index].reactiveMin) = (4, -1)
    }
    var options = PowerFlowOptions()
    options.enforcesReactiveLimits = true
    let (grid, solution) = try SmallGrids.solve(source, options)
    try #require(solution.state == .converged)
    #expect(!solution.atReactiveLimit.isEmpty)
    // Each round begins at a mismatch that no step led to.
    #expect(solution.iterations > 0 && solution.iterations < solution.history.count - 1)
    for bus in 0..<grid.busCount where grid.kinds[bus] == .generator {
      let reactive = solution.reactiveMVAr[bus] + source.buses[bus].loadMVAr
      let excess = solution.magnitudes[bus] - grid.setpoints[bus]
      switch solution.atReactiveLimit[bus] {
      case .some(4): #expect(abs(reactive - 4) < 1e-5 && excess < 1e-7)
      case .some(-1): #expect(abs(reactive + 1) < 1e-5 && excess > -1e-7)
      case nil: #expect(reactive < 4 + 1e-4 && reactive > -1 - 1e-4 && abs(excess) < 1e-12)
      default: Issue.record("bus \(bus) holds a limit that it does not have")
      }
    }
  }

  @Test("shares the reactive power of a bus among its generators by their ranges")
  func sharing() throws {
    var source = try Cases.parse(Cases.twoBuses)
    source.generators[0].reactiveMin = 0
    source.generators.append(GridCase.Generator(bus: 1, activeMW: 10))
    (source.generators[1].reactiveMax, source.generators[1].reactiveMin) = (100, 0)
    source.generators.append(GridCase.Generator(bus: 1, activeMW: 99))
    source.generators[2].isInService = false
    let (grid, solution) = try SmallGrids.solve(source)
    let results = GridResults(grid, solution, Injections(grid))
    #expect(abs(results.generatedMVAr[0] - 3 * results.generatedMVAr[1]) < 1e-9)
    #expect(results.generatedMW[1] == 10)
    #expect(results.generatedMW[2] == 0)
    #expect(abs(results.generatedMW[0] + 10 - 50 - results.lossesMW) < 1e-6)
  }

  @Test("accepts what rounding leaves of a mismatch beside a branch almost without impedance")
  func rounding() throws {
    var source = SmallGrids.ring(12)
    source.branches.append(
      GridCase.Branch(from: 3, to: 200, resistance: 0, reactance: 1e-11))
    source.buses.append(GridCase.Bus(200, .load, loadMW: 5, loadMVAr: 3))
    let (_, solution) = try SmallGrids.solve(source)
    #expect(solution.state == .rounding && solution.state.isConverged)
    // Without the branch, its load at the other end.
    var joined = SmallGrids.ring(12)
    joined.buses[2].loadMW += 5
    joined.buses[2].loadMVAr += 3
    let other = try SmallGrids.solve(joined).solution
    #expect(zip(other.magnitudes, solution.magnitudes).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(try #require(solution.history.last) > 1e-8)
    #expect(solution.iterations < 10, "it stops where steps no longer help")
  }

  @Test("leaves islands without reference and isolated buses without voltage")
  func islands() throws {
    var source = SmallGrids.ring(12)
    source.buses.append(GridCase.Bus(90, .isolated, loadMW: 3))
    source.buses.append(GridCase.Bus(91, .load, loadMW: 4))
    source.buses.append(GridCase.Bus(92, .generator))
    source.generators.append(GridCase.Generator(bus: 92, activeMW: 5))
    source.branches.append(GridCase.Branch(from: 90, to: 1, resistance: 0, reactance: 0.1))
    source.branches.append(GridCase.Branch(from: 91, to: 92, resistance: 0, reactance: 0.1))
    let (grid, solution) = try SmallGrids.solve(source)
    #expect(solution.state == .converged)
    #expect(solution.magnitudes.suffix(3).allSatisfy { $0.isNaN })
    #expect(grid.islands.count == 2)
    #expect(
      grid.notices == [
        "an island of 2 buses (91, 92) has no reference bus and is not energised"
      ])
    let alone = try SmallGrids.solve(SmallGrids.ring(12)).solution
    #expect(zip(alone.magnitudes, solution.magnitudes).allSatisfy { abs($0 - $1) < Self.exact })
  }

  @Test("without a reference bus takes the first generator bus, or refuses")
  func references() throws {
    var source = SmallGrids.ring(12)
    source.generators[0].isInService = false
    let grid = try Grid(source)
    #expect(grid.kinds[3] == .reference)
    #expect(
      grid.notices == [
        "reference bus 1 has no generator in service", "bus 4 serves as reference",
      ])
    for index in source.generators.indices { source.generators[index].isInService = false }
    #expect(throws: PowerFlowError.noReference) { try Grid(source) }
  }

  @Test("turns the angle behind a phase shifter and divides by the ratio of a transformer")
  func transformer() throws {
    var source = try Cases.parse(Cases.twoBuses)
    (source.buses[1].loadMW, source.buses[1].loadMVAr) = (0, 0)
    (source.branches[0].ratio, source.branches[0].shift) = (0.95, 30)
    let (_, solution) = try SmallGrids.solve(source)
    // No current flows: V₂ = V₁ / (ratio e^(j shift)).
    #expect(abs(solution.magnitudes[1] - 1 / 0.95) < Self.exact)
    #expect(abs(solution.angles[1] * 180 / .pi + 30) < Self.exact)
  }

  @Test("by direct current divides the load of a triangle by its reactances")
  func direct() throws {
    var source = SmallGrids.ring(3, spur: 0)
    source.branches = [(1, 2), (2, 3), (1, 3)].map {
      GridCase.Branch(from: $0.0, to: $0.1, resistance: 0, reactance: 0.1)
    }
    for (index, load) in [0.0, 0, 90].enumerated() { source.buses[index].loadMW = load }
    source.buses[2].shuntMVAr = 0
    let grid = try Grid(source)
    let flow = try DirectFlow(grid, Injections(grid))
    // Two thirds take the direct line, one third the detour of twice the reactance.
    for (value, expected) in zip(flow.flowsMW, [30.0, 30, 60]) {
      #expect(abs(value - expected) < 1e-9)
    }
    #expect(abs((flow.referenceMW[0] ?? 0) - 90) < 1e-9)
    #expect(abs(flow.angles[2] + 0.06) < 1e-12)
  }
}
