import Signals

/// A trigger of a channel and the onset that was found for it; places are samples of the recording.
struct Arrival {
  var channel: Int
  var on: Int
  var off: Int
  var peak: Double
  /// The refined onset; the trigger's own where nothing was to refine or the window is too short.
  var onset: Int
  /// `IPU0` of Baer's picker.
  var phase = ""
  /// The S onset, where one is looked for and found.
  var shear: Int?

  /// All arrivals of a trace.
  static func find(
    _ samples: [Double], channel: Int, _ options: PickOptions, rateHz: Double
  ) -> (arrivals: [Arrival], function: [Double]) {
    switch options.method {
    case .trigger(let characteristic):
      let function = characteristic.values(samples)
      let triggers = Trigger.find(
        function, upper: options.on, lower: options.off, longest: options.longest)
      let arrivals = triggers.map { trigger in
        Arrival(
          channel: channel, on: trigger.on, off: trigger.off, peak: trigger.peak,
          onset: onset(samples, trigger.on, options))
      }
      return (arrivals, function)
    case .baer(let picker):
      let (pick, function) = picker.pick(samples, rateHz: rateHz)
      let arrivals = pick.map { pick in
        Arrival(
          channel: channel, on: pick.sample,
          off: min(pick.sample + picker.amplitudeWindow, samples.count - 1),
          peak: function[pick.sample], onset: onset(samples, pick.sample, options),
          phase: pick.phase)
      }
      return (arrivals.map { [$0] } ?? [], function)
    }
  }

  private static func onset(_ samples: [Double], _ on: Int, _ options: PickOptions) -> Int {
    let start = max(0, on - options.before)
    let window = Array(samples[start..<min(samples.count, on + options.after)])
    switch options.refinement {
    case .none: return on
    case .aic:
      let function = AkaikePicker.function(window)
      let margin = max(3, window.count / 50)
      guard window.count > 4 * margin else { return on }
      let inner = function.indices.dropFirst(margin).dropLast(margin)
      return inner.min { function[$0] < function[$1] }.map { start + $0 + 1 } ?? on
    case .autoregressive:
      let fit = max(3 * options.order, window.count / 10)
      return AkaikePicker.autoregressive([window], order: options.order, fit: fit)
        .map { start + $0 } ?? on
    }
  }
}
