import Base
import Formats
import Signals

/// What an engineer reads off the spectra first: rms and peak of each channel in a band.
struct SpectraScalars {
  private let results: SpectraResults
  private let band: ClosedRange<Double>
  private let bins: Range<Int>

  /// - Throws: when the band has no frequency of the spectra.
  init(_ results: SpectraResults, band: ClosedRange<Double>) throws(KilnError) {
    self.results = results
    // The frequency 0 is the mean, which is no vibration; a band that begins at it means all others.
    let first = band.lowerBound > 0 ? band.lowerBound : results.scale.spacing
    self.band = first...max(first, band.upperBound)
    bins = results.scale.bins(in: self.band)
    guard !bins.isEmpty else {
      throw KilnError(
        .taskFailed,
        "the band from \(band.lowerBound) Hz to \(band.upperBound) Hz lies between two frequencies",
        fix: "the frequencies are multiples of \(results.scale.spacing) Hz; widen the band or "
          + "give a larger `segment`")
    }
  }

  func set(in context: KernelContext) {
    let scale = results.scale
    let unit = results.channels[0].unit
    let peak = peak(0)
    context.summary.set("rms", rms(0), unit: unit)
    context.summary.set("peak_frequency", peak.frequency, unit: "Hz")
    context.summary.set("peak", peak.value, unit: results.unit(0))
    setResponse(in: context)
    context.summary.set("segments", Double(results.spectra.segments))
    context.summary.set("resolution", scale.spacing, unit: "Hz")
    context.summary.set("noise_bandwidth", scale.noiseBandwidth, unit: "Hz")
    context.summary.set("scaling", results.isDensity ? "density, one-sided" : "spectrum, one-sided")
    context.summary.set("channels", json: channels)
  }

  /// The largest response (H1) of the first channel that is not the reference.
  private func setResponse(in context: KernelContext) {
    let spectra = results.spectra
    guard let reference = spectra.reference,
      let index = results.channels.indices.first(where: { $0 != reference }),
      let sizes = spectra.h1(index)?.magnitude,
      let bin = results.scale.peakBin(sizes, in: band)
    else { return }
    let unit = DerivedUnit.quotient(
      results.channels[index].unit, results.channels[reference].unit)
    context.summary.set("response_peak", sizes[bin], unit: unit)
    context.summary.set("response_peak_frequency", Double(bin) * results.scale.spacing, unit: "Hz")
  }

  private func rms(_ channel: Int) -> Double {
    results.scale.rms(results.averaged[channel], in: band)
  }

  private func peak(_ channel: Int) -> (frequency: Double, value: Double) {
    let bin = results.scale.peakBin(results.averaged[channel], in: band) ?? bins.lowerBound
    return (Double(bin) * results.scale.spacing, results.spectrum(channel)[bin])
  }

  private var channels: [UInt8] {
    var writer = JSONWriter()
    writer.beginArray()
    for (index, channel) in results.channels.enumerated() {
      let peak = peak(index)
      writer.beginObject()
      writer.key("name")
      writer.string(channel.name)
      if let unit = channel.unit {
        writer.key("unit")
        writer.string(unit)
      }
      for (name, value) in [
        ("rms", rms(index)), ("peak_frequency_Hz", peak.frequency), ("peak", peak.value),
      ] {
        writer.key(name)
        writer.number(value)
      }
      writer.endObject()
    }
    writer.endArray()
    return writer.bytes
  }
}
