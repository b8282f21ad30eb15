import Base
import Formats
import LinearAlgebra
import Signals

/// A signal that is read to its end, block after block, with progress and cancellation.
struct SignalStream {
  let signal: SignalReader
  /// Samples of a block, chosen so that one of all channels stays in the processor's second cache.
  let blockRows: Int
  private let context: KernelContext

  private static let blockBytes = 1 << 18
  private static let blockRowsMin = 1024

  init(_ signal: SignalReader, _ context: KernelContext) {
    self.signal = signal
    self.context = context
    blockRows = max(Self.blockRowsMin, Self.blockBytes / 8 / signal.channels.count)
  }

  /// Calls `body` for each block, and whether there is a gap before it.
  ///
  /// - Parameters:
  ///   - phase: what progress is called.
  ///   - share: the part of the kernel's whole work that this pass is.
  /// - Returns: samples of each channel, and what reading took.
  func forEach(
    phase: String, share: ClosedRange<Double> = 0...1,
    _ body: (SampleBlock, _ startsStretch: Bool) throws -> Void
  ) throws -> (samples: Int, reading: PartTime) {
    var block = TableBlock(rows: blockRows, columns: signal.channels.count)
    var samples = 0
    var blocks = 0
    var reading = PartTime()
    while true {
      let clock = KernelClock()
      let startsStretch = try signal.read(into: &block)
      reading.add(since: clock)
      if block.rows == 0 { break }
      try body(
        SampleBlock(
          block.values.reading, channels: block.columns, count: block.rows, stride: block.stride),
        startsStretch)
      samples += block.rows
      blocks += 1
      if blocks % 16 == 1 {
        try context.checkCancelled()
        let fraction = signal.fractionRead.map {
          share.lowerBound + $0 * (share.upperBound - share.lowerBound)
        }
        context.progress(phase, fraction: fraction)
      }
    }
    return (samples, reading)
  }
}

extension KernelContext {
  /// The number of the channel with this name or number.
  func channel(_ name: String, of channels: [Column], parameter: String) throws(KilnError) -> Int {
    if let index = channels.firstIndex(where: { $0.name == name }) { return index }
    if let number = Int(name), channels.indices.contains(number - 1) { return number - 1 }
    throw KilnError(
      .taskFailed, "`\(parameter)`: there is no channel `\(name)`",
      fix: "the channels are \(channels.map { "`\($0.name)`" }.joined(separator: ", "))")
  }

  /// Writes what was read, and how, into the summary.
  func describe(_ signal: SignalReader, _ passed: (samples: Int, reading: PartTime)) {
    let samples = passed.samples
    summary.set("samples", Double(samples))
    if signal.hasRate {
      summary.set("rate", signal.rateHz, unit: "Hz")
      summary.set("duration", Double(samples) / signal.rateHz, unit: "s")
    }
    summary.set("gaps", Double(signal.gapCount))
    summary.set("missing_samples", Double(signal.missingRows))
    summary.set("gap_policy", signal.gaps.rawValue)
    passed.reading.summarise(self, part: "read")
  }
}
