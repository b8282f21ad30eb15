import Base
import JobModel

extension KernelDeclaration {
  /// Spectra by averaging over segments.
  package static let signalPsd = KernelDeclaration(
    name: "signal.psd",
    summary: "Power spectra by Welch's method; with a reference channel also transfer functions.",
    discussion: """
      Cuts the channels into overlapping segments, takes off their trend, weights them with a window, \
      transforms them and averages the squared magnitudes. Results are one-sided. The rms in a band is \
      `sqrt(Σ P Δf)` over its bins. Segments never cross a gap.

      With `reference`, the other channels are compared with it: cross-spectra, coherence, and the \
      frequency response by H1 (noise in the response) and H2 (noise in the reference).

      The recording streams: memory does not depend on its length. `average: median` reads it again, \
      as often as the medians need room. Scalars are those of the first channel; `channels` in \
      `summary.json` has those of all.
      """,
    parameters: ParameterDeclaration.signalParameters + ParameterDeclaration.segmentParameters + [
      ParameterDeclaration(
        "average", .choice(["mean", "median", "max"]),
        "Over the segments: the mean; the median, divided by its bias for Gaussian noise, which "
          + "bursts do not disturb; the largest value of each bin (max-hold).",
        default: .text("mean")),
      .scaling,
      ParameterDeclaration(
        "reference", .text, "Channel that the others are compared with; empty: none.",
        default: .text("")),
      ParameterDeclaration(
        "band_from", .quantity(dimension: "frequency", 0...1e12),
        "Low end of the band of `rms` and `peak`. 0: all but the frequency 0.",
        default: .quantity(0, unit: "Hz")),
      ParameterDeclaration(
        "band_to", .quantity(dimension: "frequency", 0...1e12),
        "High end of that band. 0: half of the sample rate.", default: .quantity(0, unit: "Hz")),
    ],
    inputs: [
      InputDeclaration("signal", "The recording: CSV, NPY, WAV and the other formats of signals.")
    ],
    outputs: [
      OutputDeclaration("psd.csv", "Frequency and the spectrum of each channel."),
      OutputDeclaration("psd.npy", "The same columns."),
      OutputDeclaration("psd.svg", "Figure of the spectra."),
      OutputDeclaration("csd.csv", "Cross-spectra with the reference: real and imaginary parts."),
      OutputDeclaration("coherence.csv", "Coherence with the reference."),
      OutputDeclaration(
        "frf.csv", "Responses to the reference: H1 and H2, real, imaginary, size, phase."),
      OutputDeclaration("frf.npy", "The same columns."),
      OutputDeclaration("frf.svg", "Figure of the responses and the coherence."),
      OutputDeclaration("summary.json", "Peaks, rms, conventions, counts of segments and gaps."),
    ],
    scalars: [
      ScalarDeclaration("rms", "Root mean square in the band, in the channel's unit."),
      ScalarDeclaration("peak_frequency", unit: "Hz", "Where the spectrum is largest in the band."),
      ScalarDeclaration("peak", "The spectrum there."),
      ScalarDeclaration("response_peak", "Largest size of H1 in the band, with a reference."),
      ScalarDeclaration("response_peak_frequency", unit: "Hz", "Where that is."),
      ScalarDeclaration("segments", "How many segments were averaged."),
      ScalarDeclaration("resolution", unit: "Hz", "Distance of the frequencies."),
      ScalarDeclaration(
        "noise_bandwidth", unit: "Hz", "Width of a bin for noise: spectrum = density × this."),
      ScalarDeclaration("samples", "Samples of each channel."),
      ScalarDeclaration("gaps", "Gaps met."),
    ],
    example: """
      name: road
      kernel: signal.psd
      inputs: {signal: ../../models/road-load/road-load.csv}
      parameters:
        channels: body, wheel, road
        reference: road
        segment: 512
        band_from: 0.5 Hz
        band_to: 40 Hz
      """,
    estimate: { facts in
      var estimate = segmentEstimate(facts, bytesPerSecond: 1.5e8)
      if case .text("median")? = facts.parameters["average"] {
        // 64 MiB of powers, and the recording is read several times.
        estimate = Estimate(
          seconds: Seconds(estimate.seconds.value * 5),
          memory: ByteCount(estimate.memory.bytes + 80_000_000))
      }
      return estimate
    })
}
