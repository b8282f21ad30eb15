import Base
import Formats
import LinearAlgebra
import Signals

/// `signal.filter`: streams the channels through a filter and leaves samples, response and figure.
struct SignalFiltering: Kernel {
  let name = "signal.filter"

  func run(_ context: KernelContext) throws {
    let clock = KernelClock()
    let stream = SignalStream(try context.openSignal("signal"), context)
    let signal = stream.signal
    let choice = try FilterChoice(context, rateHz: signal.rateHz)
    let run = try FilterRun(choice, signal, context)
    let passed = try stream.forEach(phase: "filter") { block, startsStretch in
      try run.add(block, startsStretch: startsStretch)
    }
    guard passed.samples > 0 else { throw KilnError(.taskFailed, "the signal has no samples") }
    try run.finish()
    context.progress("write")
    let figure = FilterFigure(choice, signal, run)
    try context.write("response", figure.responseColumns, figure.responseValues)
    try context.figure("filter.svg", figure.figure)
    describe(choice, run, signal, context)
    context.describe(signal, passed)
    context.summary.set("filter_seconds", run.filterSeconds.value, unit: "s")
    clock.summarise(context)
  }

  private func describe(
    _ choice: FilterChoice, _ run: FilterRun, _ signal: SignalReader, _ context: KernelContext
  ) {
    let unit = signal.channels[0].unit
    context.summary.set("rms", run.powerAfter.rms, unit: unit)
    context.summary.set("rms_before", run.powerBefore.rms, unit: unit)
    context.summary.set("samples_out", Double(run.samplesOut))
    context.summary.set("stretches", Double(run.stretches))
    context.summary.set("rate_out", run.rateHz, unit: "Hz")
    context.summary.set("sections", Double(choice.sections.count))
    context.summary.set("filter", choice.words)
    let direction =
      switch choice.action {
      case .none: "none"
      case .causal: "causal, transposed direct form II"
      case .zeroPhase: "forwards and backwards, odd extension, steady initial states"
      case .finite(_, let delay): delay == 0 ? "causal" : "delay of \(delay) samples taken out"
      }
    context.summary.set("direction", direction)
    if let design = choice.design {
      context.summary.set("largest_pole", design.poles.map(\.magnitude).max() ?? 0)
      context.summary.set(
        "sos", json: Self.matrix(choice.sections.map { [$0.b0, $0.b1, $0.b2, 1, $0.a1, $0.a2] }))
      context.summary.set(
        "poles", json: Self.matrix(design.poles.map { [$0.real, $0.imaginary] }))
      context.summary.set(
        "zeros", json: Self.matrix(design.zeros.map { [$0.real, $0.imaginary] }))
      context.summary.set("gain", design.gain)
    }
    if case .finite(let taps, _) = choice.action {
      context.summary.set("taps", json: Self.matrix([taps]))
    }
    if let change = choice.change {
      context.summary.set("rate_change", "\(change.up)/\(change.down)")
      if let words = choice.changeWords { context.summary.set("rate_change_filter", words) }
    }
  }

  private static func matrix(_ rows: [[Double]]) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginArray()
    for row in rows {
      writer.beginArray()
      for value in row { writer.number(value) }
      writer.endArray()
    }
    writer.endArray()
    return writer.bytes
  }
}

extension ScratchFile: SampleStore {}
