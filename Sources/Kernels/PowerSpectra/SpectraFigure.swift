import Formats
import Plots
import Signals

/// The figures of `signal.psd`.
struct SpectraFigure {
  private let results: SpectraResults

  init(_ results: SpectraResults) { self.results = results }

  /// Spectra over frequency; channels of one unit share a panel.
  var spectra: Figure {
    var panels: [Panel] = []
    var units: [String?] = []
    for (index, channel) in results.channels.enumerated() {
      let unit = results.unit(index)
      let line = Series.line(channel.name, x: frequencies, y: visible(results.spectrum(index)))
      if let place = units.firstIndex(of: unit) {
        panels[place].series.append(line)
      } else {
        units.append(unit)
        panels.append(
          Panel(
            x: frequencyAxis,
            y: Axis(
              results.isDensity ? "power spectral density" : "mean square", unit: unit,
              .logarithmic), series: [line]))
      }
    }
    // A legend names several lines, the title of a panel a single one.
    for index in panels.indices where panels.count > 1 && panels[index].series.count == 1 {
      if case .line(let name, _, _) = panels[index].series[0] { panels[index].title = name }
    }
    return Figure(title, subtitle: subtitle, panels: panels)
  }

  /// Size and phase of H1 and the coherence, for all channels.
  func responses(to reference: Int) -> Figure {
    var (sizes, phases, coherences): ([Series], [Series], [Series]) = ([], [], [])
    var units: Set<String?> = []
    for (index, channel) in results.channels.enumerated() {
      guard let response = results.spectra.h1(index),
        let coherence = results.spectra.coherence(index)
      else { continue }
      units.insert(DerivedUnit.quotient(channel.unit, results.channels[reference].unit))
      sizes.append(.line(channel.name, x: frequencies, y: visible(response.magnitude)))
      phases.append(.line("", x: frequencies, y: unwound(response.phaseDegrees)))
      coherences.append(.line("", x: frequencies, y: Array(coherence.dropFirst())))
    }
    let unit = units.count == 1 ? units.first ?? nil : nil
    let name = results.channels[reference].name
    return Figure(
      "Response to \(name)", subtitle: "H1; \(subtitle)",
      panels: [
        Panel(x: frequencyAxis, y: Axis("size", unit: unit, .logarithmic), series: sizes),
        Panel(x: frequencyAxis, y: Axis("phase", unit: "deg", range: -180...180), series: phases),
        Panel(x: frequencyAxis, y: Axis("coherence", range: 0...1), series: coherences),
      ])
  }

  /// Without the frequency 0, and interrupted where the phase jumps from one end of its range to the other.
  private func unwound(_ degrees: [Double]) -> [Double] {
    zip(degrees, degrees.dropFirst()).map { abs($1 - $0) > 180 ? .nan : $1 }
  }

  private var title: String {
    switch results.average {
    case "median": "Power spectra, median of segments"
    case "max": "Power spectra, largest of segments"
    case _: "Power spectra"
    }
  }

  private var subtitle: String {
    "\(results.conventions); \(results.spectra.segments) segments, one-sided"
  }

  /// The frequency 0 has no place on a logarithmic axis, and is the mean in any case.
  private var frequencies: [Double] { Array(results.scale.frequencies.dropFirst()) }

  private var frequencyAxis: Axis { Axis("frequency", unit: "Hz", .logarithmic) }

  /// Without the frequency 0; zeros are left out of logarithmic axes.
  private func visible(_ values: [Double]) -> [Double] {
    values.dropFirst().map { $0 > 0 ? $0 : .nan }
  }
}
