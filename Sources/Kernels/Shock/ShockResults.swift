import Base
import Formats
import Plots
import Signals

/// Tables, figure and scalars of `signal.shock`.
struct ShockResults {
  private let channels: [ShockChannel]
  private let rotated: RotatedPair?
  private let options: ShockOptions

  init(_ channels: [ShockChannel], _ rotated: RotatedPair?, _ options: ShockOptions) {
    self.channels = channels
    self.rotated = rotated
    self.options = options
  }

  func write(to context: KernelContext) throws(KilnError) {
    try writeSpectra(to: context)
    try writeRotated(to: context)
    try writeMotion(to: context)
    try context.figure("shock.svg", figure)
    summarise(context)
  }

  /// What is plotted and searched for its maximum: m/s².
  private func ordinate(_ peaks: OscillatorPeaks) -> Double {
    options.isEarthquake ? peaks.acceleration : peaks.maximax
  }

  private var numberColumns: [Column] {
    let axis = [Column("damping"), Column("frequency", unit: "Hz"), Column("period", unit: "s")]
    let spectra =
      options.isEarthquake
      ? [
        Column("Sd", unit: "m"), Column("Sv", unit: "m/s"), Column("pseudo Sv", unit: "m/s"),
        Column("pseudo Sa", unit: "m/s^2"), Column("absolute Sa", unit: "m/s^2"),
      ]
      : [
        "positive", "negative", "maximax", "primary positive", "primary negative",
        "residual positive", "residual negative",
      ].map { Column($0, unit: "m/s^2") }
    return axis + spectra
  }

  private func numbers(_ peaks: OscillatorPeaks) -> [Double] {
    let oscillator = peaks.oscillator
    let axis = [oscillator.damping, oscillator.frequencyHz, 1 / oscillator.frequencyHz]
    let spectra =
      options.isEarthquake
      ? [
        peaks.displacement, peaks.velocity, peaks.pseudoVelocity, peaks.pseudoAcceleration,
        peaks.acceleration,
      ]
      : [
        peaks.positive, peaks.negative, peaks.maximax, peaks.primary.positive,
        peaks.primary.negative, peaks.residual.positive, peaks.residual.negative,
      ]
    return axis + spectra
  }

  private func writeSpectra(to context: KernelContext) throws(KilnError) {
    let table = try context.tableOutput("spectra.csv", [Column("channel")] + numberColumns)
    let array = try context.arrayOutput("spectra.npy", columns: numberColumns.count + 1)
    for (number, channel) in channels.enumerated() {
      for index in options.oscillators.indices {
        let numbers = numbers(channel.bank.response(index))
        try table.append([.text(channel.column.name)] + numbers.map { .number($0) })
        try array.append([Double(number + 1)] + numbers)
      }
    }
    try table.finish()
    try array.finish()
  }

  private func writeRotated(to context: KernelContext) throws(KilnError) {
    guard let rotated else { return }
    let table = try context.tableOutput(
      "rotated.csv",
      [
        Column("damping"), Column("frequency", unit: "Hz"), Column("period", unit: "s"),
        Column("Sd RotD50", unit: "m"), Column("Sd RotD100", unit: "m"),
        Column("pseudo Sa RotD50", unit: "m/s^2"), Column("pseudo Sa RotD100", unit: "m/s^2"),
      ])
    for (index, oscillator) in options.oscillators.enumerated() {
      let (median, maximum) = rotated.spectrum.displacement(index)
      let square = oscillator.omega * oscillator.omega
      try table.append([
        oscillator.damping, oscillator.frequencyHz, 1 / oscillator.frequencyHz, median, maximum,
        median * square, maximum * square,
      ])
    }
    try table.finish()
  }

  private func writeMotion(to context: KernelContext) throws(KilnError) {
    let table = try context.tableOutput(
      "motion.csv",
      [
        Column("channel"), Column("peak acceleration", unit: "m/s^2"),
        Column("at", unit: "s"), Column("peak velocity", unit: "m/s"),
        Column("rms acceleration", unit: "m/s^2"), Column("Arias intensity", unit: "m/s"),
        Column("CAV", unit: "m/s"), Column("significant duration", unit: "s"),
        Column("Housner intensity", unit: "m"),
      ])
    for channel in channels {
      let numbers = [
        channel.motion.peak, channel.motion.peakSeconds, channel.motion.peakVelocity,
        channel.motion.rms, channel.motion.ariasIntensity,
        channel.motion.cumulativeAbsoluteVelocity, channel.motion.significantDuration,
        housner(channel) ?? .nan,
      ]
      try table.append([.text(channel.column.name)] + numbers.map { .number($0) })
    }
    try table.finish()
  }

  /// ∫ pseudo-velocity dT from 0.1 to 2.5 s at the first damping (G. W. Housner, 1952), by trapezoids
  /// between the natural periods; nil where they do not span that range.
  private func housner(_ channel: ShockChannel) -> Double? {
    var points = firstDamping.map { index in
      let peaks = channel.bank.response(index)
      return (period: 1 / peaks.oscillator.frequencyHz, velocity: peaks.pseudoVelocity)
    }
    points.sort { $0.period < $1.period }
    guard let first = points.first, let last = points.last, first.period <= 0.1, last.period >= 2.5
    else { return nil }
    var sum = 0.0
    for (one, next) in zip(points, points.dropFirst()) {
      let (low, high) = (max(one.period, 0.1), min(next.period, 2.5))
      guard high > low else { continue }
      func velocity(_ period: Double) -> Double {
        one.velocity + (next.velocity - one.velocity) * (period - one.period)
          / (next.period - one.period)
      }
      sum += 0.5 * (high - low) * (velocity(low) + velocity(high))
    }
    return sum
  }

  private var firstDamping: Range<Int> { 0..<options.oscillators.count / options.dampings.count }

  private var figure: Figure {
    let range = firstDamping
    let x = range.map { index in
      let frequency = options.oscillators[index].frequencyHz
      return options.isEarthquake ? 1 / frequency : frequency
    }
    var series: [Series] = channels.map { channel in
      .line(
        channel.column.name, x: x, y: range.map { ordinate(channel.bank.response($0)) })
    }
    if let rotated {
      let scale = range.map { options.oscillators[$0].omega * options.oscillators[$0].omega }
      let pair = range.map { rotated.spectrum.displacement($0) }
      series.append(.line("RotD50, pseudo", x: x, y: zip(pair, scale).map { $0.median * $1 }))
      series.append(.line("RotD100, pseudo", x: x, y: zip(pair, scale).map { $0.maximum * $1 }))
    }
    let axis =
      options.isEarthquake
      ? Axis("Natural period", unit: "s", .logarithmic)
      : Axis("Natural frequency", unit: "Hz", .logarithmic)
    return Figure(
      options.isEarthquake ? "Acceleration response spectrum" : "Shock response spectrum",
      subtitle: convention,
      panels: [
        Panel(
          x: axis,
          y: Axis(
            options.isEarthquake ? "Absolute acceleration" : "Maximax acceleration", unit: "m/s²",
            .logarithmic),
          series: series)
      ])
  }

  private var convention: String {
    let damping = options.dampings[0]
    let q = damping > 0 ? ", Q = \(short((50 / damping).rounded() / 100))" : ""
    let kind =
      options.isEarthquake
      ? "absolute acceleration" : "maximax of primary and residual absolute acceleration"
    return "\(kind), damping \(damping)\(q), exact steps for straight pieces, from rest"
  }

  private func summarise(_ context: KernelContext) {
    var largest = (value: 0.0, frequency: 0.0)
    for channel in channels {
      for index in options.oscillators.indices {
        let peaks = channel.bank.response(index)
        let value = ordinate(peaks)
        if value > largest.value { largest = (value, peaks.oscillator.frequencyHz) }
      }
    }
    var strongest = channels[0]
    for channel in channels where channel.motion.ariasIntensity > strongest.motion.ariasIntensity {
      strongest = channel
    }
    context.summary.set("peak", channels.map { $0.motion.peak }.max() ?? 0, unit: "m/s^2")
    context.summary.set("largest_response", largest.value, unit: "m/s^2")
    context.summary.set("largest_at", largest.frequency, unit: "Hz")
    context.summary.set("arias_intensity", strongest.motion.ariasIntensity, unit: "m/s")
    context.summary.set(
      "cav", channels.map { $0.motion.cumulativeAbsoluteVelocity }.max() ?? 0, unit: "m/s")
    context.summary.set("significant_duration", strongest.motion.significantDuration, unit: "s")
    context.summary.set("spectrum", convention)
  }
}
