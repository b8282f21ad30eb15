import Base
import JobModel

extension KernelDeclaration {
  /// Filters and changes of the sample rate.
  package static let signalFilter = KernelDeclaration(
    name: "signal.filter",
    summary: "Low-, high-, band-pass and band-stop filters, causal or without phase; resampling.",
    discussion: """
      Designs a filter and sends the channels through it: Butterworth, Chebyshev I and II, elliptic \
      and Bessel filters as sections of second order, or a finite impulse response by a window. \
      `zero-phase` runs sections forwards and backwards (which squares the magnitude), and takes the \
      delay out of a finite response; `causal` is what a real-time filter does.

      The rate can be changed behind the filter: `resample: 3/2`, or `decimate: 10` with its own \
      low-pass; `rate_change_filter` in the summary names its taps, window and edge. Each stretch between gaps is filtered on its own. The recording streams: memory does \
      not depend on its length; a zero-phase pass keeps a scratch file of the size of the channels.
      """,
    parameters: ParameterDeclaration.signalParameters + [
      ParameterDeclaration(
        "family",
        .choice(["butterworth", "chebyshev1", "chebyshev2", "elliptic", "bessel", "fir", "none"]),
        "Butterworth: flat; Chebyshev 1: ripples in the pass band; 2: in the stop band; elliptic: in "
          + "both, sharpest; Bessel: keeps shapes; `fir`: linear phase; `none`: only the rate changes.",
        default: .text("butterworth")),
      ParameterDeclaration(
        "band", .choice(["low", "high", "band", "stop"]), "What passes, or with `stop` does not.",
        default: .text("low")),
      ParameterDeclaration(
        "edge", .quantity(dimension: "frequency", 0...1e12),
        "Edge of the band; the lower one of `band` and `stop`. Needed unless the family is `none`.",
        default: .quantity(0, unit: "Hz")),
      ParameterDeclaration(
        "edge_high", .quantity(dimension: "frequency", 0...1e12),
        "Upper edge of `band` and `stop`.", default: .quantity(0, unit: "Hz")),
      ParameterDeclaration(
        "order", .integer(1...20), "Poles of the low-pass; `band` and `stop` have twice as many.",
        default: .number(4)),
      ParameterDeclaration(
        "ripple", .number(0.001...20), "Ripple of the pass band in dB (Chebyshev 1, elliptic).",
        default: .number(1)),
      ParameterDeclaration(
        "attenuation", .number(1...200),
        "Least attenuation of the stop band in dB (Chebyshev 2, elliptic).",
        default: .number(40)),
      ParameterDeclaration(
        "bessel_edge", .choice(["phase", "delay", "magnitude"]),
        "What the edge of a Bessel filter is: half of the phase, the inverse of the delay, or 3 dB down.",
        default: .text("phase")),
      ParameterDeclaration(
        "taps", .integer(1...100_001), "Length of a finite impulse response.", default: .number(101)
      ),
      ParameterDeclaration(
        "window",
        .choice([
          "hamming", "hann", "blackman", "blackman-harris", "flat-top", "kaiser", "rectangular",
        ]),
        "Window of a finite impulse response.", default: .text("hamming")),
      .kaiserBeta,
      ParameterDeclaration(
        "direction", .choice(["zero-phase", "causal"]), "Without phase, or as in real time.",
        default: .text("zero-phase")),
      ParameterDeclaration(
        "start", .choice(["rest", "steady"]),
        "A causal filter begins at rest, or as if the first sample had been there for ever.",
        default: .text("rest")),
      ParameterDeclaration(
        "resample", .text,
        "New rate over the old one as a fraction: `3/2`, `1/10`; empty: as it is.",
        default: .text("")),
      ParameterDeclaration(
        "decimate", .integer(1...10_000), "Keeps each n-th sample behind a low-pass.",
        default: .number(1)),
      ParameterDeclaration(
        "table", .choice(["auto", "always", "never"]),
        "Whether samples are written as CSV, too; `auto`: for inputs up to 64 MiB.",
        default: .text("auto")),
    ],
    inputs: [
      InputDeclaration("signal", "The recording: CSV, NPY, WAV and the other formats of signals.")
    ],
    outputs: [
      OutputDeclaration("filtered.npy", "The channels, one column each."),
      OutputDeclaration("filtered.csv", "Time and channels."),
      OutputDeclaration(
        "stretches.csv",
        "Stretches between gaps: first row (from 1) in `filtered.npy`, its time, and how many rows."
      ),
      OutputDeclaration(
        "response.csv",
        "Magnitude and phase of what was applied, the low-pass of a change of rate included."),
      OutputDeclaration(
        "filter.svg", "Figure of the response, and of the signal before and after."),
      OutputDeclaration("summary.json", "The design: sections, poles, taps; rms before and after."),
    ],
    scalars: [
      ScalarDeclaration("rms", "Root mean square of the first channel behind the filter."),
      ScalarDeclaration("rms_before", "The same before it."),
      ScalarDeclaration("samples_out", "Samples of each channel that were written."),
      ScalarDeclaration(
        "stretches", "Stretches between gaps, of which `stretches.csv` has the places."),
      ScalarDeclaration("rate_out", unit: "Hz", "Their rate."),
      ScalarDeclaration("sections", "Sections of second order."),
      ScalarDeclaration("largest_pole", "Magnitude of the pole nearest to instability."),
      ScalarDeclaration("gaps", "Gaps met."),
    ],
    example: """
      name: body
      kernel: signal.filter
      inputs: {signal: ../../models/road-load/road-load.csv}
      parameters: {channels: body, band: low, edge: 3 Hz, order: 4}
      """,
    estimate: { facts in
      let bytes = Double(facts.inputSizes["signal"]?.bytes ?? 0)
      // Blocks before and behind the filter, in each channel.
      let memory = 56e6 + channelsEstimate(facts) * 2e6
      return Estimate(
        seconds: Seconds(0.05 + bytes / 8e7), memory: ByteCount(Int64(memory)))
    })
}
