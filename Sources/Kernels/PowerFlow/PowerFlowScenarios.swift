import Base
import Formats
import Networks

/// Time series and outages: reads the profile, computes the points, writes a line for each.
final class PowerFlowScenarios {
  private let grid: Grid
  private let options: PowerFlowOptions
  private let base: PowerFlowSolution
  private let context: KernelContext
  private var times: [Double] = []
  private var counts = (points: 0, failed: 0, violated: 0)
  private var worst: ScenarioRecord?
  private var band = PowerFlowBand()

  init(
    _ grid: Grid, _ options: PowerFlowOptions, _ base: PowerFlowSolution, _ context: KernelContext
  ) throws(KilnError) {
    (self.grid, self.options, self.base, self.context) = (grid, options, base, context)
  }

  /// Computes what the job asks for beyond the case itself; nil if that is nothing.
  func run() throws -> PowerFlowBand? {
    let rows = try profileRows()
    let outages = try outagePlaces()
    guard !rows.isEmpty || !outages.isEmpty else { return nil }
    guard base.state.isConverged else {
      throw KilnError(
        .taskFailed,
        "profile and outages were not computed, as the case itself has no solution (\(base.state.word))",
        fix: "solve the case alone first; `start: dc` or less load may help")
    }
    var scenario = ScenarioRun.Options()
    scenario.loadingMax = try context.number("loading_limit")
    scenario.keepsArrays = try !rows.isEmpty && context.flag("arrays")
    let run: ScenarioRun
    do {
      run = try ScenarioRun(
        grid, options, base: base, outages: outages, options: scenario, threads: context.threads)
    } catch {
      throw OutOfMemory("the factors of the grid's equations do not fit into memory")
    }
    let writers = try ScenarioWriters(
      grid, time: rows.isEmpty ? nil : band.timeLabel, hasOutages: !outages.isEmpty,
      keepsArrays: scenario.keepsArrays, context)
    let pieces = ScenarioRun.pieces(rows: rows.count, outages: outages.count)
    var next = 0
    while next < pieces.count {
      let batch = pieces[next..<min(next + run.piecesAtOnce, pieces.count)]
      var given: [Int: ScenarioInjections] = [:]
      for piece in batch {
        for row in piece.rows where row < rows.count { given[row] = rows[row] }
      }
      let records = run.solve(batch, given, isCancelled: context.cancellation)
      try context.checkCancelled()
      for record in records {
        take(record)
        try writers.write(record, time: record.row.map { times[$0] })
      }
      next += batch.count
      let isEnough = context.progress(
        "points", fraction: Double(next) / Double(pieces.count),
        metrics: [
          "computed": Double(counts.points), "not_converged": Double(counts.failed),
          "with_violations": Double(counts.violated),
        ])
      if isEnough { break }
    }
    try writers.finish()
    summarise()
    return band
  }

  private func take(_ record: ScenarioRecord) {
    counts.points += 1
    if !record.state.isConverged {
      counts.failed += 1
    } else if record.voltageViolations + record.overloads > 0 {
      counts.violated += 1
    }
    if record.state.isConverged, record.outage != nil,
      record.mostLoaded?.percent ?? 0 > worst?.mostLoaded?.percent ?? 0
    {
      worst = record
    }
    guard record.outage == nil, let row = record.row else { return }
    band.add(record, time: times[row])
  }

  private func summarise() {
    context.summary.set("points", Double(counts.points))
    context.summary.set("points_not_converged", Double(counts.failed))
    context.summary.set("points_with_violations", Double(counts.violated))
    if let worst, let outage = worst.outage, let loaded = worst.mostLoaded {
      context.summary.set("worst_outage_branch", Double(outage + 1))
      context.summary.set("worst_outage_loading", loaded.percent, unit: "%")
    }
    band.summarise(grid, context)
  }

  // MARK: What to compute

  private func profileRows() throws -> [ScenarioInjections] {
    guard try context.inputIfPresent("profile") != nil else { return [] }
    var columns = try context.openTable("profile").columns
    let timeColumn = Self.timeColumn(among: columns)
    let table = try context.openTable("profile", instants: timeColumn.map { columns[$0].name })
    let names = try context.list("profile_columns")
    if !names.isEmpty {
      guard names.count == columns.count else {
        throw KilnError(
          .taskFailed,
          "`profile_columns` names \(names.count) columns, the profile has \(columns.count)")
      }
      columns = names.map { Column($0) }
    }
    let time = Self.timeColumn(among: columns)
    let profile = try Profile(
      grid, headings: columns.map { ($0.name, $0.unit) }, timeColumn: time,
      table: context.inputs["profile"]?.first ?? "")
    band.timeLabel = time.map { columns[$0] } ?? Column("row of the profile")
    var rows: [ScenarioInjections] = []
    var block = TableBlock(rows: 1024, columns: columns.count)
    while true {
      try table.read(into: &block)
      if block.rows == 0 { break }
      for row in 0..<block.rows {
        let values = columns.indices.map { block.column($0)[row] }
        rows.append(try profile.injections(values, row: rows.count + 1))
        times.append(time.map { values[$0] } ?? Double(rows.count))
      }
      try context.checkCancelled()
    }
    if time != nil, let start = table.startTime {
      // Dates and times: seconds from the first one on.
      band.timeLabel = Column("time", unit: "s")
      context.summary.set("series_start_epoch", start, unit: "s")
    }
    return rows
  }

  /// The column that tells the time: as signals call it, or the number of an hour, step or day.
  private static func timeColumn(among columns: [Column]) -> Int? {
    let names = TimeAxis.names.union(["hour", "step", "date"])
    return columns.firstIndex { names.contains($0.name.lowercased()) }
  }

  /// Outages by place in the admittance's list of branches.
  private func outagePlaces() throws(KilnError) -> [Int] {
    guard try context.text("contingencies") == "branches" else { return [] }
    let branches = grid.admittance.branches
    let list = try context.list("outages")
    guard !list.isEmpty else {
      return branches.indices.filter { grid.isEnergised[branches[$0].from] }
    }
    var wanted: Set<Int> = []
    for item in list {
      let ends = item.split(separator: "-").compactMap { Int($0) }
      guard let first = ends.first, let last = ends.last, ends.count <= 2, first >= 1,
        first <= last,
        last <= grid.source.branches.count
      else {
        throw KilnError(
          .taskFailed, "`outages` names no branches by `\(item)`",
          fix: "write rows of the case's branches, 1 to \(grid.source.branches.count): `3, 7-12`")
      }
      wanted.formUnion(first...last)
    }
    return branches.indices.filter { wanted.contains(branches[$0].index + 1) }
  }
}

/// Extremes of a time series, row by row.
struct PowerFlowBand {
  var timeLabel = Column("row of the profile")
  private(set) var times: [Double] = []
  private(set) var lowest: [Double] = []
  private(set) var highest: [Double] = []
  private(set) var loading: [Double] = []
  private(set) var losses: [Double] = []
  private var minimum: (magnitude: Double, bus: Int) = (.infinity, 0)
  private var maximum: (percent: Double, branch: Int) = (-1, 0)

  var isEmpty: Bool { times.isEmpty }

  mutating func add(_ record: ScenarioRecord, time: Double) {
    let isSolved = record.state.isConverged
    if isSolved {
      if record.lowest.magnitude < minimum.magnitude {
        minimum = (record.lowest.magnitude, record.lowest.bus)
      }
      if let loaded = record.mostLoaded, loaded.percent > maximum.percent {
        maximum = (loaded.percent, loaded.branch)
      }
    }
    times.append(time)
    lowest.append(isSolved ? record.lowest.magnitude : .nan)
    highest.append(isSolved ? record.highest.magnitude : .nan)
    loading.append(isSolved ? record.mostLoaded?.percent ?? .nan : .nan)
    losses.append(isSolved ? record.lossesMW : .nan)
  }

  func summarise(_ grid: Grid, _ context: KernelContext) {
    guard let high = highest.filter({ !$0.isNaN }).max() else { return }
    context.summary.set("series_lowest_voltage", minimum.magnitude, unit: "pu")
    context.summary.set(
      "series_lowest_voltage_bus", Double(grid.source.buses[minimum.bus].number))
    context.summary.set("series_highest_voltage", high, unit: "pu")
    let solved = losses.filter { !$0.isNaN }
    context.summary.set(
      "series_mean_losses", solved.reduce(0, +) / Double(max(1, solved.count)), unit: "MW")
    if maximum.percent >= 0 {
      context.summary.set("series_highest_loading", maximum.percent, unit: "%")
      context.summary.set("series_highest_loading_branch", Double(maximum.branch + 1))
    }
  }
}
