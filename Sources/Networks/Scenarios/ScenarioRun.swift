import LinearAlgebra
import Synchronization

/// What one operating point came to.
package struct ScenarioRecord: Sendable {
  /// Row of the profile from 0; nil: the case as it is.
  package var row: Int?
  /// The branch that is out, by its row in the case; nil: none.
  package var outage: Int?
  package var state: PowerFlowState
  package var iterations: Int
  package var mismatch: Double
  package var worstBus: Int
  package var isDamped: Bool
  /// Buses that the outage cut off, and the load that they lost.
  package var cutBuses: Int
  package var lostMW: Double
  package var loadMW: Double
  package var lossesMW: Double
  package var referenceMW: Double
  package var referenceMVAr: Double
  package var lowest: (bus: Int, magnitude: Double)
  package var highest: (bus: Int, magnitude: Double)
  package var mostLoaded: (branch: Int, percent: Double)?
  package var voltageViolations: Int
  package var overloads: Int
  /// Per unit, by index of the bus; empty unless asked for.
  package var magnitudes: [Double] = []
  /// Percent, by row of the branch; empty unless asked for.
  package var loadings: [Double] = []
}

/// Solves many operating points of one grid: rows of a profile, outages of branches, or both.
///
/// Points are computed in pieces of fixed size, each beginning at the solution of the case with factors
/// of its own, so that the results do not depend on how many threads share the pieces.
package final class ScenarioRun {
  package struct Options: Sendable {
    package var loadingMax = 100.0
    /// Whether records carry the voltages and loadings of all buses and branches.
    package var keepsArrays = false

    package init() {}
  }

  /// Some rows with some outages; the points of a row without outage come first.
  package struct Piece: Sendable {
    package var rows: Range<Int>
    package var outages: Range<Int>
    /// Whether the rows themselves are recorded, not only their outages.
    package var recordsRows: Bool
  }

  private let grid: Grid
  private let base: PowerFlowSolution
  private let bridges: Bridges
  /// Outages by place in the admittance's list of branches.
  private let outages: [Int]
  private let options: Options
  private let team: ThreadTeam
  private let solvers: [PowerFlowSolver]

  /// - Parameters:
  ///   - base: the converged solution of the case.
  ///   - outages: branches by place in the admittance's list.
  package init(
    _ grid: Grid, _ flow: PowerFlowOptions, base: PowerFlowSolution, outages: [Int],
    options: Options, threads: Int
  ) throws(SparseLUError) {
    (self.grid, self.base, self.outages, self.options) = (grid, base, outages, options)
    bridges = Bridges(grid)
    team = ThreadTeam(count: threads)
    var solvers: [PowerFlowSolver] = []
    for _ in 0..<team.count { solvers.append(try PowerFlowSolver(grid, flow)) }
    self.solvers = solvers
  }

  private static let rowsOfPiece = 32
  private static let outagesOfPiece = 128

  /// The pieces of all points of `rows` rows (0: the case as it is).
  package static func pieces(rows: Int, outages: Int) -> [Piece] {
    guard outages > 0 else {
      return stride(from: 0, to: rows, by: rowsOfPiece).map {
        Piece(rows: $0..<min($0 + rowsOfPiece, rows), outages: 0..<0, recordsRows: true)
      }
    }
    return (0..<max(1, rows)).flatMap { row in
      stride(from: 0, to: outages, by: outagesOfPiece).map {
        Piece(
          rows: row..<(row + 1), outages: $0..<min($0 + outagesOfPiece, outages),
          recordsRows: rows > 0 && $0 == 0)
      }
    }
  }

  /// How many pieces are worth handing over at once.
  package var piecesAtOnce: Int { 2 * team.count }

  /// Solves pieces on all threads; the records come in the order of the points.
  ///
  /// - Parameters:
  ///   - injections: loads and generation of each row of the pieces; empty: the case as it is.
  ///   - isCancelled: asked before each point; the records are incomplete once it says yes.
  package func solve(
    _ pieces: ArraySlice<Piece>, _ injections: [Int: ScenarioInjections],
    isCancelled: @Sendable () -> Bool
  ) -> [ScenarioRecord] {
    let slots = pieces.map { _ in Slot() }
    let next = Atomic(0)
    let first = pieces.startIndex
    team.run { part in
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < slots.count else { return }
        slots[index].records = solve(pieces[first + index], injections, solvers[part], isCancelled)
      }
    }
    return slots.flatMap(\.records)
  }

  /// Where a piece leaves its records: written by the one thread that took the piece.
  private final class Slot {
    var records: [ScenarioRecord] = []
  }

  private func solve(
    _ piece: Piece, _ injections: [Int: ScenarioInjections], _ solver: PowerFlowSolver,
    _ isCancelled: () -> Bool
  ) -> [ScenarioRecord] {
    var records: [ScenarioRecord] = []
    let standard = ScenarioInjections(grid)
    begin(solver, standard.injections)
    for row in piece.rows {
      if isCancelled() { return records }
      let given = injections[row] ?? standard
      let solution = solver.resolve(given.injections, from: base)
      if piece.recordsRows {
        records.append(record(solution, given, row: row, outage: nil, cut: []))
      }
      guard !piece.outages.isEmpty else { continue }
      let origin = solution.state.isConverged ? solution : base
      for place in piece.outages {
        if isCancelled() { return records }
        var record = outage(outages[place], given, from: origin, solver)
        record.row = injections.isEmpty ? nil : row
        records.append(record)
      }
    }
    return records
  }

  /// Puts the solver where every piece begins.
  private func begin(_ solver: PowerFlowSolver, _ injections: Injections) {
    solver.resetRows()
    solver.hold(base.atReactiveLimit)
    solver.setInjections(injections)
    solver.setVoltages(magnitudes: base.magnitudes, angles: base.angles)
    // A singular Jacobian shows again, with its reason, in the solution that follows.
    try? solver.refreshFactors()
  }

  private func outage(
    _ place: Int, _ given: ScenarioInjections, from origin: PowerFlowSolution,
    _ solver: PowerFlowSolver
  ) -> ScenarioRecord {
    let cut = bridges.cutOff(by: place)
    solver.resetRows()
    solver.hold(origin.atReactiveLimit)
    solver.switchOff(cut)
    solver.setVoltages(magnitudes: origin.magnitudes, angles: origin.angles)
    let solution = solver.without(place) {
      solver.resolve(given.injections, from: origin, refreshing: true)
    }
    return record(solution, given, row: nil, outage: place, cut: cut)
  }

  private func record(
    _ solution: PowerFlowSolution, _ given: ScenarioInjections, row: Int?, outage: Int?, cut: [Int]
  ) -> ScenarioRecord {
    let results = GridResults(
      grid, solution, given.injections, generatorMW: given.generatorMW, without: outage)
    let counts = results.violationCounts(grid, solution, loadingMax: options.loadingMax)
    var reference = (active: 0.0, reactive: 0.0)
    var load = 0.0
    for bus in 0..<grid.busCount where !solution.magnitudes[bus].isNaN {
      load += given.injections.loadMW[bus]
      guard grid.kinds[bus] == .reference else { continue }
      reference.active += solution.activeMW[bus] + given.injections.loadMW[bus]
      reference.reactive += solution.reactiveMVAr[bus] + given.injections.loadMVAr[bus]
    }
    var record = ScenarioRecord(
      row: row, outage: outage.map { grid.admittance.branches[$0].index }, state: solution.state,
      iterations: solution.iterations, mismatch: solution.history.last ?? 0,
      worstBus: solution.worstBus, isDamped: solution.isDamped, cutBuses: cut.count,
      lostMW: cut.reduce(0) { $0 + given.injections.loadMW[$1] }, loadMW: load,
      lossesMW: results.lossesMW, referenceMW: reference.active,
      referenceMVAr: reference.reactive, lowest: results.lowest, highest: results.highest,
      mostLoaded: results.mostLoaded, voltageViolations: counts.voltages,
      overloads: counts.overloads)
    if options.keepsArrays, outage == nil {
      record.magnitudes = solution.magnitudes
      record.loadings = results.flows.map(\.loading)
    }
    return record
  }
}
