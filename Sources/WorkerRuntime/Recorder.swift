import Base
import Synchronization

/// A thread that does one thing at a time beside the thread that asks for it.
///
/// After a short task the record of it takes as long as to find and begin the next one; done beside that, it
/// costs the slot nothing.
final class Recorder: Sendable {
  private let work = Mutex<(@Sendable () -> Void)?>(nil)
  private let given: WakeUp
  private let done: WakeUp

  init() throws(KilnError) {
    given = try WakeUp()
    done = try WakeUp()
  }

  /// Starts the thread, which keeps the priority and the processors of the one that calls this.
  func start() {
    _ = Thread("recorder") { [self] in
      while true {
        _ = Base.wait(for: [Watch(given.number)], atMost: nil)
        given.clear()
        work.withLock { $0 }?()
        work.withLock { $0 = nil }
        done.signal()
      }
    }
  }

  /// Waits for what was asked before, then has this begun and returns.
  func begin(_ task: @escaping @Sendable () -> Void) {
    wait()
    work.withLock { $0 = task }
    given.signal()
  }

  /// Waits until nothing is left to do.
  func wait() {
    while work.withLock({ $0 != nil }) {
      _ = Base.wait(for: [Watch(done.number)], atMost: nil)
      done.clear()
    }
  }
}
