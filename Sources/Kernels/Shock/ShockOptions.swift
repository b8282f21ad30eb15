import Base
import Formats
import Glibc
import Signals

/// The parameters of `signal.shock` for a signal, checked against each other.
struct ShockOptions {
  let isEarthquake: Bool
  let oscillators: [Oscillator]
  let dampings: [Double]
  /// Samples of the shock; nil: all.
  let shockSamples: Int?
  let removesMean: Bool
  /// Numbers of the two horizontal channels.
  let pair: (Int, Int)?
  private let unit: String

  init(_ context: KernelContext, _ signal: SignalReader) throws {
    isEarthquake = try context.text("kind") == "earthquake"
    unit = try context.text("unit")
    removesMean = try context.text("baseline") == "mean"
    let end = try context.quantity("shock_end")
    shockSamples = end > 0 ? Int((end * signal.rateHz).rounded()) + 1 : nil
    dampings = try Self.numbers("damping", 0...0.99, context)
    guard !dampings.isEmpty else { throw KilnError(.taskFailed, "`damping` is empty") }
    let frequencies = try Self.frequencies(context, signal)
    oscillators = dampings.flatMap { damping in
      frequencies.map { Oscillator(frequencyHz: $0, damping: damping) }
    }
    let names = try context.list("pair")
    guard names.isEmpty || names.count == 2 else {
      throw KilnError(.taskFailed, "`pair` needs two channels, not \(names.count)")
    }
    if names.isEmpty {
      pair = nil
    } else {
      pair = (
        try context.channel(names[0], of: signal.channels, parameter: "pair"),
        try context.channel(names[1], of: signal.channels, parameter: "pair")
      )
    }
  }

  private static func frequencies(
    _ context: KernelContext, _ signal: SignalReader
  ) throws -> [Double] {
    let periods = try numbers("periods", 1e-9...1e6, context)
    if !periods.isEmpty { return periods.map { 1 / $0 } }
    let lowest = try context.quantity("lowest")
    let wish = try context.quantity("highest")
    let highest = wish > 0 ? wish : signal.rateHz / 10
    guard highest > lowest else {
      throw KilnError(
        .taskFailed, "the highest natural frequency, \(highest) Hz, is not above the lowest",
        fix: "give `lowest` and `highest`, or `periods`")
    }
    let perOctave = Double(try context.integer("per_octave"))
    let count = Int((log2(highest / lowest) * perOctave + 1e-9).rounded(.down))
    return (0...count).map { lowest * exp2(Double($0) / perOctave) }
  }

  private static func numbers(
    _ name: String, _ range: ClosedRange<Double>, _ context: KernelContext
  ) throws(KilnError) -> [Double] {
    var numbers: [Double] = []
    for item in try context.list(name) {
      guard let number = Double(item), range.contains(number) else {
        throw KilnError(
          .taskFailed,
          "`\(name)` has `\(item)`, which is no number from \(range.lowerBound) to \(range.upperBound)"
        )
      }
      numbers.append(number)
    }
    return numbers
  }

  /// For which channels m/s² is taken for want of a unit, in words; nil: for none.
  func assumption(_ channels: [Column]) -> String? {
    let bare = channels.filter { $0.unit == nil }
    guard unit == "auto", !bare.isEmpty else { return nil }
    let names = bare.map { "`\($0.name)`" }.joined(separator: ", ")
    return "m/s^2 for \(names), which \(bare.count == 1 ? "names" : "name") no unit"
  }

  /// m/s² in the unit of a channel.
  func scale(of channel: Column) throws(KilnError) -> Double {
    let name = unit == "auto" ? channel.unit ?? "m/s^2" : unit
    switch name.lowercased() {
    case "m/s^2", "m/s2", "m/s²", "m s-2", "ms-2": return 1
    case "g", "gn": return GroundMotion.gravity
    case "gal", "cm/s^2", "cm/s2", "cm/s²": return 0.01
    case "mm/s^2", "mm/s2", "mm/s²": return 1e-3
    case _:
      throw KilnError(
        .taskFailed, "`\(name)` of `\(channel.name)` is no unit of acceleration that is known",
        fix: "give `unit: m/s^2`, `g` or `gal`, or choose the `channels`")
    }
  }
}
