import CLinux
import Glibc

/// A thread of the operating system, for loops that block.
@safe
package struct Thread: Sendable {
  private let handle: pthread_t

  /// Starts a thread; `name` (15 bytes at most) is what `top` shows.
  package init(_ name: String, _ body: @escaping @Sendable () -> Void) {
    var handle = pthread_t()
    let box = unsafe Unmanaged.passRetained(ThreadBody(name, body))
    // Sound: the box is retained here and released by the thread, exactly once.
    let status = unsafe pthread_create(
      &handle, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().start()
        return nil
      }, box.toOpaque())
    precondition(status == 0, "cannot start the thread \(name): error \(status)")
    self.handle = handle
  }

  /// Waits for the end of the thread; call it once.
  package func join() { pthread_join(handle, nil) }
}

private final class ThreadBody: Sendable {
  private let name: String
  private let run: @Sendable () -> Void

  init(_ name: String, _ run: @escaping @Sendable () -> Void) {
    self.name = name
    self.run = run
  }

  func start() {
    unsafe kiln_name_thread(name)
    run()
  }
}

/// Lets the calling thread go on right after a time, as if it had computed for so long.
///
/// A thread that sleeps wakes up to 0.1 ms too late: the system gathers timers for 50 µs, and a processor at
/// rest takes as long again to wake. So it sleeps up to ``wakingTime`` before the end, and computes the rest.
package func pausePrecisely(_ duration: Seconds) {
  let end = Instant.now() + duration
  let slack = kiln_prctl(PR_GET_TIMERSLACK, 0)
  // Without it the thread sleeps a little longer, which is all there is to lose.
  _ = kiln_prctl(PR_SET_TIMERSLACK, 1)
  if duration > wakingTime { pause(duration - wakingTime) }
  if slack > 0 { _ = kiln_prctl(PR_SET_TIMERSLACK, UInt(slack)) }
  while Instant.now() < end {}
}

/// What a sleeping thread may take to wake on a machine at rest.
private let wakingTime = Seconds.milliseconds(0.15)

/// Blocks the calling thread for a while; at least as long as asked, signals or not.
package func pause(_ duration: Seconds) {
  let nanoseconds = Int64((max(0, duration.value) * 1e9).rounded())
  var request = timespec(
    tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
  var rest = timespec()
  // Sound: both are locals that outlive the call.
  while unsafe nanosleep(&request, &rest) != 0, errno == EINTR { request = rest }
}
