import Base
import Formats
import Plots
import Statistics

/// Tables, scalars and figure of an analysis of variance.
struct VarianceReport {
  private let table: VarianceTable
  private let context: KernelContext

  init(_ table: VarianceTable, _ context: KernelContext) {
    (self.table, self.context) = (table, context)
  }

  // MARK: One factor

  func writeOneWay() throws(KilnError) {
    let factor = table.factors[0]
    let variance = OneWayVariance(
      table.values, groups: factor.groups, levels: factor.levels, name: factor.name)
    try writeSources([variance.between, variance.within])
    let means = try context.tableOutput(
      "means.csv",
      [
        Column(factor.name), Column("count"), Column("mean", unit: table.response.unit),
        Column("error of the mean", unit: table.response.unit),
      ])
    for level in 0..<factor.levels {
      let row: [TableWriter.Cell] = [
        .text(table.levels[0][level]), .number(Double(variance.counts[level])),
        .number(variance.means[level]),
        .number(variance.residualDeviation / Double(variance.counts[level]).squareRoot()),
      ]
      try means.append(row)
    }
    try means.finish()
    try writePairs(variance)
    context.summary.set("f", variance.between.f)
    context.summary.set("p", variance.between.p)
    context.summary.set("r_squared", variance.rSquared)
    context.summary.set(
      "residual_deviation", variance.residualDeviation, unit: table.response.unit)
    let places = factor.groups.map { Double($0) }
    let centres = (0..<factor.levels).map { Double($0) }
    let panel = Panel(
      x: Axis(factor.name, .categories(table.levels[0])),
      y: Axis(table.response.name, unit: table.response.unit),
      series: [
        .points("values", x: places, y: table.values),
        .line("means", x: centres, y: variance.means),
      ])
    try context.figure(
      "anova.svg",
      Figure(
        "\(table.response.name) by \(factor.name)",
        subtitle: "F = \(short(variance.between.f)), p = \(short(variance.between.p))",
        panels: [panel]))
  }

  /// Groups up to which all pairs are compared.
  private static let comparedMax = 30

  private func writePairs(_ variance: OneWayVariance) throws(KilnError) {
    guard variance.means.count <= Self.comparedMax else { return }
    let limit = 1 - (try context.number("confidence"))
    let pairs = try context.tableOutput(
      "pairs.csv",
      [
        Column("first"), Column("second"), Column("difference", unit: table.response.unit),
        Column("p"), Column("different"),
      ])
    var different = 0
    for pair in variance.comparisons() {
      let differs = pair.p < limit
      different += differs ? 1 : 0
      let row: [TableWriter.Cell] = [
        .text(table.levels[0][pair.first]), .text(table.levels[0][pair.second]),
        .number(pair.difference), .number(pair.p), .number(differs ? 1 : 0),
      ]
      try pairs.append(row)
    }
    try pairs.finish()
    context.summary.set("pairs_different", Double(different))
  }

  // MARK: Two factors

  func writeTwoWay() throws(KilnError) {
    let (a, b) = (table.factors[0], table.factors[1])
    let variance = TwoWayVariance(table.values, a, b)
    try writeSources(variance.sources)
    let means = try context.tableOutput(
      "means.csv",
      [
        Column(a.name), Column(b.name), Column("count"), Column("mean", unit: table.response.unit),
      ])
    for cell in variance.cellMeans.indices {
      let row: [TableWriter.Cell] = [
        .text(table.levels[0][cell / b.levels]), .text(table.levels[1][cell % b.levels]),
        .number(Double(variance.cellCounts[cell])), .number(variance.cellMeans[cell]),
      ]
      try means.append(row)
    }
    try means.finish()
    let rest = variance.sources[variance.sources.count - 1]
    let total = OneWayVariance(table.values, groups: a.groups, levels: a.levels)
    for (source, suffix) in zip(variance.sources.dropLast(), ["", "_second", "_interaction"]) {
      context.summary.set("f\(suffix)", source.f)
      context.summary.set("p\(suffix)", source.p)
    }
    context.summary.set(
      "r_squared", 1 - rest.squares / (total.between.squares + total.within.squares))
    context.summary.set(
      "residual_deviation", rest.mean.squareRoot(), unit: table.response.unit)
    context.summary.set("conventions", "squares of a factor beyond the other one (type II)")
    let places = (0..<b.levels).map { Double($0) }
    let series = (0..<a.levels).map { level in
      Series.line(
        "\(a.name) \(table.levels[0][level])", x: places,
        y: Array(variance.cellMeans[(level * b.levels)..<((level + 1) * b.levels)]))
    }
    let texts = variance.sources.dropLast().map { "\($0.name): p = \(short($0.p))" }
    try context.figure(
      "anova.svg",
      Figure(
        "\(table.response.name) by \(a.name) and \(b.name)",
        subtitle: texts.joined(separator: "; "),
        panels: [
          Panel(
            x: Axis(b.name, .categories(table.levels[1])),
            y: Axis("mean \(table.response.name)", unit: table.response.unit), series: series)
        ]))
  }

  // MARK: Both

  private func writeSources(_ sources: [VarianceSource]) throws(KilnError) {
    let output = try context.tableOutput(
      "anova.csv",
      [
        Column("source"), Column("degrees"), Column("squares"), Column("mean square"), Column("F"),
        Column("p"),
      ])
    for source in sources {
      let row: [TableWriter.Cell] = [
        .text(source.name), .number(source.degrees), .number(source.squares), .number(source.mean),
        .number(source.f), .number(source.p),
      ]
      try output.append(row)
    }
    try output.finish()
    try context.arrayOutput(
      "anova.npy", sources.flatMap { [$0.degrees, $0.squares, $0.mean, $0.f, $0.p] },
      shape: [sources.count, 5])
  }

  /// Four significant digits.
  private func short(_ number: Double) -> String {
    guard number.isFinite, number != 0 else { return "\(number)" }
    var scale = 1.0
    while abs(number) * scale < 1000 { scale *= 10 }
    return "\((number * scale).rounded() / scale)"
  }
}
