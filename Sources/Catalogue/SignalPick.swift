import Base
import JobModel

extension KernelDeclaration {
  /// Arrivals in seismic recordings.
  package static let signalPick = KernelDeclaration(
    name: "signal.pick",
    summary: "Arrivals in seismic traces: STA/LTA triggers, Akaike and Baer picks, network events.",
    discussion: """
      Computes a characteristic function of each channel, finds where it triggers, refines each trigger \
      to an onset, and tells where stations trigger together. Functions are those of Allen and of \
      Withers et al. (1998), named as ObsPy names them; `baer` is the picker of Baer and Kradolfer, which \
      gives the first arrival of each recording with its direction and quality.

      `refine` looks in a window around each trigger for the onset: `aic` parts the window by variances, \
      `ar-aic` by the errors of two autoregressive models. With `horizontals` and `s_within` the S onset \
      behind each P onset is picked from both horizontal components. The traces are held in memory. Filter before, with `signal.filter`, where noise is coloured.
      """,
    parameters: ParameterDeclaration.signalParameters + triggering + refining,
    inputs: [InputDeclaration("signal", "The traces: one column or channel for each station.")],
    outputs: [
      OutputDeclaration("picks.csv", "Triggers with their onsets, in seconds from the start."),
      OutputDeclaration("events.csv", "Where enough stations trigger together."),
      OutputDeclaration(
        "functions.npy", "Characteristic functions, where asked for: a row per sample."),
      OutputDeclaration("pick.svg", "Traces with their picks, and the function of the first."),
      OutputDeclaration("summary.json", "Numbers of picks and events, first ones, conventions."),
    ],
    scalars: [
      ScalarDeclaration("picks", "Arrivals found in all channels."),
      ScalarDeclaration(
        "first_pick", unit: "s", "The first of them, from the start of the recording."),
      ScalarDeclaration("first_channel", "Channel of the first pick."),
      ScalarDeclaration("first_s", unit: "s", "The first S onset, where one is looked for."),
      ScalarDeclaration("events", "Events of the network."),
      ScalarDeclaration("first_event", unit: "s", "Where the first of them begins."),
      ScalarDeclaration("samples", "Samples of each channel."),
      ScalarDeclaration(
        "seconds", unit: "s", "Time of the analysis, reading and writing included."),
    ],
    example: """
      name: arrivals
      kernel: signal.pick
      inputs: {signal: ../../models/local-event/local-event.csv}
      parameters: {method: recursive, short: 0.5 s, long: 10 s, refine: ar-aic, stations: 3}
      """,
    estimate: { facts in
      let signal = Double(facts.inputSizes["signal"]?.bytes ?? 0)
      // Traces and a function; compressed recordings have little more than a byte for each sample.
      return Estimate(
        seconds: Seconds(0.05 + signal / 2e7), memory: ByteCount(Int64(100e6 + 20 * signal)))
    })

  private static let triggering: [ParameterDeclaration] = [
    ParameterDeclaration(
      "method",
      .choice(["classic", "recursive", "delayed", "delayed-obspy", "z-detect", "carl", "baer"]),
      "Characteristic function.", default: .text("recursive")),
    ParameterDeclaration(
      "short", .quantity(dimension: "time", 1e-9...1e9),
      "Short window; with `baer`, the shortest arrival.",
      default: .quantity(0.5, unit: "s")),
    ParameterDeclaration(
      "long", .quantity(dimension: "time", 1e-9...1e9),
      "Long window; with `baer`, the stretch that tells the noise.",
      default: .quantity(10, unit: "s")),
    ParameterDeclaration(
      "on", .number(-1e12...1e12), "A trigger begins above it.", default: .number(3)),
    ParameterDeclaration(
      "off", .number(-1e12...1e12),
      "A trigger ends below it; with `baer`, noise is not learned above it.", default: .number(1)),
    ParameterDeclaration(
      "longest", .quantity(dimension: "time", 0...1e9), "Longest trigger; 0: any.",
      default: .quantity(0, unit: "s")),
    ParameterDeclaration(
      "dip", .quantity(dimension: "time", 0...1e9),
      "With `baer`: how long the function may fall below `on` within an arrival.",
      default: .quantity(0.1, unit: "s")),
    ParameterDeclaration(
      "amplitude_window", .quantity(dimension: "time", 0...1e9),
      "With `baer`: time after the onset in which the amplitude tells the quality.",
      default: .quantity(0.5, unit: "s")),
    ParameterDeclaration("ratio", .number(0...1e6), "Ratio of `carl`.", default: .number(0.8)),
    ParameterDeclaration(
      "quiet", .number(-1e12...1e12), "Quiet level of `carl`.", default: .number(0.8)),
    ParameterDeclaration(
      "detrend", .choice(["none", "mean"]), "What is taken off each recording first.",
      default: .text("mean")),
    ParameterDeclaration(
      "functions", .flag, "Whether the characteristic functions are written.", default: .flag(false)
    ),
  ]

  private static let refining: [ParameterDeclaration] = [
    ParameterDeclaration(
      "refine", .choice(["none", "aic", "ar-aic"]), "How triggers become onsets.",
      default: .text("ar-aic")),
    ParameterDeclaration(
      "before", .quantity(dimension: "time", 1e-9...1e6), "Window before the trigger.",
      default: .quantity(2, unit: "s")),
    ParameterDeclaration(
      "after", .quantity(dimension: "time", 1e-9...1e6), "Window after the trigger.",
      default: .quantity(0.5, unit: "s")),
    ParameterDeclaration(
      "order", .integer(1...50), "Coefficients of each model.", default: .number(2)),
    ParameterDeclaration(
      "s_within", .quantity(dimension: "time", 0...1e6),
      "How long after the P onset its S onset is looked for; 0: none is.",
      default: .quantity(0, unit: "s")),
    ParameterDeclaration(
      "horizontals", .text,
      "Horizontal channels, with commas: names or numbers. P is not picked in them.",
      default: .text("")),
    ParameterDeclaration(
      "s_window", .quantity(dimension: "time", 1e-9...1e6),
      "Beginning of the S wave that tells it from the P wave's coda.",
      default: .quantity(0.2, unit: "s")),
    ParameterDeclaration(
      "s_order", .integer(1...50), "Coefficients of each model for S.", default: .number(8)),
    ParameterDeclaration(
      "stations", .integer(0...10_000), "Channels that make an event; 0: no events.",
      default: .number(0)),
    ParameterDeclaration(
      "extension", .quantity(dimension: "time", 0...1e6),
      "By which triggers are lengthened to overlap.", default: .quantity(0, unit: "s")),
  ]
}
