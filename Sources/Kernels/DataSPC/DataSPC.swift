import Base
import Formats
import LinearAlgebra
import Statistics

/// `data.spc`: charts, alarms, capability.
struct DataSPC: Kernel {
  let name = "data.spc"

  func run(_ context: KernelContext) throws {
    let clock = KernelClock()
    guard let kind = ControlChart.Kind(rawValue: try context.text("chart")) else {
      throw KilnError(.taskFailed, "there is no chart `\(try context.text("chart"))`")
    }
    let report: ControlReport
    switch kind {
    case .xbarR, .xbarS, .individuals, .ewma, .cusum:
      report = try measured(kind, context)
    case .p, .np, .c, .u:
      let (chart, subject) = try counted(kind, context)
      report = ControlReport(
        charts: [chart], isRuled: true, of: subject, unit: nil,
        convention: kind.convention)
    }
    try report.write(context)
    clock.summarise(context)
  }

  // MARK: Measurements

  private func measured(
    _ kind: ControlChart.Kind, _ context: KernelContext
  ) throws -> ControlReport {
    let (groups, subject) = try groups(kind, context)
    var data = ControlData(groups: groups)
    data.baseline = try baseline(of: groups.count, context)
    data.mean = try optional("mean", context)
    data.deviation = try optional("deviation", context)
    let charts: [ControlChart]
    switch kind {
    case .xbarR: charts = data.xbarR()
    case .xbarS: charts = data.xbarS()
    case .ewma:
      charts = [
        data.ewma(lambda: try context.number("lambda"), width: try context.number("width"))
      ]
    case .cusum:
      charts = data.cusum(
        slack: try context.number("slack"), decision: try context.number("decision"))
    case .individuals, .p, .np, .c, .u: charts = data.individuals()
    }
    var report = ControlReport(
      charts: charts, isRuled: kind != .ewma && kind != .cusum, of: subject, unit: subject.unit,
      convention: data.deviation == nil ? kind.convention : "the deviation was given")
    let process = data.process(usesRanges: kind != .xbarS)
    report.process = process
    report.numbers = data.groups.flatMap { $0 }
    let (lower, upper) = (try optional("lower", context), try optional("upper", context))
    if let lower, let upper, lower >= upper {
      throw KilnError(
        .taskFailed, "the lower specification limit \(lower) is not below the upper one \(upper)",
        fix: "exchange `lower` and `upper`")
    }
    report.specification = (lower, upper)
    return report
  }

  /// How many points give the limits; nil: all.
  private func baseline(of points: Int, _ context: KernelContext) throws(KilnError) -> Int? {
    let wish = try context.integer("baseline")
    guard wish <= points else {
      throw KilnError(
        .taskFailed, "the limits are to come from \(wish) points, but there are \(points)",
        fix: "set `baseline` to \(points) or less; 0 takes all")
    }
    return wish > 0 ? wish : nil
  }

  private func groups(
    _ kind: ControlChart.Kind, _ context: KernelContext
  ) throws -> (groups: [[Double]], subject: Column) {
    let names = try context.list("column")
    let rows = try MultivariateRows(context, input: "table", selection: names)
    var columns = [[Double]](repeating: [], count: names.count)
    try rows.forEachBlock { block, _ in
      for index in columns.indices { columns[index] += block.column(index).copy(first: block.rows) }
    }
    var leftOut = rows.leftOut
    var groups: [[Double]]
    if names.count > 1 {
      groups = columns[0].indices.map { row in columns.map { $0[row] } }
    } else {
      let size = kind == .individuals ? 1 : try context.integer("size")
      let whole = columns[0].count / size
      groups = (0..<whole).map { Array(columns[0][($0 * size)..<(($0 + 1) * size)]) }
      let rest = columns[0].count - whole * size
      leftOut += rest
      if rest > 0 {
        context.summary.set("notice", "the last \(rest) rows form no whole subgroup")
      }
    }
    context.summary.set("rows_left_out", Double(leftOut))
    if kind == .individuals, names.count > 1 {
      throw KilnError(.taskFailed, "a chart of single values needs one column", fix: "name one")
    }
    if kind == .xbarR || kind == .xbarS, groups.first?.count ?? 0 < 2 {
      throw KilnError(
        .taskFailed, "subgroups of one number have neither range nor deviation",
        fix: "set `size` to 2 or more, or `chart: i-mr`")
    }
    guard groups.count >= 2 else {
      throw KilnError(.taskFailed, "the table has \(groups.count) subgroups; a chart needs two")
    }
    return (groups, rows.columns[0])
  }

  private func optional(_ name: String, _ context: KernelContext) throws(KilnError) -> Double? {
    let text = try context.text(name)
    if text.isEmpty { return nil }
    guard let number = Double(text), number.isFinite else {
      throw KilnError(.taskFailed, "`\(name)` must be a number, not `\(text)`")
    }
    return number
  }

  // MARK: Counts

  private func counted(
    _ kind: ControlChart.Kind, _ context: KernelContext
  ) throws -> (chart: ControlChart, subject: Column) {
    let sizes = try context.text("sizes")
    let constant = Double(sizes) ?? (sizes.isEmpty && kind == .c ? 1 : nil)
    let names = try context.list("column") + (constant == nil ? context.list("sizes") : [])
    guard constant != nil || names.count == 2 else {
      throw KilnError(
        .taskFailed, "a chart of counts needs one column of counts and the sizes of the samples",
        fix: "name the column of sizes, or give one number, with `sizes`")
    }
    let rows = try MultivariateRows(context, input: "table", selection: names)
    var columns = [[Double]](repeating: [], count: names.count)
    try rows.forEachBlock { block, _ in
      for index in columns.indices { columns[index] += block.column(index).copy(first: block.rows) }
    }
    let counts = columns[0]
    let own = constant.map { size in counts.map { _ in size } } ?? columns[1]
    guard counts.count >= 2, own.allSatisfy({ $0 > 0 }), counts.allSatisfy({ $0 >= 0 }) else {
      throw KilnError(.taskFailed, "counts must not be negative, sizes must be positive")
    }
    if kind == .p || kind == .np, let row = counts.indices.first(where: { counts[$0] > own[$0] }) {
      throw KilnError(.taskFailed, "row \(row + 1) counts more items than its sample has")
    }
    if kind == .np || kind == .c, Set(own).count > 1 {
      throw KilnError(
        .taskFailed, "charts np and c need samples of one size",
        fix: "use `p` or `u` for samples of different sizes")
    }
    var data = ControlCounts(counts: counts, sizes: own)
    data.baseline = try baseline(of: counts.count, context)
    let chart =
      switch kind {
      case .p: data.p()
      case .np: data.np()
      case .c: data.c()
      case .u, .xbarR, .xbarS, .individuals, .ewma, .cusum: data.u()
      }
    return (chart, rows.columns[0])
  }
}

extension ControlChart.Kind {
  /// What the limits are made of, for summary and figure.
  fileprivate var convention: String {
    switch self {
    case .xbarR: "σ is the mean range over d2, limits at 3σ"
    case .xbarS: "σ is the mean deviation over c4, limits at 3σ"
    case .individuals: "σ is the mean moving range over d2, limits at 3σ"
    case .ewma: "σ is the mean range over d2, limits at `width` times the EWMA's deviation"
    case .cusum: "σ is the mean range over d2, sums and `decision` count σ"
    case .p, .np: "binomial deviation, limits at three of them"
    case .c, .u: "Poisson deviation, limits at three of them"
    }
  }
}
