import Glibc
import Synchronization

/// A computation on a thread of its own, joined when its value is taken.
///
/// For code without `async`: two threads share the work of one kernel.
package final class Background<Value: Sendable>: Sendable {
  private let result: Result
  private let thread: pthread_t?

  private final class Result: Sendable {
    let value = Mutex<Value?>(nil)
  }

  /// Begins to compute; in the calling thread, before this returns, unless `isConcurrent`.
  package init(isConcurrent: Bool, _ body: @escaping @Sendable () -> Value) {
    let result = Result()
    let work: @Sendable () -> Void = {
      let value = body()
      result.value.withLock { $0 = value }
    }
    self.result = result
    thread = isConcurrent ? startThread(work) : nil
    if thread == nil { work() }
  }

  /// Waits for the value. Must be called exactly once.
  package func value() -> Value {
    if let thread { _ = pthread_join(thread, nil) }
    guard let value = result.value.withLock({ $0 }) else {
      preconditionFailure("a background computation ended without a value")
    }
    return value
  }
}

/// What a thread runs.
private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Runs `body` on a new thread that somebody joins; nil when none can be had.
func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
  // Sound: the thread takes over the one reference that `passRetained` makes.
  let reference = unsafe Unmanaged.passRetained(ThreadBody(body))
  var thread = pthread_t()
  let status = unsafe pthread_create(&thread, nil, runThread, reference.toOpaque())
  guard status == 0 else {
    unsafe reference.release()
    return nil
  }
  return thread
}

private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument = unsafe argument else { return nil }
  // Sound: the argument is the reference that `startThread` retained for this call.
  unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
  return nil
}
