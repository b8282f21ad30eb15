import Base
import Formats
import Glibc
import Plots
import Signals

/// Damage of Gaussian loads from their spectra.
struct SpectralFatigue {
  private let context: KernelContext
  private let options: FatigueOptions

  /// A load's spectrum and what follows from it.
  private struct Load {
    let column: Column
    let density: [Double]
    let moments: SpectralMoments
    let distribution: AmplitudeDistribution
    let damage: [SpectralMethod: Double]
    let equivalentLoads: [Double]
  }

  init(_ context: KernelContext, _ options: FatigueOptions) {
    self.context = context
    self.options = options
  }

  func run() throws {
    guard let method = SpectralMethod(rawValue: try context.text("method")) else {
      throw KilnError(.taskFailed, "`method` must be dirlik or narrow-band")
    }
    guard case .none = options.tally.correction else {
      throw KilnError(
        .taskFailed,
        "`mean` has no meaning for spectra: a Gaussian process has no cycles with a mean",
        fix: "leave `mean` out, or lower `knee_amplitude` by hand")
    }
    context.progress("read", fraction: 0)
    let spectra = try Spectra(context)
    let seconds = try context.quantity("duration") * options.repeats
    let response = try ModalResponse(context)
    let loads = try zip(spectra.columns, spectra.densities).map {
      (column, density) throws(KilnError) in
      try load(
        column, response.map { $0.applied(to: density, at: spectra.frequency) } ?? density,
        spectra.frequency, method: method, seconds: seconds)
    }
    try writeTables(loads, spectra.frequency)
    guard let worst = worst(loads, method) else { return }
    try context.figure("fatigue.svg", figure(worst, spectra.frequency, method, response))
    summarise(worst, method, seconds, response)
  }

  private func load(
    _ column: Column, _ density: [Double], _ frequency: [Double], method: SpectralMethod,
    seconds: Double
  ) throws(KilnError) -> Load {
    let stress = density.map { $0 * options.scale * options.scale }
    let moments = SpectralMoments(frequency: frequency, density: stress)
    guard moments.zeroth > 0, moments.fourth > 0 else {
      throw KilnError(.taskFailed, "the density `\(column.name)` is zero everywhere")
    }
    var damage: [SpectralMethod: Double] = [:]
    for each in SpectralMethod.allCases {
      damage[each] = options.tally.curve.map {
        AmplitudeDistribution(each, moments).damageRate($0) * seconds
      }
    }
    let distribution = AmplitudeDistribution(method, moments)
    let loads = options.tally.exponents.map { exponent in
      let cycles = distribution.rateHz * seconds / options.equivalentCycles
      return 2 * pow(cycles * distribution.meanPower(exponent), 1 / exponent)
    }
    return Load(
      column: column, density: stress, moments: moments, distribution: distribution,
      damage: damage, equivalentLoads: loads)
  }

  private func worst(_ loads: [Load], _ method: SpectralMethod) -> Load? {
    let weights = loads.map { $0.damage[method] ?? $0.equivalentLoads.first ?? $0.moments.rms }
    return weights.max().flatMap { weights.firstIndex(of: $0) }.map { loads[$0] }
  }

  /// That of the root of the density, where stress is not scaled from it.
  private func stressUnit(_ load: Load) -> String? {
    options.scale == 1 ? DerivedUnit.root(ofDensity: load.column.unit) : nil
  }

  private func writeTables(_ loads: [Load], _ frequency: [Double]) throws(KilnError) {
    var columns = [Column("channel"), Column("unit")]
    columns += ["m0", "m1", "m2", "m4", "rms"].map { Column($0) }
    columns += [Column("crossings", unit: "1/s"), Column("peaks", unit: "1/s")]
    columns += [Column("irregularity"), Column("damage Dirlik"), Column("damage narrow-band")]
    columns += options.tally.exponents.map { Column("equivalent load m = \(short($0))") }
    let table = try context.tableOutput("moments.csv", columns)
    for load in loads {
      let moments = load.moments
      let numbers =
        [
          moments.zeroth, moments.first, moments.second, moments.fourth, moments.rms,
          moments.crossingsHz, moments.peaksHz, moments.irregularity,
          load.damage[.dirlik] ?? .nan, load.damage[.narrowBand] ?? .nan,
        ] + load.equivalentLoads
      try table.append(
        [.text(load.column.name), .text(stressUnit(load) ?? "")] + numbers.map { .number($0) })
    }
    try table.finish()
  }

  private func figure(
    _ load: Load, _ frequency: [Double], _ method: SpectralMethod, _ response: ModalResponse?
  ) -> Figure {
    let end = 6 * load.moments.rms
    let amplitude = (0...300).map { Double($0) / 300 * end }
    let curves = SpectralMethod.allCases.map { each in
      let distribution = AmplitudeDistribution(each, load.moments)
      return Series.line(
        each == .dirlik ? "Dirlik" : "narrow band", x: amplitude,
        y: amplitude.map {
          distribution.rateHz * distribution.density($0 / distribution.rms) / distribution.rms
        })
    }
    let marks: [Mark] =
      response.map { [.instant($0.frequencyHz, "mode at \(rounded($0.frequencyHz)) Hz")] } ?? []
    return Figure(
      "Fatigue under the spectrum \(load.column.name)",
      subtitle: ["\(method.rawValue), reported", options.strength].compactMap { $0 }
        .joined(separator: "; "),
      panels: [
        Panel(
          "Density of the stress", x: Axis("Frequency", unit: "Hz"),
          y: Axis(
            "Density",
            unit: options.scale == 1 ? load.column.unit ?? "stress²/Hz" : "stress²/Hz", .logarithmic
          ),
          series: [.line("", x: frequency, y: load.density)], marks: marks),
        Panel(
          "Amplitudes", x: Axis("Amplitude, stress", unit: stressUnit(load)),
          y: Axis("Cycles per second and unit"),
          series: curves),
      ])
  }

  private func rounded(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  private func summarise(
    _ load: Load, _ method: SpectralMethod, _ seconds: Double, _ response: ModalResponse?
  ) {
    context.summary.set("worst_channel", load.column.name)
    if let damage = load.damage[method] {
      context.summary.set("damage", damage)
      context.summary.set("life_repeats", options.repeats / damage)
      context.summary.set("life_hours", seconds / damage / 3600, unit: "h")
    }
    if let first = load.equivalentLoads.first {
      context.summary.set("equivalent_load", first, unit: stressUnit(load))
    }
    context.summary.set("cycles", load.distribution.rateHz * seconds / options.repeats)
    context.summary.set("rms", load.moments.rms, unit: stressUnit(load))
    context.summary.set("irregularity", load.moments.irregularity)
    context.summary.set("crossings", load.moments.crossingsHz, unit: "1/s")
    context.summary.set("peaks", load.moments.peaksHz, unit: "1/s")
    if let response {
      context.summary.set("mode_frequency", response.frequencyHz, unit: "Hz")
      context.summary.set("mode_mass_share", response.massShare)
    }
    context.summary.set("counting", "\(method.rawValue), moments by the trapezoidal rule")
    if let strength = options.strength { context.summary.set("strength", strength) }
  }
}

/// The densities of a table over its frequencies.
private struct Spectra {
  var frequency: [Double] = []
  var columns: [Column] = []
  var densities: [[Double]] = []

  init(_ context: KernelContext) throws(KilnError) {
    let all = try context.openTable("psd").columns
    let axis = all.firstIndex { ["frequency", "freq", "f"].contains($0.name.lowercased()) } ?? 0
    let wanted = try context.list("channels")
    let names = wanted.isEmpty ? all.indices.filter { $0 != axis }.map { "\($0 + 1)" } : wanted
    guard !names.isEmpty else {
      throw KilnError(.invalidFile, "`psd` has no density beside the frequency")
    }
    let table = try context.openTable("psd", columns: ["\(axis + 1)"] + names)
    columns = Array(table.columns.dropFirst())
    densities = columns.map { _ in [] }
    var block = TableBlock(rows: 4096, columns: table.columns.count)
    while true {
      try table.read(into: &block)
      if block.rows == 0 { break }
      for row in 0..<block.rows {
        let hertz = block.column(0)[row]
        guard hertz.isFinite, hertz >= 0, frequency.last.map({ $0 < hertz }) ?? true else {
          throw KilnError(
            .invalidFile, "the frequencies of `psd` do not rise in row \(frequency.count + 1)",
            fix: "give a table whose first column is the frequency in Hz")
        }
        frequency.append(hertz)
        for index in columns.indices {
          let density = block.column(index + 1)[row]
          guard density.isFinite, density >= 0 else {
            throw KilnError(
              .invalidFile,
              "`\(columns[index].name)` is not a density in row \(frequency.count): \(density)",
              fix: "name the columns of densities in `channels`")
          }
          densities[index].append(density)
        }
      }
    }
    guard frequency.count > 1 else { throw KilnError(.invalidFile, "`psd` has too few rows") }
  }
}
