import Formats
import Glibc
import Plots
import Signals

/// The response of what `signal.filter` applied, and the first samples before and after.
struct FilterFigure {
  private let choice: FilterChoice
  private let run: FilterRun
  private let channel: Column
  private let rateHz: Double
  private let frequencies: [Double]
  private let responses: [Complex]

  private static let points = 1000

  init(_ choice: FilterChoice, _ signal: SignalReader, _ run: FilterRun) {
    self.choice = choice
    self.run = run
    channel = signal.channels[0]
    rateHz = signal.rateHz
    let half = rateHz / 2
    frequencies = (0..<Self.points).map { half * Double($0) / Double(Self.points - 1) }
    responses = frequencies.map { choice.response(2 * .pi * $0 / half / 2) }
  }

  var responseColumns: [Column] {
    [
      Column("frequency", unit: "Hz"), Column("magnitude"), Column("magnitude", unit: "dB"),
      Column("phase", unit: "deg"),
    ]
  }

  var responseValues: [[Double]] {
    [
      frequencies, responses.map(\.magnitude), decibels, responses.map { $0.phase * 180 / .pi },
    ]
  }

  var figure: Figure {
    var panels: [Panel] = []
    if choice.isFilter {
      let axis = Axis("frequency", unit: "Hz")
      panels.append(
        Panel(
          x: axis, y: Axis("magnitude", unit: "dB", range: bottom...5),
          series: [.line("", x: frequencies, y: decibels.map { $0 < bottom ? .nan : $0 })]))
      if hasPhase {
        panels.append(
          Panel(
            x: axis, y: Axis("phase", unit: "deg", range: -180...180),
            series: [.line("", x: frequencies, y: phases)]))
      }
    }
    panels.append(
      Panel(
        x: Axis("time", unit: "s"), y: Axis(channel.name, unit: channel.unit),
        series: [
          .line("before", x: times(run.excerptBefore.count, rateHz), y: run.excerptBefore),
          .line(
            "after", x: times(afterCount, run.rateHz), y: Array(run.excerptAfter.prefix(afterCount))
          ),
        ]))
    return Figure("Filter", subtitle: subtitle, panels: panels)
  }

  /// A filter without phase needs no panel for it.
  private var hasPhase: Bool { responses.contains { abs($0.imaginary) > 1e-9 } }

  /// As many samples after the filter as fit into the time of those before it.
  private var afterCount: Int {
    let fitting = Double(run.excerptBefore.count) * run.rateHz / rateHz
    return min(run.excerptAfter.count, Int(fitting.rounded(.up)))
  }

  private var subtitle: String {
    let direction =
      switch choice.action {
      case .none: ""
      case .causal: ", causal"
      case .zeroPhase: ", forwards and backwards"
      case .finite(_, let delay): delay == 0 ? ", causal" : ", delay taken out"
      }
    let change = choice.change.map { "; rate × \($0.up)/\($0.down)" } ?? ""
    let lowPass = choice.changeWords.map { " behind a \($0)" } ?? ""
    return "\(choice.words)\(direction)\(change)\(lowPass)"
  }

  private var decibels: [Double] {
    responses.map { $0.magnitude > 1e-20 ? 20 * log10($0.magnitude) : -400 }
  }

  /// The lowest magnitude that a report shows.
  private var bottom: Double { -120 }

  /// Where there is a magnitude to speak of; interrupted where it jumps around the circle.
  private var phases: [Double] {
    let degrees = zip(responses, decibels).map { $1 > -100 ? $0.phase * 180 / .pi : .nan }
    return degrees.indices.map { index in
      index > 0 && abs(degrees[index] - degrees[index - 1]) > 180 ? .nan : degrees[index]
    }
  }

  private func times(_ count: Int, _ rate: Double) -> [Double] {
    (0..<count).map { Double($0) / rate }
  }
}
