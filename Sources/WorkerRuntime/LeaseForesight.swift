import Base

/// Sees the end of a lease's tasks coming, so that the next lease can be made ready meanwhile.
struct LeaseForesight {
  private var began: Instant?
  private var tasks = 0
  private var hasSpoken = false

  /// What a server needs to have the next lease ready, and some more.
  private static let lead = Seconds.milliseconds(15)
  /// A last task that is longer is not foreseen: who knows how long.
  private static let lastTaskMost = Seconds.milliseconds(50)

  /// Whether now is the moment, once in a lease, to say that its tasks will have run soon.
  ///
  /// Asked before each task. What has run so far tells how long the rest takes; a single task tells nothing
  /// of itself.
  /// - Parameter rest: tasks that have not run, the one that is about to included.
  mutating func sees(theEndAfter rest: Int, at now: Instant) -> Bool {
    guard let began else {
      began = now
      return false
    }
    tasks += 1
    guard !hasSpoken else { return false }
    let mean = (now - began).value / Double(tasks)
    hasSpoken =
      mean * Double(rest) <= Self.lead.value || (rest == 1 && mean <= Self.lastTaskMost.value)
    return hasSpoken
  }
}
