import Base
import Glibc

/// What a kernel, or a part of it, has taken since this value was made: by the clock, and of the processor
/// in the calling thread, which says more on a machine that others share.
struct KernelClock {
  private let start = Instant.now()
  private let processorStart = KernelClock.processorNow()

  var wall: Seconds { Instant.now() - start }
  var processor: Seconds { KernelClock.processorNow() - processorStart }

  /// Writes `seconds` and `processor_seconds`; of a part, with its name before them.
  func summarise(_ context: KernelContext, part: String? = nil) {
    let prefix = part.map { "\($0)_" } ?? ""
    context.summary.set("\(prefix)seconds", wall.value, unit: "s")
    context.summary.set("\(prefix)processor_seconds", processor.value, unit: "s")
  }

  private static func processorNow() -> Instant {
    var time = timespec()
    // Sound: `time` is a local that outlives the call.
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}

/// What all runs of one part of a kernel's work have taken together.
struct PartTime {
  private(set) var wall = Seconds.zero
  private(set) var processor = Seconds.zero

  /// Adds what has passed since `clock` was made.
  mutating func add(since clock: KernelClock) {
    wall = wall + clock.wall
    processor = processor + clock.processor
  }

  /// Writes both, with the part's name before them.
  func summarise(_ context: KernelContext, part: String) {
    context.summary.set("\(part)_seconds", wall.value, unit: "s")
    context.summary.set("\(part)_processor_seconds", processor.value, unit: "s")
  }
}
