import Base
import Formats
import LinearAlgebra
import Plots
import Statistics

/// Second pass: scores, T², SPE, alarms and what is to blame for them.
final class MonitoringRun {
  private let model: PrincipalComponents
  private let columns: [Column]
  private let context: KernelContext
  private let isNew: Bool
  private let limits: MonitorLimits
  private var t2Chart = PeakKeeper()
  private var speChart = PeakKeeper()
  private var points = PointKeeper()
  private var counts = (rows: 0, alarms: 0, t2: 0, spe: 0, first: 0)

  init(
    _ model: PrincipalComponents, _ columns: [Column], isNew: Bool, _ context: KernelContext
  ) throws(KilnError) {
    (self.model, self.columns, self.isNew, self.context) = (model, columns, isNew, context)
    limits = MonitorLimits(model, confidence: try context.number("confidence"))
  }

  private var t2Limit: Double { isNew ? limits.t2 : limits.t2OfModel }

  /// Alarms whose contributions are written.
  private static let explainedMax = 1000

  func run(_ rows: MultivariateRows) throws {
    let wish = try context.text("scores")
    let names = (0..<model.components).map { Column("t\($0 + 1)") }
    let table =
      wish == "all"
      ? try context.tableOutput(
        "scores.csv", [Column("row")] + names + [Column("T2"), Column("SPE"), Column("alarm")])
      : nil
    let array =
      wish == "none" ? nil : try context.arrayOutput("scores.npy", columns: model.components + 2)
    let blame = try context.tableOutput(
      "contributions.csv",
      [
        Column("row"), Column("statistic"), Column("value"), Column("limit"), Column("column"),
        Column("contribution"),
      ])
    let monitor = ProcessMonitor(model)
    try rows.forEachBlock { block, numbers in
      for start in stride(from: 0, to: block.rows, by: ProcessMonitor.blockRows) {
        let count = min(ProcessMonitor.blockRows, block.rows - start)
        monitor.take(block.part(start..<(start + count), 0..<block.columns))
        for row in 0..<count {
          let (t2, spe) = (monitor.statistics.t2[row], monitor.statistics.spe[row])
          let number = numbers[start + row]
          let alarm = judge(number, monitor.scores.view, row, t2: t2, spe: spe)
          let isListed = alarm && counts.alarms <= Self.explainedMax
          guard table != nil || array != nil || isListed else { continue }
          let scores = (0..<model.components).map { monitor.scores.view[row, $0] }
          try table?.append([Double(number)] + scores + [t2, spe, alarm ? 1 : 0])
          try array?.append(scores + [t2, spe])
          guard isListed else { continue }
          let residual = monitor.residual(row)
          if t2 > t2Limit {
            try explain(
              number, "T2", t2, t2Limit,
              monitor.contributions(scores: scores, residual: residual), blame)
          }
          if spe > limits.spe {
            try explain(number, "SPE", spe, limits.spe, residual.map { $0 * $0 }, blame)
          }
        }
      }
    }
    try table?.finish()
    try array?.finish()
    try blame.finish()
    summarise()
    try context.figure("pca.svg", figure)
  }

  private func judge(
    _ number: Int, _ scores: MatrixView, _ row: Int, t2: Double, spe: Double
  ) -> Bool {
    counts.rows += 1
    if t2 > t2Limit { counts.t2 += 1 }
    if spe > limits.spe { counts.spe += 1 }
    t2Chart.add(Double(number), t2)
    speChart.add(Double(number), spe)
    if scores.columns > 1 { points.add(scores[row, 0], scores[row, 1]) }
    guard t2 > t2Limit || spe > limits.spe else { return false }
    counts.alarms += 1
    if counts.first == 0 { counts.first = number }
    return true
  }

  /// The five columns that add most.
  private func explain(
    _ number: Int, _ statistic: String, _ value: Double, _ limit: Double, _ shares: [Double],
    _ table: TableWriter
  ) throws(KilnError) {
    for column in shares.indices.sorted(by: { shares[$0] > shares[$1] }).prefix(5) {
      let row: [TableWriter.Cell] = [
        .number(Double(number)), .text(statistic), .number(value), .number(limit),
        .text(columns[column].name), .number(shares[column]),
      ]
      try table.append(row)
    }
  }

  private func summarise() {
    context.summary.set("t2_limit", t2Limit)
    context.summary.set("spe_limit", limits.spe)
    context.summary.set("rows_judged", Double(counts.rows))
    context.summary.set("alarms", Double(counts.alarms))
    context.summary.set("alarms_t2", Double(counts.t2))
    context.summary.set("alarms_spe", Double(counts.spe))
    context.summary.set("first_alarm", Double(counts.first))
  }

  // MARK: Figure

  /// From zero to a little above the highest point and the limit.
  private func axis(_ label: String, _ chart: PeakKeeper, _ limit: Double) -> Axis {
    let top = max(chart.y.max() ?? 0, limit.isFinite ? limit : 0)
    return Axis(label, range: top > 0 ? 0...(1.05 * top) : nil)
  }

  private var figure: Figure {
    let total = model.totalVariance
    let shown = model.variances.prefix(20)
    var sum = 0.0
    let cumulative = shown.map { variance in
      sum += variance
      return 100 * sum / total
    }
    let numbers = shown.indices.map { Double($0 + 1) }
    var panels = [
      Panel(
        "Variance", x: Axis("component"), y: Axis("share", unit: "%", range: 0...105),
        series: [
          .bars("each", x: numbers, y: shown.map { 100 * $0 / total }),
          .line("cumulative", x: numbers, y: cumulative),
        ])
    ]
    if model.components > 1 {
      panels.append(
        Panel(
          "Scores", x: Axis("component 1"), y: Axis("component 2"),
          series: [.points("rows", x: points.x, y: points.y)]))
    }
    let row = Axis("row")
    panels.append(
      Panel(
        "Known variation", x: row, y: axis("T²", t2Chart, t2Limit),
        series: [.line("", x: t2Chart.x, y: t2Chart.y)],
        marks: t2Limit.isFinite ? [.level(t2Limit, "limit")] : []))
    if limits.spe > 0 {
      panels.append(
        Panel(
          "Distance from the model", x: row, y: axis("SPE", speChart, limits.spe),
          series: [.line("", x: speChart.x, y: speChart.y)], marks: [.level(limits.spe, "limit")]))
    }
    return Figure(
      "Principal components of \(model.columns) columns",
      subtitle:
        "\(model.components) kept of \(model.rows) rows; \(counts.alarms) of \(counts.rows) "
        + "rows beyond a limit",
      panels: panels)
  }
}

/// A series of any length, thinned so that its peaks stay.
struct PeakKeeper {
  private(set) var x: [Double] = []
  private(set) var y: [Double] = []
  private var width = 1
  private var filled = 0

  private static let countMax = 8192

  mutating func add(_ place: Double, _ value: Double) {
    if filled > 0, filled < width {
      if value > y[y.count - 1] { (x[x.count - 1], y[y.count - 1]) = (place, value) }
      filled += 1
      return
    }
    x.append(place)
    y.append(value)
    filled = 1
    guard y.count == Self.countMax else { return }
    // Pairs become one point, the higher of the two.
    let kept = stride(from: 0, to: y.count, by: 2).map { y[$0] >= y[$0 + 1] ? $0 : $0 + 1 }
    (x, y) = (kept.map { x[$0] }, kept.map { y[$0] })
    width *= 2
    filled = width
  }
}

/// Points of a cloud of any size: every k-th.
struct PointKeeper {
  private(set) var x: [Double] = []
  private(set) var y: [Double] = []
  private var stride = 1
  private var next = 0

  private static let countMax = 4096

  mutating func add(_ a: Double, _ b: Double) {
    defer { next += 1 }
    guard next % stride == 0 else { return }
    x.append(a)
    y.append(b)
    guard x.count == Self.countMax else { return }
    let kept = Swift.stride(from: 0, to: x.count, by: 2)
    (x, y) = (kept.map { x[$0] }, kept.map { y[$0] })
    stride *= 2
  }
}
