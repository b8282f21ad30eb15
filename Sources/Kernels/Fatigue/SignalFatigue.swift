import Base
import Formats
import JobModel
import LinearAlgebra
import Signals

/// `signal.fatigue`: counts cycles channel by channel, or predicts them from spectra.
struct SignalFatigue: Kernel {
  let name = "signal.fatigue"

  func run(_ context: KernelContext) throws {
    let clock = KernelClock()
    let options = try FatigueOptions(context)
    let hasSignal = try context.inputIfPresent("signal") != nil
    let hasSpectrum = try context.inputIfPresent("psd") != nil
    guard hasSignal != hasSpectrum else {
      throw KilnError(
        .taskFailed, hasSignal ? "both `signal` and `psd` are given" : "there is no load",
        fix: "give one of the inputs `signal` and `psd`")
    }
    if hasSignal {
      try CountedHistory(context, options).run()
    } else {
      try SpectralFatigue(context, options).run()
    }
    clock.summarise(context)
  }
}

/// Counts the loops of a load history.
struct CountedHistory {
  private let context: KernelContext
  private let options: FatigueOptions

  init(_ context: KernelContext, _ options: FatigueOptions) {
    self.context = context
    self.options = options
  }

  func run() throws {
    let signal = try context.openSignal("signal", needsRate: false)
    let channels = signal.channels.map { CountedChannel($0, options) }
    let stream = SignalStream(signal, context)
    let points = Buffer<Double>(repeating: 0, count: stream.blockRows + 2)
    var counting = 0.0
    let passed = try stream.forEach(phase: "count") { block, startsStretch in
      let start = Instant.now()
      for (index, channel) in channels.enumerated() {
        if startsStretch { channel.finishRecording() }
        channel.add(block.channel(index), points: points.view)
      }
      counting += (Instant.now() - start).value
    }
    guard passed.samples > 0 else {
      throw KilnError(
        .invalidFile, "the recording has no samples",
        fix: "check the file and `channels`: every channel needs numbers")
    }
    for channel in channels { channel.finishRecording() }
    for channel in channels where channel.tally.damage == .infinity {
      throw KilnError(
        .taskFailed,
        "a cycle of `\(channel.column.name)` has a mean stress that reaches the tensile strength",
        fix: "check `scale` and `tensile_strength`, or take `mean: fkm`")
    }
    context.describe(signal, passed)
    context.summary.set("recordings", Double(signal.segmentCount))
    context.summary.set("count_seconds", counting, unit: "s")
    try FatigueResults(channels, options, samples: passed.samples, rateHz: signal.rateHz)
      .write(to: context)
  }
}

/// Counting of one channel.
final class CountedChannel {
  let column: Column
  let tally: CycleTally
  /// Residues of all recordings, one behind the other; only the beginning of very many.
  private(set) var residue: [Double] = []
  private var finder = TurningPoints()
  private var gate: HysteresisGate
  private var counter: RainflowCounter

  private static let residueMax = 100_000

  init(_ column: Column, _ options: FatigueOptions) {
    self.column = column
    tally = CycleTally(options.tally)
    gate = HysteresisGate(options.gate)
    counter = RainflowCounter(options.rule, residue: options.residue)
  }

  /// - Parameter points: room for two more numbers than samples.
  func add(_ samples: View<Double>, points: MutableView<Double>) {
    let found = finder.find(samples, into: points)
    let passed = gate.filter(points, count: found)
    counter.count(points.reading.slice(0, count: passed), into: tally)
  }

  /// The last sample and the residue of a recording.
  func finishRecording() {
    var rest = finder.finish().map { [$0] } ?? []
    guard !rest.isEmpty else { return }
    let passed = rest.withMutableView { gate.filter($0, count: $0.count) }
    rest = Array(rest.prefix(passed)) + (gate.finish().map { [$0] } ?? [])
    rest.withView { counter.count($0, into: tally) }
    let left = counter.finish(into: tally)
    residue += left.prefix(max(0, Self.residueMax - residue.count))
  }
}
