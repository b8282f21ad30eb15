import Base
import Formats
import JobModel
import LinearAlgebra
import Signals

/// `signal.shock`: response spectra of the accelerations of a base.
struct SignalShock: Kernel {
  let name = "signal.shock"

  func run(_ context: KernelContext) throws {
    let clock = KernelClock()
    let signal = try context.openSignal("signal")
    let options = try ShockOptions(context, signal)
    let means = try options.removesMean ? Self.means(context) : nil
    var channels: [ShockChannel] = []
    for (index, column) in signal.channels.enumerated() {
      channels.append(
        ShockChannel(
          column, scale: try options.scale(of: column), mean: means?[index] ?? 0, options,
          rateHz: signal.rateHz))
    }
    let rotated = options.pair.map { _ in RotatedPair(options, rateHz: signal.rateHz) }
    let stream = SignalStream(signal, context)
    let passed = try stream.forEach(phase: "drive", share: options.removesMean ? 0.3...1 : 0...1) {
      block, startsStretch in
      guard !startsStretch || channels[0].samples == 0 else {
        throw KilnError(
          .taskFailed, "the recording has a gap: its spectra would be those of two shocks",
          fix: "fill it with `gaps: interpolate` or `gaps: zero`, or cut the file")
      }
      for (index, channel) in channels.enumerated() { channel.add(block.channel(index)) }
      if let rotated, let pair = options.pair {
        rotated.add(channels[pair.0].latest, channels[pair.1].latest)
      }
    }
    guard passed.samples > 1 else {
      throw KilnError(.invalidFile, "the recording has too few samples")
    }
    context.describe(signal, passed)
    if let assumption = options.assumption(signal.channels) {
      context.summary.set("unit_assumed", assumption)
    }
    try ShockResults(channels, rotated, options).write(to: context)
    clock.summarise(context)
  }

  /// A first pass for the mean of each channel.
  private static func means(_ context: KernelContext) throws -> [Double] {
    let signal = try context.openSignal("signal")
    var sums = [Double](repeating: 0, count: signal.channels.count)
    let passed = try SignalStream(signal, context).forEach(phase: "mean", share: 0...0.3) {
      block, _ in
      for index in sums.indices {
        let samples = block.channel(index)
        for place in 0..<samples.count { sums[index] += samples[place] }
      }
    }
    return sums.map { $0 / Double(max(passed.samples, 1)) }
  }
}

/// A channel with its oscillators and its measures.
final class ShockChannel {
  let column: Column
  private(set) var bank: OscillatorBank
  private(set) var motion: GroundMotion
  private(set) var samples = 0
  /// The latest block in m/s².
  private(set) var latest: [Double] = []
  private let scale: Double
  private let mean: Double
  private let shockSamples: Int?

  init(_ column: Column, scale: Double, mean: Double, _ options: ShockOptions, rateHz: Double) {
    self.column = column
    self.scale = scale
    self.mean = mean
    shockSamples = options.shockSamples
    bank = OscillatorBank(options.oscillators, rateHz: rateHz)
    motion = GroundMotion(rateHz: rateHz)
  }

  func add(_ block: View<Double>) {
    latest = (0..<block.count).map { (block[$0] - mean) * scale }
    let shock = min(max((shockSamples ?? .max) - samples, 0), latest.count)
    latest.withView { base in
      motion.add(base)
      if shock > 0 { bank.add(base.slice(0, count: shock)) }
      if shock < base.count {
        bank.endShock()
        bank.add(base.slice(shock, count: base.count - shock))
      }
    }
    samples += block.count
  }
}

/// The two horizontal channels together.
final class RotatedPair {
  private(set) var spectrum: RotatedSpectrum

  init(_ options: ShockOptions, rateHz: Double) {
    spectrum = RotatedSpectrum(options.oscillators, rateHz: rateHz)
  }

  func add(_ one: [Double], _ other: [Double]) {
    one.withView { one in other.withView { other in spectrum.add(one, other) } }
  }
}
