import Base
import Glibc

/// What a kernel has taken so far: wall clock and processor time of its thread.
struct KernelClock {
  private let start = Instant.now()
  private let startProcessor = KernelClock.processorSeconds()

  /// Writes `seconds` and `seconds_cpu`.
  func summarise(_ context: KernelContext) {
    context.summary.set("seconds_cpu", Self.processorSeconds() - startProcessor, unit: "s")
    context.summary.set("seconds", (Instant.now() - start).value, unit: "s")
  }

  /// Of the calling thread; kernels with one thread only.
  private static func processorSeconds() -> Double {
    var time = timespec()
    // Sound: `time` is a local that outlives the call.
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
