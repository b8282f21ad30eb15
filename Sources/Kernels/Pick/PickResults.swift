import Base
import Formats
import Plots
import Signals

/// Tables, figure and scalars of `signal.pick`.
struct PickResults {
  /// An arrival in seconds from the first row of the file.
  private struct Pick {
    var channel: Int
    var onset: Double
    var on: Double
    var off: Double
    var peak: Double
    var phase: String
    /// Not a number where there is none.
    var shear: Double
  }

  private let channels: [Column]
  private let rateHz: Double
  private let startTime: Double?
  private let options: PickOptions
  private let recordings: [Recording]
  private let functions: [[[Double]]]
  private let picks: [Pick]
  private let events: [NetworkEvent]

  init(
    channels: [Column], rateHz: Double, startTime: Double?, _ options: PickOptions,
    recordings: [Recording], arrivals: [[Arrival]], functions: [[[Double]]]
  ) {
    self.channels = channels
    self.rateHz = rateHz
    self.startTime = startTime
    self.options = options
    self.recordings = recordings
    self.functions = functions
    var picks: [Pick] = []
    for (recording, found) in zip(recordings, arrivals) {
      func seconds(_ sample: Int) -> Double { recording.start + Double(sample) / rateHz }
      picks += found.map { arrival in
        Pick(
          channel: arrival.channel, onset: seconds(arrival.onset), on: seconds(arrival.on),
          off: seconds(arrival.off), peak: arrival.peak, phase: arrival.phase,
          shear: arrival.shear.map(seconds) ?? .nan)
      }
    }
    self.picks = picks.sorted { ($0.onset, $0.channel) < ($1.onset, $1.channel) }
    events =
      options.stations > 0
      ? NetworkEvent.find(
        picks.map { NetworkEvent.Arrival(station: $0.channel, on: $0.on, off: $0.off) },
        least: options.stations, extension: options.extensionSeconds) : []
  }

  func write(to context: KernelContext) throws(KilnError) {
    let table = try context.tableOutput(
      "picks.csv",
      [
        Column("channel"), Column("onset", unit: "s"), Column("trigger on", unit: "s"),
        Column("trigger off", unit: "s"), Column("peak of the function"), Column("phase"),
      ] + (options.shear == nil ? [] : [Column("S onset", unit: "s")]))
    for pick in picks {
      let row: [TableWriter.Cell] = [
        .text(channels[pick.channel].name), .number(pick.onset), .number(pick.on),
        .number(pick.off), .number(pick.peak), .text(pick.phase),
      ]
      try table.append(row + (options.shear == nil ? [] : [.number(pick.shear)]))
    }
    try table.finish()
    try writeEvents(to: context)
    if try context.flag("functions") { try writeFunctions(to: context) }
    try context.figure("pick.svg", figure)
    summarise(context)
  }

  private func writeEvents(to context: KernelContext) throws(KilnError) {
    guard options.stations > 0 else { return }
    let table = try context.tableOutput(
      "events.csv",
      [
        Column("start", unit: "s"), Column("duration", unit: "s"), Column("stations"),
        Column("channels"),
      ])
    for event in events {
      try table.append([
        .number(event.start), .number(event.end - event.start),
        .number(Double(event.stations.count)),
        .text(event.stations.map { channels[$0].name }.joined(separator: " ")),
      ])
    }
    try table.finish()
  }

  private func writeFunctions(to context: KernelContext) throws(KilnError) {
    let array = try context.arrayOutput("functions.npy", columns: channels.count)
    for recording in functions {
      for row in 0..<(recording.first?.count ?? 0) {
        try array.append(recording.map { $0[row] })
      }
    }
    try array.finish()
  }

  /// Traces of the first channels with their onsets, and the function of the first one.
  private var figure: Figure {
    let shown = Array(channels.indices.prefix(Self.tracesMax))
    var panels = shown.map { channel in
      Panel(
        channels[channel].name, x: Axis("Time", unit: "s"),
        y: Axis("Amplitude", unit: channels[channel].unit),
        series: [line(recordings.map { $0.traces[channel] })],
        marks: picks.filter { $0.channel == channel }.prefix(Self.marksMax)
          .flatMap(onsets))
    }
    let marks: [Mark] = [.level(options.on, "on"), .level(options.off, "off")]
    panels.append(
      Panel(
        "\(options.methodName) of \(channels[0].name)", x: Axis("Time", unit: "s"),
        y: Axis("Characteristic function"), series: [line(functions.map { $0[0] })], marks: marks))
    let more = channels.count > shown.count ? "; \(channels.count - shown.count) more channels" : ""
    return Figure("Arrivals", subtitle: "\(convention)\(more)", panels: panels)
  }

  private func onsets(_ pick: Pick) -> [Mark] {
    let first = Mark.instant(pick.onset, rounded(pick.onset))
    return pick.shear.isNaN ? [first] : [first, .instant(pick.shear, "S \(rounded(pick.shear))")]
  }

  private static let tracesMax = 6
  private static let marksMax = 30

  /// Recordings one behind the other, with a gap between, as one line.
  private func line(_ values: [[Double]]) -> Series {
    var (x, y): ([Double], [Double]) = ([], [])
    for (recording, values) in zip(recordings, values) {
      let part = Series.samples("", values, start: recording.start, step: 1 / rateHz)
      guard case .line(_, let instants, let heights) = part else { continue }
      x += instants + [instants.last ?? 0]
      y += heights + [.nan]
    }
    return .line("", x: x, y: y)
  }

  private func rounded(_ seconds: Double) -> String {
    let thousandths = Int((seconds * 1000).rounded())
    let rest = "\(abs(thousandths) % 1000)"
    return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
  }

  private var convention: String {
    "\(options.methodName), on above \(short(options.on)), off below \(short(options.off)), onsets by "
      + (options.refinement == .none ? "the trigger" : options.refinement.rawValue)
      + (options.shear == nil ? "" : ", S onsets from the horizontals")
  }

  private func summarise(_ context: KernelContext) {
    context.summary.set("picks", Double(picks.count))
    if let first = picks.first {
      context.summary.set("first_pick", first.onset, unit: "s")
      context.summary.set("first_channel", channels[first.channel].name)
    }
    if let shear = picks.first(where: { !$0.shear.isNaN })?.shear {
      context.summary.set("first_s", shear, unit: "s")
    }
    context.summary.set("events", Double(events.count))
    if let first = events.first { context.summary.set("first_event", first.start, unit: "s") }
    if let startTime { context.summary.set("start_epoch", startTime, unit: "s") }
    context.summary.set("picking", convention)
  }
}
