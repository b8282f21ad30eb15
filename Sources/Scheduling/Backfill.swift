import Base
import JobModel

/// When a task that does not fit can start at the latest, told from the time limits of what runs.
///
/// This is what backfill must not delay: a task behind may start only if its own time limit ends it
/// before that moment, or if it takes what the waiting task leaves over at that moment (the rule known
/// as EASY, Lifka 1995). The moment can only move forward as long as the same task is the first in the
/// queue: what was let through ends before it or stands beside it, and all else ends in time or earlier.
struct PlannedStart: Hashable, Sendable {
  let at: Instant
  /// What is left beside the task then.
  let beside: Room

  /// Something that is out, and when it is over at the latest.
  struct Ending: Sendable {
    let at: Instant
    let need: Need
    let gpus: [Int]
  }

  /// Nil where time limits do not tell: something in the way has none.
  init?(of need: Need, free: Room, endings: [Ending], now: Instant) {
    var room = free
    var index = 0
    let ordered = endings.sorted { $0.at < $1.at }
    while index < ordered.count {
      let at = ordered[index].at
      while index < ordered.count, ordered[index].at == at {
        room.giveBack(ordered[index].need, gpus: ordered[index].gpus)
        index += 1
      }
      guard room.fits(need) else { continue }
      room.setAside(need)
      self.at = max(at, now)
      beside = room
      return
    }
    return nil
  }
}
