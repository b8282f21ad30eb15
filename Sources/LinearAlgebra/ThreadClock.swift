import Glibc

/// The processor time of the calling thread.
package enum ThreadClock {
  /// In seconds since some moment.
  package static func seconds() -> Double {
    var time = timespec()
    // Sound: the call writes one timespec and keeps no pointer.
    _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
