import Base
import JobModel

extension KernelDeclaration {
  /// Response spectra of shocks and earthquakes.
  package static let signalShock = KernelDeclaration(
    name: "signal.shock",
    summary:
      "Shock and earthquake response spectra of accelerations; rotated spectra, intensities.",
    discussion: """
      Drives oscillators of many frequencies by the recorded acceleration of their base and keeps their \
      largest responses. Steps are exact for an acceleration that runs straight from sample to sample \
      (Nigam and Jennings; for the absolute acceleration this is Smallwood's ramp-invariant filter).

      `kind: shock` reports the absolute acceleration over the natural frequency: positive, negative \
      and maximax, primary (while the base is recorded, or until `shock_end`) and residual. `kind: \
      earthquake` reports over the period relative displacement and velocity, pseudo and absolute \
      acceleration, with peak ground acceleration, Arias intensity, cumulative absolute velocity and \
      Housner's intensity; with `pair`, RotD50 and RotD100 of two horizontal channels too.
      """,
    parameters: ParameterDeclaration.signalParameters + [
      ParameterDeclaration(
        "kind", .choice(["shock", "earthquake"]), "Which spectra are reported.",
        default: .text("shock")),
      ParameterDeclaration(
        "unit", .choice(["auto", "m/s^2", "g", "gal"]),
        "Unit of the accelerations; `auto`: the channel's own, m/s² where it has none, which the "
          + "summary says.",
        default: .text("auto")),
      ParameterDeclaration(
        "damping", .text, "Shares of critical damping, with commas; 1/(2Q).", default: .text("0.05")
      ),
      ParameterDeclaration(
        "lowest", .quantity(dimension: "frequency", 1e-6...1e9), "Lowest natural frequency.",
        default: .quantity(0.1, unit: "Hz")),
      ParameterDeclaration(
        "highest", .quantity(dimension: "frequency", 0...1e9),
        "Highest natural frequency; 0: a tenth of the sample rate.",
        default: .quantity(0, unit: "Hz")),
      ParameterDeclaration(
        "per_octave", .integer(1...96), "Natural frequencies in an octave.", default: .number(12)),
      ParameterDeclaration(
        "periods", .text, "Natural periods in s, with commas, instead of the octaves.",
        default: .text("")),
      ParameterDeclaration(
        "shock_end", .quantity(dimension: "time", 0...1e9),
        "When the shock is over, after the first sample; 0: with the recording.",
        default: .quantity(0, unit: "s")),
      ParameterDeclaration(
        "baseline", .choice(["none", "mean"]), "What is taken off each channel first.",
        default: .text("none")),
      ParameterDeclaration(
        "pair", .text, "Two horizontal channels, for rotated spectra.", default: .text("")),
    ],
    inputs: [InputDeclaration("signal", "Accelerations of the base: one column for each channel.")],
    outputs: [
      OutputDeclaration("spectra.csv", "Spectra of all channels and dampings."),
      OutputDeclaration("spectra.npy", "The numbers of the same rows, channels counted from 1."),
      OutputDeclaration("rotated.csv", "RotD50 and RotD100 of the pair."),
      OutputDeclaration("motion.csv", "Peaks and intensities of each channel."),
      OutputDeclaration("shock.svg", "Spectra of the first damping."),
      OutputDeclaration("summary.json", "Largest values of the first channel, conventions."),
    ],
    scalars: [
      ScalarDeclaration(
        "peak", unit: "m/s^2", "Largest acceleration of the base, over the channels."),
      ScalarDeclaration("largest_response", unit: "m/s^2", "Largest value of the spectra."),
      ScalarDeclaration("largest_at", unit: "Hz", "Natural frequency where it is."),
      ScalarDeclaration("arias_intensity", unit: "m/s", "Of the channel with the largest."),
      ScalarDeclaration(
        "cav", unit: "m/s", "Cumulative absolute velocity, largest of the channels."),
      ScalarDeclaration(
        "significant_duration", unit: "s", "5–95 % of the same channel's Arias intensity."),
      ScalarDeclaration("samples", "Samples of each channel."),
      ScalarDeclaration(
        "seconds", unit: "s", "Time of the analysis, reading and writing included."),
    ],
    example: """
      name: response spectrum
      kernel: signal.shock
      inputs: {signal: ../../models/ground-motion/ground-motion.csv}
      parameters:
        kind: earthquake
        damping: 0.05, 0.02
        pair: north, east
      """,
    estimate: { facts in
      let signal = Double(facts.inputSizes["signal"]?.bytes ?? 0)
      return Estimate(seconds: Seconds(0.05 + signal / 1e7), memory: ByteCount(150_000_000))
    })
}
