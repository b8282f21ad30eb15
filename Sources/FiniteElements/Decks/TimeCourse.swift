/// How a load or a prescribed value changes with time.
package struct TimeCourse: Equatable, Sendable {
  /// nil: the procedure's own course, a ramp over the step in quasi-static ones, a step in dynamics.
  package let amplitude: Amplitude?
  /// Shifts the amplitude to later times (`TIME DELAY=`).
  package let delay: Double

  package static let byProcedure = TimeCourse(amplitude: nil, delay: 0)

  package init(amplitude: Amplitude?, delay: Double) {
    self.amplitude = amplitude
    self.delay = delay
  }

  /// The factor of the amplitude; nil where the procedure decides.
  ///
  /// - Parameters:
  ///   - stepTime: time since the step's beginning.
  ///   - totalTime: time since the first step's beginning.
  package func factor(stepTime: Double, totalTime: Double) -> Double? {
    amplitude.map { $0.value(at: ($0.isTotalTime ? totalTime : stepTime) - delay) }
  }
}
