import Base
import JobModel

extension KernelDeclaration {
  /// Cycle counting and damage of load histories and spectra.
  package static let signalFatigue = KernelDeclaration(
    name: "signal.fatigue",
    summary: "Rainflow cycles, damage and equivalent loads of load histories; Dirlik from spectra.",
    discussion: """
      Counts the closed hysteresis loops of each channel (ASTM E1049 or the four-point rule), corrects \
      them for mean stress, and adds up their damage by a Wöhler line, together with damage equivalent \
      loads. The signal streams: memory does not grow with its length, and a segment behind a gap is a \
      recording of its own. With `psd` instead of `signal`, the damage of a Gaussian process of that \
      spectrum is predicted by Dirlik's formula, and by the narrow-band one beside it.

      Counting needs no sample rate: without one, only the life in hours is left out.

      `knee_amplitude` is a stress amplitude in the unit of the signal times `scale`; without it, there \
      is no damage, only cycles and equivalent loads. Equivalent loads are ranges (twice the amplitude).
      """,
    parameters: ParameterDeclaration.signalParameters + counting + strength + spectral,
    inputs: [
      InputDeclaration(
        "signal", "The load history: one column for each channel.", isRequired: false),
      InputDeclaration(
        "psd", "One-sided densities over the frequency, instead of a signal.", isRequired: false),
      InputDeclaration(
        "modes",
        "summary.json of a `fe.solve` job with *FREQUENCY: the densities are those of the "
          + "base's acceleration, and the part answers in its strongest mode.", isRequired: false),
    ],
    outputs: [
      OutputDeclaration(
        "channels.csv", "Cycles, largest range, damage, life and equivalent loads."),
      OutputDeclaration("ranges.csv", "Cycles in classes of range, and their sum from above."),
      OutputDeclaration("matrix.csv", "Cycles in classes of range and mean that are not empty."),
      OutputDeclaration("matrix.npy", "The same rows: channel, range, mean, cycles."),
      OutputDeclaration("residue.csv", "Turning points that closed no loop."),
      OutputDeclaration("moments.csv", "Of spectra: moments, rates and damage by each method."),
      OutputDeclaration("fatigue.svg", "Range spectrum, and the matrix of the worst channel."),
      OutputDeclaration("summary.json", "Damage, life, loads, conventions."),
    ],
    scalars: [
      ScalarDeclaration(
        "worst_channel", "Most damaged channel; without a Wöhler line, largest load."),
      ScalarDeclaration("damage", "Miner's sum of the worst channel for all repeats."),
      ScalarDeclaration("life_repeats", "Repeats of the recording until Miner's sum is 1."),
      ScalarDeclaration(
        "life_hours", unit: "h", "The same in hours, where the sample rate is known."),
      ScalarDeclaration(
        "equivalent_load", "Equivalent range of the worst channel, first exponent."),
      ScalarDeclaration("cycles", "Cycles counted in the worst channel, of one recording."),
      ScalarDeclaration("largest_range", "Largest range of the worst channel."),
      ScalarDeclaration("samples", "Samples of each channel."),
      ScalarDeclaration(
        "seconds", unit: "s", "Time of the analysis, reading and writing included."),
    ],
    example: """
      name: blade root
      kernel: signal.fatigue
      inputs: {signal: ../../models/blade-root/blade-root.csv}
      parameters:
        channels: flapwise, edgewise
        exponents: 10, 4
        equivalent_cycles: 600
      """,
    estimate: { facts in
      let signal = Double(facts.inputSizes["signal"]?.bytes ?? facts.inputSizes["psd"]?.bytes ?? 0)
      return Estimate(
        seconds: Seconds(0.05 + signal / 1e8), memory: ByteCount(Int64(120e6 + min(signal, 40e6))))
    })

  private static let counting: [ParameterDeclaration] = [
    ParameterDeclaration(
      "rule", .choice(["astm", "four-point"]),
      "ASTM E1049 (three points; ranges from the start count half) or four points.",
      default: .text("astm")),
    ParameterDeclaration(
      "residue", .choice(["half", "repeat", "ignore"]),
      "Turning points that close no loop: half cycles, the recording once more behind itself, or "
        + "nothing.", default: .text("half")),
    ParameterDeclaration(
      "gate", .number(0...1e30),
      "Ranges below it, in the signal's unit times `scale`, are removed.",
      default: .number(0)),
    ParameterDeclaration(
      "classes", .integer(8...512), "At most so many classes of range, where their width adapts.",
      default: .number(64)),
    ParameterDeclaration(
      "class_width", .number(0...1e30),
      "Width of the classes of range and mean; 0: the smallest power of two that suffices.",
      default: .number(0)),
    ParameterDeclaration(
      "exponents", .text, "Exponents m of equivalent loads, with commas.",
      default: .text("3, 5, 10")),
    ParameterDeclaration(
      "equivalent_cycles", .number(1...1e15), "Cycles N of equivalent loads: (Σ n rᵐ / N)^(1/m).",
      default: .number(1e6)),
    ParameterDeclaration(
      "repeats", .number(1e-9...1e15), "How often the recording is driven.", default: .number(1)),
  ]

  private static let strength: [ParameterDeclaration] = [
    ParameterDeclaration(
      "scale", .number(1e-30...1e30), "Stress per unit of the signal.", default: .number(1)),
    ParameterDeclaration(
      "slope", .number(1...50), "Slope k of the Wöhler line N = N_D (S/S_D)^−k.",
      default: .number(5)),
    ParameterDeclaration(
      "knee_amplitude", .number(0...1e30),
      "Fully reversed amplitude S_D at the knee; 0: no damage.",
      default: .number(0)),
    ParameterDeclaration(
      "knee_cycles", .number(1...1e15), "Cycles N_D at the knee.", default: .number(1e6)),
    ParameterDeclaration(
      "miner", .choice(["original", "elementary", "modified"]),
      "Below the knee: no damage, the same slope, or Haibach's 2k − 1.", default: .text("modified")),
    ParameterDeclaration(
      "mean", .choice(["none", "goodman", "gerber", "fkm"]), "Correction for mean stress.",
      default: .text("none")),
    ParameterDeclaration(
      "tensile_strength", .number(0...1e30), "R_m for Goodman and Gerber.", default: .number(0)),
    ParameterDeclaration(
      "sensitivity", .number(0...1), "Mean stress sensitivity M for FKM.", default: .number(0.3)),
  ]

  private static let spectral: [ParameterDeclaration] = [
    ParameterDeclaration(
      "method", .choice(["dirlik", "narrow-band"]), "Formula whose damage is reported, for `psd`.",
      default: .text("dirlik")),
    ParameterDeclaration(
      "duration", .quantity(dimension: "time", 1e-6...1e12), "Time under load, for `psd`.",
      default: .quantity(1, unit: "h")),
    ParameterDeclaration(
      "damping", .number(1e-4...1), "Share of critical damping of the mode, with `modes`.",
      default: .number(0.02)),
    ParameterDeclaration(
      "direction", .choice(["x", "y", "z"]), "Direction of the base's motion, with `modes`.",
      default: .text("z")),
  ]
}
