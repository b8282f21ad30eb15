import Base
import Glibc

/// The processor time of the calling thread: what a computation costs on a machine that others share.
enum ProcessorTime {
  static func now() -> Instant {
    var time = timespec()
    // Sound: `time` is a local that outlives the call.
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}

extension KernelContext {
  /// Writes how long the kernel took, by the clock and of the processor.
  func describe(since start: Instant, _ processorStart: Instant) {
    summary.set("seconds", (Instant.now() - start).value, unit: "s")
    summary.set("processor_seconds", (ProcessorTime.now() - processorStart).value, unit: "s")
  }
}
