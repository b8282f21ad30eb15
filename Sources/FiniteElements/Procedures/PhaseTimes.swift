/// How long each phase took.
package struct PhaseTimes: Sendable {
  private var durations: [Phase: Duration] = [:]

  package init() {}

  /// The phases that took place, in order, with seconds.
  package var seconds: [(phase: Phase, seconds: Double)] {
    Phase.allCases.compactMap { phase in
      durations[phase].map { (phase, $0 / .seconds(1)) }
    }
  }

  package mutating func add(_ phase: Phase, since start: ContinuousClock.Instant) {
    durations[phase, default: .zero] += start.duration(to: .now)
  }

  package mutating func add(_ other: PhaseTimes) {
    for (phase, duration) in other.durations { durations[phase, default: .zero] += duration }
  }

  package mutating func measure<Result, Failure: Error>(
    _ phase: Phase, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let start = ContinuousClock.now
    defer { add(phase, since: start) }
    return try body()
  }
}
