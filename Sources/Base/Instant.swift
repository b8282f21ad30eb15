import Glibc

/// A point on the monotonic clock of one process; unaffected by changes of the wall clock.
package struct Instant: Hashable, Comparable, Sendable, SingleValueCoded {
  package let nanoseconds: Int64

  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  package var coded: Int64 { nanoseconds }
  package init(coded: Int64) { self.init(nanoseconds: coded) }

  package static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }
  package static func + (a: Instant, b: Seconds) -> Instant {
    Instant(nanoseconds: a.nanoseconds + Int64((b.value * 1e9).rounded()))
  }
  package static func - (a: Instant, b: Instant) -> Seconds {
    Seconds(Double(a.nanoseconds - b.nanoseconds) * 1e-9)
  }

  /// Reads CLOCK_MONOTONIC; only shells call this, the core takes time as an argument.
  package static func now() -> Instant {
    var time = timespec()
    // Sound: `time` is a local that outlives the call.
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}

/// A point of civil time: milliseconds since 1970-01-01T00:00:00Z. For records and display only.
package struct Timestamp: Hashable, Comparable, Sendable, SingleValueCoded {
  package let milliseconds: Int64

  package init(milliseconds: Int64) { self.milliseconds = milliseconds }

  package var coded: Int64 { milliseconds }
  package init(coded: Int64) { self.init(milliseconds: coded) }

  package static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }

  package static func now() -> Timestamp {
    var time = timespec()
    // Sound: `time` is a local that outlives the call.
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(
      milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }
}

extension Timestamp {
  /// The same point on this process's monotonic clock, as far as the two clocks run alike.
  package func instant() -> Instant {
    Instant.now() + .milliseconds(Double(milliseconds - Timestamp.now().milliseconds))
  }
}

/// A span of time in seconds.
package struct Seconds: Hashable, Comparable, Sendable, SingleValueCoded {
  package let value: Double

  package init(_ value: Double) { self.value = value }

  package var coded: Double { value }
  package init(coded: Double) { self.init(coded) }

  package static let zero = Seconds(0)
  package static func milliseconds(_ count: Double) -> Seconds { Seconds(count * 1e-3) }
  package static func minutes(_ count: Double) -> Seconds { Seconds(count * 60) }
  package static func hours(_ count: Double) -> Seconds { Seconds(count * 3600) }

  package static func < (a: Seconds, b: Seconds) -> Bool { a.value < b.value }
  package static func + (a: Seconds, b: Seconds) -> Seconds { Seconds(a.value + b.value) }
  package static func - (a: Seconds, b: Seconds) -> Seconds { Seconds(a.value - b.value) }
  package static func * (a: Seconds, b: Double) -> Seconds { Seconds(a.value * b) }
}

extension Seconds: CustomStringConvertible {
  /// `"0.25 s"`, `"3 min 20 s"`, `"2 h 5 min"`: two units at most.
  package var description: String {
    if value < 60 {
      let digits = value < 10 ? 100.0 : 10.0
      let rounded = (value * digits).rounded() / digits
      return rounded == rounded.rounded() ? "\(Int64(rounded)) s" : "\(rounded) s"
    }
    let whole = Int64(value.rounded())
    let (major, minor, names) =
      whole < 3600
      ? (whole / 60, whole % 60, ("min", "s"))
      : whole < 86_400
        ? (whole / 3600, whole % 3600 / 60, ("h", "min"))
        : (whole / 86_400, whole % 86_400 / 3600, ("d", "h"))
    return minor == 0 ? "\(major) \(names.0)" : "\(major) \(names.0) \(minor) \(names.1)"
  }
}
