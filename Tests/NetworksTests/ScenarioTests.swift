import Base
import TestSupport
import Testing

@testable import Networks

@Suite("many operating points") struct ScenarioTests {
  /// Two solutions within a mismatch of 1e-8 pu of the same equations.
  static let same = 1e-7

  static func run(
    _ source: GridCase, rows: [Int: ScenarioInjections] = [:], outages: Bool, threads: Int = 1
  ) throws -> (grid: Grid, records: [ScenarioRecord]) {
    let grid = try Grid(source)
    let base = try PowerFlowSolver(grid, PowerFlowOptions()).solve(Injections(grid))
    try #require(base.state == .converged)
    var options = ScenarioRun.Options()
    options.keepsArrays = true
    let places = outages ? Array(grid.admittance.branches.indices) : []
    let run = try ScenarioRun(
      grid, PowerFlowOptions(), base: base, outages: places, options: options, threads: threads)
    let pieces = ScenarioRun.pieces(rows: rows.count, outages: places.count)
    return (grid, run.solve(pieces[...], rows) { false })
  }

  @Test("outages equal power flows of cases without the branch")
  func outages() throws {
    let source = SmallGrids.ring(20)
    let (_, records) = try Self.run(source, outages: true)
    #expect(records.count == source.branches.count)
    var worst = 0.0
    for record in records {
      let row = try #require(record.outage)
      var without = source
      without.branches[row].isInService = false
      let (grid, solution) = try SmallGrids.solve(without)
      let results = GridResults(grid, solution, Injections(grid))
      #expect(record.state == solution.state)
      #expect(record.cutBuses == solution.magnitudes.filter(\.isNaN).count)
      worst = max(worst, abs(record.lowest.magnitude - results.lowest.magnitude))
      worst = max(worst, abs(record.lossesMW - results.lossesMW) / 100)
      #expect(record.lowest.bus == results.lowest.bus)
      #expect(record.mostLoaded?.branch == results.mostLoaded?.branch)
    }
    #expect(worst < Self.same)
    recordVerification(
      "network.powerflow", "N-1 of a ring with cross lines",
      source: "power flow without the branch",
      measure: "largest difference [pu]", value: worst, granted: Self.same)
  }

  @Test("the branch to a spur cuts it off and names the lost load")
  func spur() throws {
    let source = SmallGrids.ring(20)
    let (_, records) = try Self.run(source, outages: true)
    let last = try #require(records.last)
    let before = records[records.count - 2]
    #expect((before.cutBuses, last.cutBuses) == (2, 1))
    #expect(last.lostMW == source.buses[21].loadMW)
    #expect(before.lostMW == source.buses[20].loadMW + source.buses[21].loadMW)
  }

  @Test("rows of a profile equal power flows of cases with those loads")
  func rows() throws {
    let source = SmallGrids.ring(20)
    let profile = try Profile(
      Grid(source), headings: [("time", "h"), ("load", nil), ("gen 8", "MW"), ("load 5", "%")],
      timeColumn: 0, table: "profile.csv")
    var rows: [Int: ScenarioInjections] = [:]
    for row in 0..<50 {
      let values = [Double(row), 0.6 + 0.01 * Double(row), 10 + Double(row % 7), 130]
      rows[row] = try profile.injections(values, row: row + 1)
    }
    let (_, records) = try Self.run(source, rows: rows, outages: false)
    #expect(records.map(\.row) == (0..<50).map { $0 })
    for row in [0, 17, 49] {
      var changed = source
      for bus in changed.buses.indices {
        let factor = (0.6 + 0.01 * Double(row)) * (bus == 4 ? 1.3 : 1)
        changed.buses[bus].loadMW *= factor
        changed.buses[bus].loadMVAr *= factor
      }
      changed.generators[2].activeMW = 10 + Double(row % 7)
      let (_, solution) = try SmallGrids.solve(changed)
      let worst = zip(records[row].magnitudes, solution.magnitudes).map { abs($0 - $1) }.max() ?? 0
      #expect(worst < Self.same)
    }
  }

  @Test("do not depend on how many threads share them", arguments: [2, 3])
  func threads(count: Int) throws {
    let grid = try Grid(SmallGrids.ring(20))
    let profile = try Profile(grid, headings: [("load", nil)], table: "t")
    var rows: [Int: ScenarioInjections] = [:]
    for row in 0..<100 { rows[row] = try profile.injections([0.5 + 0.005 * Double(row)], row: row) }
    let one = try Self.run(grid.source, rows: rows, outages: true).records
    let several = try Self.run(grid.source, rows: rows, outages: true, threads: count).records
    #expect(one.count == 100 * (1 + grid.source.branches.count))
    #expect(one.map(\.magnitudes) == several.map(\.magnitudes))
    #expect(one.map(\.lossesMW) == several.map(\.lossesMW))
    #expect(one.map(\.iterations) == several.map(\.iterations))
  }

  @Test("one that fails leaves the others as they are")
  func poison() throws {
    let grid = try Grid(SmallGrids.ring(20))
    let profile = try Profile(grid, headings: [("load", nil)], table: "t")
    var rows: [Int: ScenarioInjections] = [:]
    for row in 0..<6 { rows[row] = try profile.injections([row == 2 ? 40 : 1], row: row) }
    let records = try Self.run(grid.source, rows: rows, outages: false).records
    #expect(!records[2].state.isConverged)
    for row in [0, 1, 3, 4, 5] {
      #expect(records[row].state == .converged)
      #expect(abs(records[row].lossesMW - records[0].lossesMW) < 100 * Self.same)
    }
  }

  @Test(
    "refuse headings that mean nothing",
    arguments: [
      (
        "wind", nil as String?,
        "p.csv, column `wind`: this heading names neither loads nor generators nor a bus; write "
          + "`load`, `gen`, `load 12` (bus 12), `gen 12`, `load area 2` or the bus's name"
      ),
      ("load 77", nil, "p.csv, column `load 77`: the case has no bus 77"),
      ("gen 2", nil, "p.csv, column `gen 2`: there is no generator in service"),
      (
        "load", "kV",
        "p.csv, column `load`: the unit `kV` does not fit; leave the unit out for factors, or use "
          + "%, MW, kW, MVAr (loads), kVAr (loads)"
      ),
    ])
  func headings(name: String, unit: String?, message: String) throws {
    let grid = try Grid(SmallGrids.ring(8))
    let error = #expect(throws: KilnError.self) {
      try Profile(grid, headings: [(name, unit)], table: "p.csv")
    }
    #expect(error.map(String.init(describing:)) == message)
  }

  @Test("report which limits are not kept")
  func violations() throws {
    var source = try Cases.parse(Cases.twoBuses)
    source.branches[0].ratingMVA = 40
    source.buses[1].magnitudeMin = 0.99
    source.generators[0].activeMax = 45
    let (grid, solution) = try SmallGrids.solve(source)
    let results = GridResults(grid, solution, Injections(grid))
    let found = results.violations(grid, solution, loadingMax: 100)
    #expect(found.map(\.kind) == [.lowVoltage, .overload, .activePower])
    #expect(found.map(\.element) == ["bus 2", "branch 1 (1-2)", "generator 1 (bus 1)"])
    #expect(found.map(\.limit) == [0.99, 100, 45])
  }
}
