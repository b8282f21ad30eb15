import Glibc

/// Ctrl-C, termination and resizing as values instead of interruptions, while this object lives.
@safe
final class SignalWatch {
  enum Signal: Hashable, Sendable {
    /// Ctrl-C, SIGTERM or a terminal that was closed.
    case stop
    case resize
  }

  private var watched = sigset_t()
  private var before = sigset_t()

  init() {
    // Sound: both sets are this object's own and outlive the calls.
    unsafe sigemptyset(&watched)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGWINCH] { unsafe sigaddset(&watched, signal) }
    unsafe pthread_sigmask(SIG_BLOCK, &watched, &before)
  }

  deinit { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }

  /// A signal that has arrived since the last call; does not wait.
  func next() -> Signal? {
    var now = timespec(tv_sec: 0, tv_nsec: 0)
    switch unsafe sigtimedwait(&watched, nil, &now) {
    case SIGINT, SIGTERM, SIGHUP: return .stop
    case SIGWINCH: return .resize
    // -1: none has arrived.
    default: return nil
    }
  }
}
