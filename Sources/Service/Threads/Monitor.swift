import Base
import Glibc

/// A value that several threads share, with a way to wait until it has become what one needs.
///
/// `Mutex` cannot wait; this is the one place of the server that owns a condition variable.
@safe
final class Monitor<State>: @unchecked Sendable {
  // Sound: both live from `init` to `deinit` at a fixed address; `state` is only touched while the
  // mutex is held, which makes sharing this object between threads safe.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private var state: State

  init(_ state: sending State) {
    self.state = state
    unsafe mutex = .allocate(capacity: 1)
    unsafe condition = .allocate(capacity: 1)
    var attributes = pthread_condattr_t()
    unsafe pthread_condattr_init(&attributes)
    // Deadlines are instants of the monotonic clock.
    unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(condition, &attributes)
    unsafe pthread_condattr_destroy(&attributes)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// Reads or changes the value, without waking anyone.
  func withLock<Result>(_ body: (inout State) -> Result) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return body(&state)
  }

  /// Changes the value and wakes everyone who waits.
  @discardableResult
  func change<Result>(_ body: (inout State) -> Result) -> Result {
    // After the unlock: who wakes up needs the mutex at once.
    defer { unsafe pthread_cond_broadcast(condition) }
    return withLock(body)
  }

  /// Waits until `body` gives a result; nil when the deadline passes first.
  func wait<Result>(until deadline: Instant?, for body: (inout State) -> Result?) -> Result? {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while true {
      if let result = body(&state) { return result }
      guard let deadline else {
        unsafe pthread_cond_wait(condition, mutex)
        continue
      }
      guard Instant.now() < deadline else { return nil }
      var time = timespec(
        tv_sec: Int(deadline.nanoseconds / 1_000_000_000),
        tv_nsec: Int(deadline.nanoseconds % 1_000_000_000))
      unsafe pthread_cond_timedwait(condition, mutex, &time)
    }
  }
}
