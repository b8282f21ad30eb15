import Base
import Glibc

@testable import Plots

/// One figure for each kind of drawing, as kernels make them.
enum Gallery {
  static let figures: [(name: String, figure: Figure)] = [
    ("spectrum", spectrum), ("long-line", longLine), ("control-chart", controlChart),
    ("matrix", matrix), ("spectrogram", spectrogram), ("logarithmic", logarithmic),
    ("scatter", scatter),
    ("bars", bars), ("categories", categories), ("empty", empty),
  ]

  static var spectrum: Figure {
    let frequency = (1...4000).map { Double($0) * 0.25 }
    func density(_ natural: Double) -> [Double] {
      frequency.map { f in
        let ratio = f / natural
        return 1e-3 / (pow(1 - ratio * ratio, 2) + pow(0.04 * ratio, 2)) + 1e-6
      }
    }
    return Figure(
      "Power spectral density of acc_front & acc_rear",
      subtitle: "Welch, periodic Hann window, 8192 samples, 50 % overlap, constant detrend, "
        + "one-sided density, mean of 120 segments",
      panels: [
        Panel(
          "Density", x: Axis("Frequency", unit: "Hz", .logarithmic),
          y: Axis("PSD", unit: "(m/s²)²/Hz", .logarithmic),
          series: [
            .line("acc_front", x: frequency, y: density(40)),
            .line("acc_rear", x: frequency, y: density(130)),
            .band(
              "95 % of acc_front", x: frequency, low: density(40).map { $0 * 0.8 },
              high: density(40).map { $0 * 1.25 }),
          ], marks: [.note(x: 40, y: 0.63, "40.0 Hz"), .instant(130, "2nd mode")]),
        Panel(
          "Coherence", x: Axis("Frequency", unit: "Hz", .logarithmic),
          y: Axis("γ²", range: 0...1),
          series: [.line("γ²", x: frequency, y: frequency.map { 0.5 + 0.45 * cos($0 / 40) })]),
      ])
  }

  /// A million samples of noise with one peak of a single sample and a gap.
  static var longLine: Figure {
    var random = SplitMix64(seed: 5)
    var y = (0..<1_000_000).map { index in
      sin(Double(index) / 1e5) + 0.2 * (Double(random.next() >> 11) / 0x1p53 - 0.5)
    }
    y[612_345] = 3.75
    for index in 200_000..<230_000 { y[index] = .nan }
    return Figure(
      "路面载荷 Road load",
      panels: [
        Panel(
          x: Axis("Time", unit: "s"), y: Axis("Kraft 力", unit: "kN"),
          series: [.line("", x: (0..<1_000_000).map { Double($0) / 1000 }, y: y)],
          marks: [.note(x: 612.345, y: 3.75, "peak 3.75 kN")])
      ])
  }

  static var controlChart: Figure {
    let x = (1...60).map(Double.init)
    let y = x.map { 10.02 + 0.05 * sin($0 * 1.7) + ($0 > 45 ? 0.12 : 0) }
    return Figure(
      "Shewhart chart of `diameter`", subtitle: "Subgroups of 5",
      panels: [
        Panel(
          x: Axis("Subgroup"), y: Axis("Mean", unit: "mm"),
          series: [
            .line("mean", x: x, y: y),
            .points(
              "rule 1: beyond 3σ", x: Array(x.suffix(15)), y: Array(y.suffix(15))),
          ],
          marks: [.level(10.12, "UCL 10.12"), .level(10.02, "CL 10.02"), .level(9.92, "LCL 9.92")])
      ])
  }

  static var matrix: Figure {
    let values = (0..<32 * 32).map { index in
      let (row, column) = (Double(index / 32), Double(index % 32))
      let count = (30 * exp(-pow(row - 12, 2) / 40 - column / 6)).rounded()
      return count > 0 ? count : .nan
    }
    return Figure(
      "Rainflow matrix",
      panels: [
        Panel(
          x: Axis("Range", unit: "MPa"), y: Axis("Mean", unit: "MPa"),
          series: [
            .heatmap(
              HeatMap(values, columns: 32, x: 0...320, y: -80...80, label: "Cycles"))
          ])
      ])
  }

  static var spectrogram: Figure {
    let (rows, columns) = (513, 2000)
    let values = (0..<rows * columns).map { index in
      let (row, column) = (Double(index / columns), Double(index % columns))
      return -80 + 60 * exp(-pow((row - 100 - column / 8) / 12, 2)) + 5 * sin(row * column)
    }
    return Figure(
      "Spectrogram",
      panels: [
        Panel(
          x: Axis("Time", unit: "s"), y: Axis("Frequency", unit: "Hz"),
          series: [
            .heatmap(
              HeatMap(
                values, columns: columns, x: 0...20, y: 0...500, label: "Level",
                unit: "dB re 1 (m/s²)²/Hz"))
          ])
      ])
  }

  /// The same on a logarithmic axis.
  static var logarithmic: Figure {
    var figure = spectrogram
    figure.panels[0].y = Axis("Frequency", unit: "Hz", .logarithmic, range: 5...500)
    return figure
  }

  static var scatter: Figure {
    var random = SplitMix64(seed: 9)
    let uniform = (0..<60_000).map { _ in Double(random.next() >> 11) / 0x1p53 }
    let x = (0..<20_000).map { uniform[$0] + uniform[$0 + 20_000] }
    return Figure(
      "Scores", subtitle: "x < 1 & y > 0",
      panels: [
        Panel(
          x: Axis("t₁", unit: "1"), y: Axis("t₂"),
          series: [
            .points("all", x: x, y: (0..<20_000).map { (uniform[$0 + 40_000] - 0.5) * 2e-7 }),
            .points("few", x: [0.5, 1, 1.5], y: [1e-8, -3e-8, 6e-8]),
          ])
      ])
  }

  static var bars: Figure {
    let x = (0..<40).map { Double($0) * 8 + 4 }
    return Figure(
      "Range histogram",
      panels: [
        Panel(
          x: Axis("Range", unit: "MPa"), y: Axis("Cycles"),
          series: [.bars("", x: x, y: x.map { (4000 * exp(-$0 / 60)).rounded() })]),
        Panel(
          x: Axis("Cumulative cycles", .logarithmic), y: Axis("Range", unit: "MPa"),
          series: [
            .steps(
              "", x: (0...6).map { pow(10, Double($0)) }, y: [320, 300, 250, 190, 120, 60, 10])
          ]),
        Panel(
          x: Axis("Time", unit: "s"), y: Axis("Large", unit: "Pa"),
          series: [.line("a", x: [0, 1, 2], y: [1.2e7, -3e6, 2e6])]),
      ])
  }

  static var categories: Figure {
    let names = ["temperature", "pressure", "flow", "碳含量", "speed of the third stand", "pH"]
    let x = names.indices.map(Double.init)
    return Figure(
      "Contributions to SPE",
      panels: [
        Panel(
          x: Axis("Variable", .categories(names)), y: Axis("Contribution"),
          series: [
            .bars("row 12", x: x, y: [1, -2, 0.5, 3, 0.1, -1]),
            .bars("row 13", x: x, y: [2, -1, 0.25, 1, 0.4, -2]),
          ])
      ])
  }

  static var empty: Figure {
    Figure(
      "Nothing to show",
      panels: [Panel(x: Axis("x"), y: Axis("y", .logarithmic), series: [.line("", x: [], y: [])])])
  }
}
