import Base
import Formats
import LinearAlgebra
import Signals

/// `signal.spectrogram`: streams a channel through short-time spectra.
struct Spectrograms: Kernel {
  let name = "signal.spectrogram"

  var libraries: [String: String] { ["fftw": Fourier.version] }

  func run(_ context: KernelContext) throws {
    let clock = KernelClock()
    let stream = SignalStream(try context.openSignal("signal"), context)
    let signal = stream.signal
    guard signal.channels.count == 1 else {
      let names = signal.channels.map { "`\($0.name)`" }.joined(separator: ", ")
      throw KilnError(
        .taskFailed, "a spectrogram shows one channel, and the signal has \(names)",
        fix: "name one of them with `channels`, or sweep over it")
    }
    let options = try context.segmentOptions(rateHz: signal.rateHz)
    let run = try SpectrogramRun(options, stream, context)
    let passed = try stream.forEach(phase: "spectra") { block, startsStretch in
      try run.add(block, startsStretch: startsStretch)
    }
    try run.finish()
    guard run.frames > 0 else {
      throw KilnError(
        .taskFailed,
        "no stretch of the signal has \(options.length) samples, as many as a segment "
          + "(\(passed.samples) samples in \(signal.segmentCount) stretches)",
        fix: "give a smaller `segment`")
    }
    context.progress("write")
    try run.report()
    context.describe(options)
    context.describe(signal, passed)
    clock.summarise(context)
  }
}
