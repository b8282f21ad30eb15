import Glibc

/// Ctrl-C, termination and resizing as values instead of interruptions, while this object lives.
@safe
final class SignalWatch {
  enum Signal: Hashable, Sendable {
    /// Ctrl-C, SIGTERM or a terminal that was closed.
    case stop(Int32)
    case resize
    /// Ctrl-Z from outside; only where the screen is ours.
    case suspend
  }

  private var watched = sigset_t()
  private var before = sigset_t()

  /// - Parameter fullScreen: every signal that would end or stop the process is watched, so that the
  ///   terminal can be given back first.
  init(fullScreen: Bool = false) {
    // Sound: both sets are this object's own and outlive the calls.
    unsafe sigemptyset(&watched)
    let more =
      fullScreen ? [SIGQUIT, SIGPIPE, SIGALRM, SIGUSR1, SIGUSR2, SIGTSTP] : []
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGWINCH] + more { unsafe sigaddset(&watched, signal) }
    unsafe pthread_sigmask(SIG_BLOCK, &watched, &before)
  }

  deinit { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }

  /// A signal that has arrived since the last call; does not wait.
  func next() -> Signal? {
    var now = timespec(tv_sec: 0, tv_nsec: 0)
    let signal = unsafe sigtimedwait(&watched, nil, &now)
    switch signal {
    case SIGWINCH: return .resize
    case SIGTSTP: return .suspend
    // -1: none has arrived.
    default: return signal > 0 ? .stop(signal) : nil
    }
  }
}
