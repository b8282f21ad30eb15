import Base
import JobModel

/// A lease that is out, with what it takes and when its worker must be heard of again.
struct Holding: Sendable {
  enum Watch: Hashable, Sendable {
    /// The worker is believed to live until it has been silent up to this time.
    case live(until: Instant)
    /// It was silent for too long; its death is asked for, and asked for again at this time.
    case condemned(again: Instant)

    var wake: Instant {
      switch self {
      case .live(let instant), .condemned(let instant): instant
      }
    }
  }

  let lease: Lease
  /// What it takes; nothing any more once it is computed.
  private(set) var need: Need
  /// When it is over at the latest, as far as time limits are kept; nil: nobody knows.
  let endsBy: Instant?
  /// When it was granted, or taken over from the server before.
  let since: Instant
  var watch: Watch
  /// Whether it has been asked to make way for a task of a higher priority.
  var isPreempted = false
  /// Whether its tasks have all run, so that only their results are to come.
  private(set) var isComputed = false

  init(lease: Lease, need: Need, endsBy: Instant?, since: Instant, watch: Watch) {
    self.lease = lease
    self.need = need
    self.endsBy = endsBy
    self.since = since
    self.watch = watch
  }

  mutating func compute() {
    isComputed = true
    isPreempted = false
    need = Need()
  }

  var ending: PlannedStart.Ending? {
    endsBy.map { PlannedStart.Ending(at: $0, need: need, gpus: lease.gpus) }
  }
}
