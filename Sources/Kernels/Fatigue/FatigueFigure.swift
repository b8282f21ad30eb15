import Glibc
import Plots
import Signals

/// The range spectrum of a channel, as endurance people draw it, and its matrix.
struct FatigueFigure {
  private let channel: CountedChannel
  private let options: FatigueOptions

  init(_ channel: CountedChannel, _ options: FatigueOptions) {
    self.channel = channel
    self.options = options
  }

  var figure: Figure {
    Figure(
      "Rainflow cycles of \(channel.column.name)",
      subtitle: [options.convention, options.strength].compactMap { $0 }.joined(separator: "; "),
      panels: [spectrum, matrix])
  }

  private var unit: String? { options.scale == 1 ? channel.column.unit : nil }

  private var spectrum: Panel {
    let classes = RangeSpectrum(channel.tally)
    // Stairs from the largest range down: cycles that reach a range, over their number.
    var (cycles, ranges): ([Double], [Double]) = ([], [])
    for index in (0..<classes.used).reversed() where classes.cycles[index] > 0 {
      let range = (Double(index) + 1) * classes.width
      cycles += [cycles.last ?? 0.5, classes.fromAbove[index]]
      ranges += [range, range]
    }
    return Panel(
      "Range spectrum", x: Axis("Cycles that reach the range", .logarithmic),
      y: Axis("Range", unit: unit), series: [.line("", x: cycles, y: ranges)],
      marks: channel.tally.largestRange > 0
        ? [.level(channel.tally.largestRange, "largest range")] : [])
  }

  private var matrix: Panel {
    let classes = RangeSpectrum(channel.tally)
    let width = classes.width
    var means: [Int] = []
    for mean in 0..<channel.tally.matrix.means
    where (0..<classes.used).contains(where: {
      channel.tally.matrix.halves(range: $0, mean: mean) > 0
    }) {
      means.append(mean)
    }
    let first = means.first ?? 0
    let count = (means.last ?? 0) - first + 1
    let low = Double(first + channel.tally.matrix.firstMean) * width
    var values = [Double](repeating: .nan, count: max(classes.used, 1) * count)
    for range in 0..<classes.used {
      for mean in 0..<count {
        let halves = channel.tally.matrix.halves(range: range, mean: first + mean)
        if halves > 0 { values[mean * classes.used + range] = log10(Double(halves) / 2) }
      }
    }
    return Panel(
      "Matrix of range and mean", x: Axis("Range", unit: unit), y: Axis("Mean", unit: unit),
      series: [
        .heatmap(
          HeatMap(
            values, columns: max(classes.used, 1), x: 0...Double(max(classes.used, 1)) * width,
            y: low...low + Double(count) * width, label: "log₁₀ of cycles"))
      ])
  }
}
