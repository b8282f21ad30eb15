import Base
import JobModel

/// Which leases of preemptible jobs make way for a task of a higher priority.
enum Preemption {
  struct Candidate: Sendable {
    let slot: SlotID
    let priority: Int
    let since: Instant
    let need: Need
    let gpus: [Int]
  }

  /// As few as lets the task start, those of the lowest priority and then the youngest first; nil where
  /// not even all of them would do.
  static func victims(for need: Need, free: Room, among candidates: [Candidate]) -> [SlotID]? {
    var room = free
    var chosen: [Candidate] = []
    let order = candidates.sorted {
      if $0.priority != $1.priority { return $0.priority < $1.priority }
      return $0.since != $1.since ? $0.since > $1.since : $0.slot < $1.slot
    }
    for candidate in order where !room.fits(need) {
      room.giveBack(candidate.need, gpus: candidate.gpus)
      chosen.append(candidate)
    }
    guard room.fits(need) else { return nil }
    // Those that turned out not to be in the way run on, the most important and oldest first.
    for candidate in chosen.reversed() {
      var without = room
      without.take(candidate.need, gpus: candidate.gpus)
      guard without.fits(need) else { continue }
      room = without
      chosen.removeAll { $0.slot == candidate.slot }
    }
    return chosen.map(\.slot).sorted()
  }
}
