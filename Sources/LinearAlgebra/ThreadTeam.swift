import Glibc

/// A few threads that share the loops of one computation and sleep between them.
///
/// The caller's thread is one of them. A team serves one caller at a time.
@safe
package final class ThreadTeam {
  private let others: [TeamThread]

  /// - Parameter count: how many threads compute; fewer when the system has no more to give.
  package init(count: Int) {
    others = (0..<max(0, count - 1)).compactMap { _ in TeamThread() }
  }

  deinit {
    for thread in others { thread.end() }
  }

  /// How many parts a loop has.
  package var count: Int { others.count + 1 }

  /// Calls `body` once for each part, on all threads at once; returns when all are done.
  package func run(_ body: (_ part: Int) -> Void) {
    guard !others.isEmpty else { return body(0) }
    // The threads are done with `body` before this returns.
    withoutActuallyEscaping(body) { body in
      for (index, thread) in others.enumerated() { thread.begin { body(index + 1) } }
      body(0)
      for thread in others { thread.wait() }
    }
  }

  /// Splits `0..<total` into one range for each part; `body` runs for all of them at once.
  package func split(_ total: Int, _ body: (Range<Int>) -> Void) {
    guard total >= 4096 else { return body(0..<total) }
    run { part in body(share(part, of: total)) }
  }

  /// The range of `0..<total` that belongs to a part.
  package func share(_ part: Int, of total: Int) -> Range<Int> {
    (total * part / count)..<(total * (part + 1) / count)
  }

  /// The sum of what `body` returns for the ranges of all parts, in a fixed order.
  package func sum(_ total: Int, _ body: (Range<Int>) -> Double) -> Double {
    guard total >= 4096 else { return body(0..<total) }
    let sums = Buffer(repeating: 0.0, count: count)
    let view = sums.view
    run { part in view[part] = body(share(part, of: total)) }
    return (0..<count).reduce(0) { $0 + view[$1] }
  }
}

/// One waiting thread.
///
/// Unchecked because `work` is handed over by the semaphores: written before `start` is posted, read
/// after, and not touched again until `done`.
@safe
private final class TeamThread: @unchecked Sendable {
  private let start: UnsafeMutablePointer<sem_t>
  private let done: UnsafeMutablePointer<sem_t>
  private var work: (() -> Void)?
  private var thread: pthread_t?

  init?() {
    // Sound: allocated and initialised here, released in `deinit`, after the thread has ended.
    unsafe start = .allocate(capacity: 1)
    unsafe done = .allocate(capacity: 1)
    unsafe sem_init(start, 0, 0)
    unsafe sem_init(done, 0, 0)
    thread = startThread { [unowned self] in loop() }
    if thread == nil { return nil }
  }

  deinit {
    unsafe sem_destroy(start)
    unsafe sem_destroy(done)
    unsafe start.deallocate()
    unsafe done.deallocate()
  }

  func begin(_ work: @escaping () -> Void) {
    self.work = work
    unsafe sem_post(start)
  }

  func wait() {
    while unsafe sem_wait(done) != 0 {}
  }

  func end() {
    work = nil
    unsafe sem_post(start)
    if let thread { _ = pthread_join(thread, nil) }
  }

  private func loop() {
    while true {
      while unsafe sem_wait(start) != 0 {}
      guard perform() else { return }
      unsafe sem_post(done)
    }
  }

  /// Does the work and lets go of it before the team is told so; false when there is none.
  @inline(never)
  private func perform() -> Bool {
    guard let work = work.take() else { return false }
    work()
    return true
  }
}
