import Base
import Formats
import Plots
import Statistics

/// Tables, scalars and figure of control charts.
struct ControlReport {
  let charts: [ControlChart]
  /// Whether rules about runs apply to the first chart.
  let isRuled: Bool
  var process: ControlData.Process?
  var numbers: [Double] = []
  var specification: (lower: Double?, upper: Double?) = (nil, nil)
  /// What the chart is of.
  let subject: Column
  /// Unit of the points; none for counts.
  let unit: String?
  /// Where the limits come from.
  let convention: String

  init(
    charts: [ControlChart], isRuled: Bool, of subject: Column, unit: String?, convention: String
  ) {
    (self.charts, self.isRuled, self.subject, self.unit) = (charts, isRuled, subject, unit)
    self.convention = convention
  }

  /// The unit of a chart's points: sums of a CUSUM chart count deviations.
  private func unit(of chart: ControlChart) -> String? { chart.isRelative ? nil : unit }

  private struct Alarm {
    var chart: Int
    var point: Int
    var rule: String
  }

  func write(_ context: KernelContext) throws(KilnError) {
    let alarms = try alarms(context)
    try writeCharts(alarms, context)
    let table = try context.tableOutput(
      "alarms.csv",
      [
        Column("chart"), Column("point"), Column("value", unit: unit(of: charts[0])),
        Column("rule"),
      ])
    for alarm in alarms {
      let row: [TableWriter.Cell] = [
        .text(charts[alarm.chart].name), .number(Double(alarm.point + 1)),
        .number(charts[alarm.chart].points[alarm.point]), .text(alarm.rule),
      ]
      try table.append(row)
    }
    try table.finish()
    summarise(alarms, context)
    try context.figure("spc.svg", figure(alarms))
  }

  private func alarms(_ context: KernelContext) throws(KilnError) -> [Alarm] {
    let rules: [RunRule]
    switch try context.text("rules") {
    case "nelson": rules = RunRule.nelson
    case "western-electric": rules = RunRule.western
    case _: rules = []
    }
    var alarms: [Alarm] = []
    for (index, chart) in charts.enumerated() {
      let hasRules = isRuled && index == 0 && !rules.isEmpty
      if hasRules {
        let z = chart.points.indices.map {
          chart.sigma[$0] > 0 ? (chart.points[$0] - chart.centre) / chart.sigma[$0] : 0
        }
        for rule in rules {
          alarms += rule.alarms(z).map { Alarm(chart: index, point: $0, rule: rule.rawValue) }
        }
      } else {
        alarms += chart.beyond.map { Alarm(chart: index, point: $0, rule: "beyond a limit") }
      }
    }
    return alarms.sorted { ($0.chart, $0.point, $0.rule) < ($1.chart, $1.point, $1.rule) }
  }

  private func writeCharts(_ alarms: [Alarm], _ context: KernelContext) throws(KilnError) {
    var headings = [Column("point")]
    for chart in charts {
      let unit = unit(of: chart)
      headings += ["", "centre of ", "lower of ", "upper of "]
        .map { Column("\($0)\(chart.name)", unit: unit) }
      headings.append(Column("alarm of \(chart.name)"))
    }
    let table = try context.tableOutput("chart.csv", headings)
    let marked = charts.indices.map { chart in
      Set(alarms.filter { $0.chart == chart }.map(\.point))
    }
    for point in charts[0].points.indices {
      var row = [Double(point + 1)]
      for (index, chart) in charts.enumerated() {
        row += [
          point < chart.first ? .nan : chart.points[point], chart.centre, chart.lower[point],
          chart.upper[point], marked[index].contains(point) ? 1 : 0,
        ]
      }
      try table.append(row)
    }
    try table.finish()
    let first = charts[0]
    try context.arrayOutput(
      "chart.npy",
      first.points.indices.flatMap { [first.points[$0], first.lower[$0], first.upper[$0]] },
      shape: [first.points.count, 3])
  }

  private func summarise(_ alarms: [Alarm], _ context: KernelContext) {
    let first = charts[0]
    let chartUnit = unit(of: first)
    context.summary.set("points", Double(first.points.count))
    context.summary.set("convention", convention)
    context.summary.set("centre", first.centre, unit: chartUnit)
    if let lower = first.lower.last, lower.isFinite {
      context.summary.set("lower_limit", lower, unit: chartUnit)
    }
    if let upper = first.upper.last, upper.isFinite {
      context.summary.set("upper_limit", upper, unit: chartUnit)
    }
    let points = Set(alarms.map(\.point))
    context.summary.set("alarms", Double(points.count))
    context.summary.set("first_alarm", Double((points.min() ?? -1) + 1))
    guard let process else { return }
    context.summary.set("sigma_within", process.within, unit: unit)
    context.summary.set("sigma_overall", process.overall, unit: unit)
    if process.autocorrelation.isFinite {
      context.summary.set("lag1_autocorrelation", process.autocorrelation)
    }
    guard specification.lower != nil || specification.upper != nil else { return }
    let fit = ProcessCapability(
      process, lower: specification.lower, upper: specification.upper)
    // Without a second limit there is no Cp; where all numbers are equal, none is finite.
    for (name, value) in [("cp", fit.cp), ("pp", fit.pp), ("cpk", fit.cpk), ("ppk", fit.ppk)]
    where value.isFinite {
      context.summary.set(name, value)
    }
    context.summary.set("expected_outside", fit.expectedOutside)
  }

  // MARK: Figure

  private func figure(_ alarms: [Alarm]) -> Figure {
    var panels = charts.enumerated().map { index, chart in
      panel(chart, alarms.filter { $0.chart == index }.map(\.point))
    }
    if let histogram { panels.append(histogram) }
    let count = Set(alarms.map(\.point)).count
    return Figure(
      "Control chart of \(subject.name)",
      subtitle:
        "\(charts[0].points.count) points, \(count) with an alarm; \(convention)",
      panels: panels)
  }

  private func panel(_ chart: ControlChart, _ alarms: [Int]) -> Panel {
    let points = Array(chart.points.indices.dropFirst(chart.first))
    let x = points.map { Double($0 + 1) }
    var series: [Series] = [.line(chart.name, x: x, y: points.map { chart.points[$0] })]
    for (name, limits) in [("upper limit", chart.upper), ("lower limit", chart.lower)]
    where limits.allSatisfy(\.isFinite) {
      series.append(.steps(name, x: x, y: points.map { limits[$0] }))
    }
    let marked = Array(Set(alarms)).sorted()
    if !marked.isEmpty {
      series.append(
        .points("alarm", x: marked.map { Double($0 + 1) }, y: marked.map { chart.points[$0] }))
    }
    return Panel(
      x: Axis("point"), y: Axis(chart.name, unit: unit(of: chart)), series: series,
      marks: [.level(chart.centre, "centre")]
    )
  }

  private var histogram: Panel? {
    guard numbers.count >= 20, let low = numbers.min(), let high = numbers.max(), high > low else {
      return nil
    }
    // Sturges' number of classes.
    var bins = 1
    while 1 << bins < numbers.count { bins += 1 }
    bins += 1
    let width = (high - low) / Double(bins)
    var counts = [Double](repeating: 0, count: bins)
    for number in numbers { counts[min(bins - 1, Int((number - low) / width))] += 1 }
    var marks: [Mark] = []
    if let lower = specification.lower { marks.append(.instant(lower, "lower specification")) }
    if let upper = specification.upper { marks.append(.instant(upper, "upper specification")) }
    return Panel(
      "All numbers", x: Axis(subject.name, unit: unit), y: Axis("count"),
      series: [
        .bars("", x: (0..<bins).map { low + (Double($0) + 0.5) * width }, y: counts)
      ], marks: marks)
  }
}
