import Base
import Glibc

/// Lets time pass; a signal ends it early.
package func pause(_ span: Seconds) {
  guard span > .zero else { return }
  var time = timespec(
    tv_sec: Int(span.value), tv_nsec: Int(span.value.truncatingRemainder(dividingBy: 1) * 1e9))
  // Sound: `time` is a local that outlives the call.
  unsafe nanosleep(&time, nil)
}
