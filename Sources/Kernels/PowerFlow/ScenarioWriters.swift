import Base
import Formats
import Networks

/// The files that grow by a line for each operating point.
struct ScenarioWriters {
  private let grid: Grid
  private let series: TableWriter?
  private let contingencies: TableWriter?
  private let magnitudes: ArrayWriter?
  private let loadings: ArrayWriter?
  private let hasRows: Bool

  /// - Parameter time: what the times of a profile's rows are; nil: there is no profile.
  init(
    _ grid: Grid, time: Column?, hasOutages: Bool, keepsArrays: Bool, _ context: KernelContext
  ) throws(KilnError) {
    (self.grid, hasRows) = (grid, time != nil)
    let ends = [
      Column("state"), Column("iterations"), Column("mismatch", unit: "pu"),
      Column("losses", unit: "MW"), Column("vmin", unit: "pu"), Column("vmin bus"),
      Column("vmax", unit: "pu"), Column("vmax bus"), Column("loading max", unit: "%"),
      Column("loading max branch"), Column("voltage violations"), Column("overloads"),
    ]
    series =
      if let time {
        try context.tableOutput(
          "series.csv",
          [
            Column("row"), Column("time", unit: time.unit), Column("load", unit: "MW"),
            Column("reference p", unit: "MW"), Column("reference q", unit: "MVAr"),
          ] + ends)
      } else {
        nil
      }
    contingencies =
      hasOutages
      ? try context.tableOutput(
        "contingencies.csv",
        (hasRows ? [Column("row")] : []) + [
          Column("branch"), Column("from"), Column("to"), Column("cut off buses"),
          Column("lost load", unit: "MW"),
        ] + ends) : nil
    magnitudes =
      keepsArrays ? try context.arrayOutput("series_vm.npy", columns: grid.busCount) : nil
    loadings =
      keepsArrays
      ? try context.arrayOutput("series_loading.npy", columns: grid.source.branches.count) : nil
  }

  func write(_ record: ScenarioRecord, time: Double?) throws(KilnError) {
    let ends = self.ends(record)
    if let outage = record.outage {
      let branch = grid.source.branches[outage]
      let row: [TableWriter.Cell] = hasRows ? [.number(Double((record.row ?? 0) + 1))] : []
      try contingencies?.append(
        row + [
          .number(Double(outage + 1)), .number(Double(branch.from)), .number(Double(branch.to)),
          .number(Double(record.cutBuses)), .number(record.lostMW),
        ] + ends)
      return
    }
    try series?.append(
      [
        .number(Double((record.row ?? 0) + 1)), .number(time ?? .nan), .number(record.loadMW),
        .number(record.referenceMW), .number(record.referenceMVAr),
      ] + ends)
    try magnitudes?.append(record.magnitudes)
    try loadings?.append(record.loadings)
  }

  private func ends(_ record: ScenarioRecord) -> [TableWriter.Cell] {
    let buses = grid.source.buses
    return [
      .text(record.state.word), .number(Double(record.iterations)), .number(record.mismatch),
      .number(record.lossesMW), .number(record.lowest.magnitude),
      .number(Double(buses[record.lowest.bus].number)), .number(record.highest.magnitude),
      .number(Double(buses[record.highest.bus].number)),
      .number(record.mostLoaded?.percent ?? .nan),
      .number(record.mostLoaded.map { Double($0.branch + 1) } ?? .nan),
      .number(Double(record.voltageViolations)), .number(Double(record.overloads)),
    ]
  }

  func finish() throws(KilnError) {
    try series?.finish()
    try contingencies?.finish()
    try magnitudes?.finish()
    try loadings?.finish()
  }
}
