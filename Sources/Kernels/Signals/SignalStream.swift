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
  /// - Returns: samples of each channel.
  func forEach(
    phase: String, share: ClosedRange<Double> = 0...1,
    _ body: (SampleBlock, _ startsStretch: Bool) throws -> Void
  ) throws -> Int {
    var block = TableBlock(rows: blockRows, columns: signal.channels.count)
    var samples = 0
    var blocks = 0
    while true {
      let startsStretch = try signal.read(into: &block)
      if block.rows == 0 { break }
      try body(
        SampleBlock(
          block.values.reading, channels: block.columns, count: block.rows, stride: block.capacity),
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
    return samples
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
  func describe(_ signal: SignalReader, samples: Int) {
    summary.set("samples", Double(samples))
    summary.set("rate", signal.rateHz, unit: "Hz")
    summary.set("duration", Double(samples) / signal.rateHz, unit: "s")
    summary.set("gaps", Double(signal.gapCount))
    summary.set("missing_samples", Double(signal.missingRows))
    summary.set("gap_policy", signal.gaps.rawValue)
  }
}

/// Units of squares and quotients, from units as files write them.
enum DerivedUnit {
  /// `mm` gives `mm^2`, `m/s^2` gives `(m/s^2)^2`; no unit stays none.
  static func square(_ unit: String?) -> String? {
    unit.map { isSimple($0) ? "\($0)^2" : "(\($0))^2" }
  }

  static func product(_ a: String?, _ b: String?) -> String? {
    guard let a, let b else { return a ?? b }
    return a == b ? square(a) : "\(grouped(a))*\(grouped(b))"
  }

  /// No unit is the unit 1.
  static func quotient(_ a: String?, _ b: String?) -> String? {
    guard let b else { return a }
    if a == b { return nil }
    return "\(a.map(grouped) ?? "1")/\(grouped(b))"
  }

  private static func grouped(_ unit: String) -> String { isSimple(unit) ? unit : "(\(unit))" }

  private static func isSimple(_ unit: String) -> Bool {
    unit.allSatisfy { $0.isLetter || $0 == "%" }
  }
}
