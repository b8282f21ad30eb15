import Synchronization
import Wire

/// The last report of the running task, until the link fetches it.
final class ProgressBoard: Sendable {
  private let last = Mutex<TaskProgress?>(nil)

  func post(_ progress: TaskProgress) { last.withLock { $0 = progress } }

  func take() -> TaskProgress? {
    last.withLock { last in
      defer { last = nil }
      return last
    }
  }
}
