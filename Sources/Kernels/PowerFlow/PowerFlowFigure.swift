import Networks
import Plots

/// Voltage profile, most loaded branches and, for a time series, its band.
struct PowerFlowFigure {
  private let output: PowerFlowOutput
  private let band: PowerFlowBand?

  init(_ output: PowerFlowOutput, _ band: PowerFlowBand?) {
    self.output = output
    self.band = band
  }

  private static let barsMax = 20

  var figure: Figure {
    let (solution, results) = (output.solution, output.results)
    var panels = [voltages]
    if let loadings { panels.append(loadings) }
    if let band, !band.isEmpty { panels += series(band) }
    let state =
      solution.state.isConverged
      ? "AC power flow, \(solution.iterations) Newton steps"
      : "NOT CONVERGED (\(solution.state.word)): last iterate"
    return Figure(
      "Power flow of \(output.grid.source.name)",
      subtitle: "\(state); losses \(rounded(results.lossesMW)) MW, lowest voltage "
        + "\(rounded(results.lowest.magnitude)) pu at bus "
        + "\(output.grid.source.buses[results.lowest.bus].number)",
      panels: panels)
  }

  /// Four significant digits are enough for a caption.
  private func rounded(_ number: Double) -> String {
    guard number.isFinite, number != 0 else { return "\(number)" }
    var scale = 1.0
    while abs(number) * scale < 1000 { scale *= 10 }
    return "\((number * scale).rounded() / scale)"
  }

  private var voltages: Panel {
    let buses = output.grid.source.buses
    let x = buses.indices.map { Double($0 + 1) }
    let low = buses.map(\.magnitudeMin)
    let high = buses.map(\.magnitudeMax)
    var series: [Series] = []
    if high.allSatisfy(\.isFinite), low.contains(where: { $0 > 0 }) {
      series.append(.band("limits", x: x, low: low, high: high))
    }
    series.append(
      buses.count > 60
        ? .points("magnitude", x: x, y: output.solution.magnitudes)
        : .line("magnitude", x: x, y: output.solution.magnitudes))
    return Panel(
      "Voltages", x: Axis("bus in the order of the case"), y: Axis("voltage", unit: "pu"),
      series: series)
  }

  private var loadings: Panel? {
    let branches = output.grid.source.branches
    let order = branches.indices.filter { !output.results.flows[$0].loading.isNaN }
      .sorted { output.results.flows[$0].loading > output.results.flows[$1].loading }
      .prefix(Self.barsMax)
    guard !order.isEmpty else { return nil }
    return Panel(
      "Most loaded branches",
      x: Axis("branch", .categories(order.map { "\(branches[$0].from)-\(branches[$0].to)" })),
      y: Axis("loading", unit: "%"),
      series: [
        .bars(
          "", x: order.indices.map { Double($0) },
          y: order.map { output.results.flows[$0].loading })
      ],
      marks: [.level(output.loadingMax, "limit")])
  }

  private func series(_ band: PowerFlowBand) -> [Panel] {
    let time = Axis(band.timeLabel.name, unit: band.timeLabel.unit)
    var panels = [
      Panel(
        "Time series: all voltages", x: time, y: Axis("voltage", unit: "pu"),
        series: [
          .band("lowest to highest", x: band.times, low: band.lowest, high: band.highest),
          .line("lowest", x: band.times, y: band.lowest),
        ])
    ]
    if band.loading.contains(where: { !$0.isNaN }) {
      panels.append(
        Panel(
          "Time series: most loaded branch", x: time, y: Axis("loading", unit: "%"),
          series: [.line("", x: band.times, y: band.loading)],
          marks: [.level(output.loadingMax, "limit")]))
    }
    panels.append(
      Panel(
        "Time series: losses", x: time, y: Axis("losses", unit: "MW"),
        series: [.line("", x: band.times, y: band.losses)]))
    return panels
  }
}
