import Base
import Formats
import LinearAlgebra
import Signals

/// `signal.psd`: streams the signal through Welch's estimator and leaves tables, arrays and figures.
struct PowerSpectra: Kernel {
  let name = "signal.psd"

  var libraries: [String: String] { ["fftw": Fourier.version] }

  func run(_ context: KernelContext) throws {
    let clock = KernelClock()
    let stream = SignalStream(try context.openSignal("signal"), context)
    let signal = stream.signal
    let options = try context.segmentOptions(rateHz: signal.rateHz)
    let average = try context.text("average")
    var estimator = WelchEstimator(
      options, channels: signal.channels.count, reference: try reference(signal, context),
      holdsPeaks: average == "max", blockMax: stream.blockRows)
    let passes = average == "median" ? 0.5 : 1
    let passed = try stream.forEach(phase: "spectra", share: 0...passes) { block, startsStretch in
      estimator.add(block, startsStretch: startsStretch)
    }
    guard estimator.segments > 0 else {
      throw KilnError(
        .taskFailed,
        "no stretch of the signal has \(options.length) samples, as many as a segment "
          + "(\(passed.samples) samples in \(signal.segmentCount) stretches)",
        fix: "give a smaller `segment`")
    }
    let spectra = estimator.spectra(rateHz: signal.rateHz)
    let averaged =
      switch average {
      case "median": try medians(options, segments: spectra.segments, context)
      case "max": spectra.peak ?? spectra.mean
      case _: spectra.mean
      }
    context.progress("write")
    let results = SpectraResults(
      spectra: spectra, averaged: averaged, average: average,
      isDensity: try context.text("scaling") == "density", channels: signal.channels,
      conventions: options.words)
    try results.write(to: context)
    try SpectraScalars(results, band: try band(signal, context)).set(in: context)
    context.describe(options)
    context.describe(signal, passed)
    context.summary.set("average", average)
    clock.summarise(context)
  }

  private func reference(
    _ signal: SignalReader, _ context: KernelContext
  ) throws(KilnError) -> Int? {
    let name = try context.text("reference")
    guard !name.isEmpty else { return nil }
    let index = try context.channel(name, of: signal.channels, parameter: "reference")
    guard signal.channels.count > 1 else {
      throw KilnError(
        .taskFailed, "the reference is the only channel", fix: "name at least two `channels`")
    }
    return index
  }

  /// The band of rms and peak; without the frequency 0 unless that is asked for.
  private func band(
    _ signal: SignalReader, _ context: KernelContext
  ) throws(KilnError) -> ClosedRange<Double> {
    let (from, to) = (try context.quantity("band_from"), try context.quantity("band_to"))
    let half = signal.rateHz / 2
    guard to <= half else {
      throw KilnError(
        .taskFailed, "`band_to` is \(to) Hz, above half of the sample rate, \(half) Hz",
        fix: "give at most \(half) Hz, or leave it out")
    }
    let end = to > 0 ? to : half
    guard from <= end else {
      throw KilnError(
        .taskFailed, "the band from \(from) Hz to \(end) Hz is empty",
        fix: "`band_from` must be below `band_to` and half of the sample rate")
    }
    return from...end
  }

  /// Reads the signal again, once for as many bins as their values of all segments have room.
  private func medians(
    _ options: SegmentOptions, segments: Int, _ context: KernelContext
  ) throws -> [[Double]] {
    var medians: [[Double]] = []
    var first = 0
    while first < options.bins {
      let stream = SignalStream(try context.openSignal("signal"), context)
      let channels = stream.signal.channels.count
      let room = max(1, Self.medianValuesMax / (segments * channels))
      let bins = first..<min(options.bins, first + room)
      var estimator = MedianEstimator(
        options, channels: channels, bins: bins, segments: segments, blockMax: stream.blockRows)
      let shares = [bins.lowerBound, bins.upperBound].map {
        0.5 + 0.5 * Double($0) / Double(options.bins)
      }
      _ = try stream.forEach(phase: "medians", share: shares[0]...shares[1]) {
        estimator.add($0, startsStretch: $1)
      }
      let part = estimator.density(rateHz: stream.signal.rateHz)
      medians = medians.isEmpty ? part : zip(medians, part).map { $0 + $1 }
      first = bins.upperBound
    }
    return medians
  }

  /// 64 MiB.
  private static let medianValuesMax = 1 << 23
}
