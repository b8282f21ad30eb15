/// When a characteristic function is above its thresholds.
package struct Trigger: Equatable, Sendable {
  /// First sample above the upper threshold.
  package var on: Int
  /// Last sample above the lower one.
  package var off: Int
  /// Largest value of the function, and where.
  package var peak: Double
  package var peakAt: Int

  /// Triggers of a function: on above `upper`, off once it is not above `lower`.
  ///
  /// - Parameter longest: a trigger ends after so many samples, and another may follow.
  package static func find(
    _ function: [Double], upper: Double, lower: Double, longest: Int = .max
  ) -> [Trigger] {
    precondition(lower <= upper, "the lower threshold lies above the upper one")
    var triggers: [Trigger] = []
    var open: Trigger?
    var waitsForFall = false
    for (index, value) in function.enumerated() {
      if var trigger = open {
        if value > lower, index - trigger.on <= longest {
          trigger.off = index
          if value > trigger.peak { (trigger.peak, trigger.peakAt) = (value, index) }
          open = trigger
        } else {
          triggers.append(trigger)
          open = nil
          waitsForFall = value > upper
        }
      } else if value <= upper {
        waitsForFall = false
      } else if !waitsForFall {
        open = Trigger(on: index, off: index, peak: value, peakAt: index)
      }
    }
    if let open { triggers.append(open) }
    return triggers
  }
}

/// Stations that triggered together.
package struct NetworkEvent: Equatable, Sendable {
  /// Seconds.
  package var start: Double
  package var end: Double
  /// Stations in the order of their triggers.
  package var stations: [Int]

  /// A station's trigger in seconds.
  package struct Arrival: Equatable, Sendable {
    package var station: Int
    package var on: Double
    package var off: Double

    package init(station: Int, on: Double, off: Double) {
      self.station = station
      self.on = on
      self.off = off
    }
  }

  /// Events in which the triggers of at least `least` stations overlap. Each trigger is lengthened by
  /// `extension`; an event that ends with the one before is a part of it.
  package static func find(
    _ arrivals: [Arrival], least: Int, extension extra: Double = 0
  ) -> [NetworkEvent] {
    let sorted = arrivals.sorted { ($0.on, $0.station) < ($1.on, $1.station) }
    var events: [NetworkEvent] = []
    for (index, first) in sorted.enumerated() {
      var event = NetworkEvent(start: first.on, end: first.off, stations: [first.station])
      for next in sorted[(index + 1)...] where !event.stations.contains(next.station) {
        guard next.on <= event.end + extra else { break }
        event.stations.append(next.station)
        event.end = max(event.end, next.off)
      }
      guard event.stations.count >= least, event.end > events.last?.end ?? -.infinity else {
        continue
      }
      events.append(event)
    }
    return events
  }
}
