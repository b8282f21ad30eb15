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
      report = ControlReport(charts: [try counted(kind, context)], isRuled: true)
    }
    try report.write(context)
    clock.summarise(context)
  }

  // MARK: Measurements

  private func measured(
    _ kind: ControlChart.Kind, _ context: KernelContext
  ) throws -> ControlReport {
    var data = ControlData(groups: try groups(kind, context))
    let baseline = try context.integer("baseline")
    data.baseline = baseline > 0 ? baseline : nil
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
    var report = ControlReport(charts: charts, isRuled: kind != .ewma && kind != .cusum)
    let process = data.process(usesRanges: kind != .xbarS)
    report.process = process
    report.numbers = data.groups.flatMap { $0 }
    report.specification = (try optional("lower", context), try optional("upper", context))
    return report
  }

  private func groups(
    _ kind: ControlChart.Kind, _ context: KernelContext
  ) throws -> [[Double]] {
    let names = try context.list("column")
    let rows = try MultivariateRows(context, input: "table", selection: names)
    var columns = [[Double]](repeating: [], count: names.count)
    try rows.forEachBlock { block, _ in
      for index in columns.indices { columns[index] += block.column(index).copy(first: block.rows) }
    }
    context.summary.set("rows_left_out", Double(rows.leftOut))
    var groups: [[Double]]
    if names.count > 1 {
      groups = columns[0].indices.map { row in columns.map { $0[row] } }
    } else {
      let size = kind == .individuals ? 1 : try context.integer("size")
      let whole = columns[0].count / size
      groups = (0..<whole).map { Array(columns[0][($0 * size)..<(($0 + 1) * size)]) }
      if columns[0].count > whole * size {
        context.summary.set(
          "notice", "the last \(columns[0].count - whole * size) rows form no whole subgroup")
      }
    }
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
    return groups
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
  ) throws -> ControlChart {
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
    let baseline = try context.integer("baseline")
    data.baseline = baseline > 0 ? baseline : nil
    switch kind {
    case .p: return data.p()
    case .np: return data.np()
    case .c: return data.c()
    case .u, .xbarR, .xbarS, .individuals, .ewma, .cusum: return data.u()
    }
  }
}
