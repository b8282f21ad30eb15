import Base
import Formats
import JobModel
import Signals

/// `signal.pick`: arrivals in traces, and the events that they make.
struct SignalPick: Kernel {
  let name = "signal.pick"

  func run(_ context: KernelContext) throws {
    let clock = KernelClock()
    let signal = try context.openSignal("signal")
    let options = try PickOptions(context, rateHz: signal.rateHz)
    let components = try Components(signal.channels, context, areAsked: options.shear != nil)
    let recordings = try Recording.all(of: signal, context)
    try Self.checkLengths(recordings, options, signal, context)
    var arrivals: [[Arrival]] = []
    // Kept only where they are written or drawn.
    let keepsFunctions = try context.flag("functions")
    var functions: [[[Double]]] = []
    for (number, recording) in recordings.enumerated() {
      var (found, values): ([Arrival], [[Double]]) = ([], [])
      for channel in signal.channels.indices {
        try context.checkCancelled()
        let part = Double(number * signal.channels.count + channel)
        let whole = Double(recordings.count * signal.channels.count)
        context.progress("pick", fraction: 0.3 + 0.6 * part / whole)
        let trace = options.removesMean ? recording.withoutMean(channel) : recording.traces[channel]
        let result = Arrival.find(trace, channel: channel, options, rateHz: signal.rateHz)
        if !components.areHorizontal[channel] {
          found += result.arrivals.map { arrival in
            var arrival = arrival
            arrival.shear = options.shear?.pick(
              components.horizontals(of: channel).map { recording.withoutMean($0) },
              after: arrival.onset)
            return arrival
          }
        }
        values.append(keepsFunctions || channel == 0 ? result.function : [])
      }
      arrivals.append(found)
      functions.append(values)
    }
    let results = PickResults(
      channels: signal.channels, rateHz: signal.rateHz, startTime: signal.startTime, options,
      recordings: recordings, arrivals: arrivals, functions: functions)
    try results.write(to: context)
    clock.summarise(context)
  }

  /// Throws where the long window fits into no recording; counts those into which it does not.
  private static func checkLengths(
    _ recordings: [Recording], _ options: PickOptions, _ signal: SignalReader,
    _ context: KernelContext
  ) throws(KilnError) {
    guard let long = options.long else { return }
    let longest = recordings.map(\.samples).max() ?? 0
    guard longest > long else {
      throw KilnError(
        .taskFailed,
        "the longest recording has \(Double(longest) / signal.rateHz) s, not more than the window "
          + "`long` of \(Double(long) / signal.rateHz) s",
        fix: "shorten `long`, or give a longer recording")
    }
    let tooShort = recordings.count { $0.samples <= long }
    if tooShort > 0 { context.summary.set("recordings_too_short", Double(tooShort)) }
  }
}

/// The traces of one stretch without gaps.
struct Recording {
  /// From the first row of the file, s.
  let start: Double
  private(set) var traces: [[Double]]

  var samples: Int { traces.first?.count ?? 0 }

  func withoutMean(_ channel: Int) -> [Double] {
    let trace = traces[channel]
    let mean = trace.reduce(0, +) / Double(max(trace.count, 1))
    return trace.map { $0 - mean }
  }

  static func all(of signal: SignalReader, _ context: KernelContext) throws -> [Recording] {
    var recordings: [Recording] = []
    let passed = try SignalStream(signal, context).forEach(phase: "read", share: 0...0.3) {
      block, startsStretch in
      if startsStretch {
        recordings.append(
          Recording(start: signal.segmentStart, traces: signal.channels.map { _ in [] }))
      }
      for channel in signal.channels.indices {
        let samples = block.channel(channel)
        recordings[recordings.count - 1].traces[channel] += (0..<samples.count).map { samples[$0] }
      }
    }
    context.describe(signal, passed)
    guard !recordings.isEmpty else { throw KilnError(.invalidFile, "the recording is empty") }
    return recordings
  }
}
