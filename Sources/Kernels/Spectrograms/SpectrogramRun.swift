import Base
import Formats
import LinearAlgebra
import Plots
import Signals

/// One spectrogram on its way from the samples into the files.
final class SpectrogramRun {
  private let options: SegmentOptions
  private let signal: SignalReader
  private let context: KernelContext
  private let scale: SpectralScale
  private let isDensity: Bool
  private let inDecibels: Bool
  private let isWholeBand: Bool
  private var spectra: SpectrogramStream
  private var survey: SpectrogramSurvey
  private let density: Buffer<Double>
  private let row: Buffer<Double>
  private let array: ArrayWriter
  private let table: TableWriter
  private let inverse: BandResynthesis?
  private let inverseArray: ArrayWriter?
  private var stretchStart = 0.0
  private var stretchFrames = 0
  private var isOpen = false
  private var lastTime = 0.0

  init(
    _ options: SegmentOptions, _ stream: SignalStream, _ context: KernelContext
  ) throws(KilnError) {
    self.options = options
    self.context = context
    signal = stream.signal
    isDensity = try context.text("scaling") == "density"
    inDecibels = try context.text("values") == "db"
    spectra = SpectrogramStream(options, channels: 1, blockMax: stream.blockRows)
    scale = spectra.scale(rateHz: signal.rateHz)
    let band = try Self.band(scale, context)
    isWholeBand = try context.quantity("band_from") == 0 && band.upperBound == scale.bins
    survey = SpectrogramSurvey(scale, band: band)
    density = Buffer(repeating: 0, count: scale.bins)
    row = Buffer(repeating: 0, count: scale.bins)
    array = try context.arrayOutput("spectrogram.npy", columns: scale.bins)
    let unit = signal.channels[0].unit
    table = try context.tableOutput(
      "frames.csv",
      [Column("time", unit: "s"), Column("ridge", unit: "Hz"), Column("rms", unit: unit)])
    if try context.flag("inverse") {
      try Self.checkInvertible(options)
      let bins = isWholeBand ? 0..<scale.bins : band
      inverse = BandResynthesis(options, bins: bins, blockMax: stream.blockRows)
      inverseArray = try context.arrayOutput("inverse.npy", columns: 1)
    } else {
      (inverse, inverseArray) = (nil, nil)
    }
  }

  var frames: Int { survey.frames }

  /// Bins of the band; the frequency 0 is the mean, and only part of it when asked for.
  private static func band(
    _ scale: SpectralScale, _ context: KernelContext
  ) throws(KilnError) -> Range<Int> {
    let (from, to) = (try context.quantity("band_from"), try context.quantity("band_to"))
    let half = scale.rateHz / 2
    let (low, high) = (from > 0 ? from : scale.spacing, to > 0 ? min(to, half) : half)
    let bins = low <= high ? scale.bins(in: low...high) : 0..<0
    guard !bins.isEmpty else {
      throw KilnError(
        .taskFailed, "the band from \(from) Hz to \(high) Hz has no frequency of the spectra",
        fix: "the frequencies are multiples of \(scale.spacing) Hz up to \(half) Hz")
    }
    return bins
  }

  private static func checkInvertible(_ options: SegmentOptions) throws(KilnError) {
    let overlap = WindowOverlap(options.window.weights(options.length), hop: options.hop)
    guard overlap.isInvertible else {
      throw KilnError(
        .taskFailed,
        "segments of \(options.length) samples that share \(options.overlap) cannot be inverted "
          + "with the window \(options.window): some samples count in no segment",
        fix: "raise the `overlap`, for example to 0.5")
    }
  }

  func add(_ block: SampleBlock, startsStretch: Bool) throws {
    if startsStretch {
      try endStretch()
      isOpen = true
      stretchStart = signal.segmentStart
      stretchFrames = 0
      inverse?.begin()
    }
    for segment in 0..<spectra.take(block, startsStretch: startsStretch) {
      try write(spectra.spectrum(segment, channel: 0))
    }
    if let inverse {
      inverse.add(block.channel(0))
      try flush(inverse)
    }
  }

  func finish() throws {
    try endStretch()
    try array.finish()
    try table.finish()
    try inverseArray?.finish()
  }

  private func write(_ spectrum: View<Double>) throws(KilnError) {
    scale.density(of: spectrum, into: density.view)
    // The middle of the segment.
    let place = Double(stretchFrames * options.hop) + Double(options.length) / 2
    lastTime = stretchStart + place / signal.rateHz
    let frame = survey.add(density.view.reading, at: lastTime)
    try table.append([lastTime, frame.frequency, frame.rms])
    scale.row(
      of: density.view.reading, isDensity: isDensity, inDecibels: inDecibels, into: row.view)
    try array.append(rows: row.view.reading)
    stretchFrames += 1
  }

  private func endStretch() throws {
    guard isOpen else { return }
    isOpen = false
    if let inverse {
      inverse.end()
      try flush(inverse)
    }
  }

  private func flush(_ inverse: BandResynthesis) throws(KilnError) {
    try inverse.ready.withView { (samples) throws(KilnError) in
      try inverseArray?.append(rows: samples)
    }
    inverse.ready.removeAll(keepingCapacity: true)
  }

  /// Scalars, the mean spectrum and the figure.
  func report() throws(KilnError) {
    let summary = survey.peak
    let unit = signal.channels[0].unit
    context.summary.set("peak_frequency", summary.frequency, unit: "Hz")
    context.summary.set("peak_time", summary.time, unit: "s")
    context.summary.set("rms", survey.rms, unit: unit)
    context.summary.set("ridge_slope", survey.ridgeSlope, unit: "Hz/s")
    context.summary.set("segments", Double(frames))
    context.summary.set("resolution", scale.spacing, unit: "Hz")
    if isWholeBand, let inverse {
      context.summary.set("inverse_error", inverse.largestDifference, unit: unit)
    }
    let overlap = WindowOverlap(options.window.weights(options.length), hop: options.hop)
    context.summary.set("can_be_inverted", overlap.isInvertible ? "yes (NOLA)" : "no")
    context.summary.set("segments_add_up_evenly", overlap.isConstant ? "yes (COLA)" : "no")
    context.summary.set("scaling", isDensity ? "density, one-sided" : "spectrum, one-sided")
    context.summary.set("values", inDecibels ? "dB over 1 unit^2/Hz" : "power")
    let square = DerivedUnit.square(unit)
    let densityUnit = isDensity ? DerivedUnit.quotient(square, "Hz") : square
    let mean = survey.mean.map { isDensity ? $0 : $0 * scale.noiseBandwidth }
    try context.write(
      "mean",
      [Column("frequency", unit: "Hz"), Column(signal.channels[0].name, unit: densityUnit)],
      [scale.frequencies, mean])
    try context.figure("spectrogram.svg", try figure())
  }

  private func figure() throws(KilnError) -> Figure {
    let picture = survey.decibels(range: try context.number("range"))
    let end = max(lastTime + Double(options.length) / 2 / signal.rateHz, 1 / signal.rateHz)
    let unit = DerivedUnit.quotient(DerivedUnit.square(signal.channels[0].unit), "Hz") ?? ""
    let map = HeatMap(
      picture.cells, columns: picture.columns, x: 0...end, y: 0...survey.topFrequency,
      label: "power spectral density", unit: "dB re 1 \(unit)")
    return Figure(
      "Spectrogram of \(signal.channels[0].name)", subtitle: "\(options.words); one-sided density",
      panels: [
        Panel(
          x: Axis("time", unit: "s"),
          y: Axis("frequency", unit: "Hz", range: 0...survey.topFrequency),
          series: [.heatmap(map)])
      ])
  }
}
