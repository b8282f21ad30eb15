import Base
import JobModel

/// What may start now, as a walk through the queue finds it out: what is free, what is reserved, and
/// what is kept for tasks that were passed over.
struct Placement: Sendable {
  /// A step with a ready task that wants to start.
  struct Candidate: Sendable {
    let step: StepID
    let need: Need
    /// The longest that the task may take.
    let time: Seconds?
    let project: ProjectName
    let labels: [String]
  }

  /// What tasks behind one that does not fit have to leave.
  struct Bound: Sendable {
    let step: StepID
    /// What they may take altogether.
    var room: Room
    /// They need not leave it before; nil: from now on.
    let from: Instant?
  }

  enum Opening: Sendable {
    /// It may take its need from this room, with at most so many tasks one after another.
    case fits(Room, tasksMax: Int)
    case lacksRoom
    case reserved(SlotReservation)
    case keptFor(Bound)
  }

  /// A lease that is out, and the latest end of it.
  private struct Occupant: Sendable {
    let tenant: Tenant
    let endsBy: Instant?
  }

  let now: Instant
  let all: Room
  private(set) var free: Room
  private(set) var bounds: [Bound] = []
  private let reservations: [SlotReservation]
  private var occupants: [Occupant] = []

  init(now: Instant, all: Room, free: Room, reservations: [SlotReservation]) {
    self.now = now
    self.all = all
    self.free = free
    self.reservations = reservations.filter { $0.until > now }
  }

  /// Whether a walk through the queue can find anything more.
  var isUsable: Bool {
    free.isUsable && bounds.allSatisfy { $0.from != nil || $0.room.isUsable }
  }

  var hasReservations: Bool { !reservations.isEmpty }

  mutating func note(_ tenant: Tenant, endsBy: Instant?) {
    if hasReservations { occupants.append(Occupant(tenant: tenant, endsBy: endsBy)) }
  }

  mutating func forgetTenants() { occupants = [] }

  // MARK: Asking

  /// - Parameter free: what is free, or would be.
  func opening(for candidate: Candidate, free: Room) -> Opening {
    guard free.fits(candidate.need) else { return .lacksRoom }
    var room = free
    var tasksMax = Int.max
    for moment in Set(reservations.map { max($0.from, now) }).sorted() {
      if let tasks = tasks(of: candidate, before: moment) {
        tasksMax = min(tasksMax, tasks)
        continue
      }
      let held = reservations.filter { $0.from <= moment && moment < $0.until }
      room = room.common(left(for: candidate, at: moment, held))
      guard room.fits(candidate.need) else {
        // A job may be inside one reservation and kept back by another one that it is inside of too.
        let other = held.first { !$0.admits(project: candidate.project, labels: candidate.labels) }
        return (other ?? held.first).map { .reserved($0) } ?? .lacksRoom
      }
    }
    for bound in bounds {
      if let from = bound.from, let tasks = tasks(of: candidate, before: from) {
        tasksMax = min(tasksMax, tasks)
        continue
      }
      room = room.common(bound.room)
      guard room.fits(candidate.need) else { return .keptFor(bound) }
    }
    return .fits(room, tasksMax: tasksMax)
  }

  /// How many of its tasks are sure to have ended by then, one after another; nil: not even one.
  private func tasks(of candidate: Candidate, before moment: Instant) -> Int? {
    guard let time = candidate.time, now + time <= moment else { return nil }
    guard time.value > 0 else { return Int(Int32.max) }
    // At least one, whatever rounding to nanoseconds makes of the quotient.
    let tasks = max(1, Int(min(Double(Int32.max), (moment - now).value / time.value)))
    return now + time * Double(tasks) <= moment ? tasks : max(1, tasks - 1)
  }

  private func left(
    for candidate: Candidate, at moment: Instant, _ held: [SlotReservation]
  ) -> Room {
    let staying = occupants.filter { $0.endsBy.map { $0 > moment } ?? true || moment == now }
    return SlotReservation.room(
      of: all, held: held, tenants: staying.map(\.tenant), project: candidate.project,
      labels: candidate.labels)
  }

  // MARK: Going on

  /// A lease of the candidate goes out.
  mutating func take(_ candidate: Candidate, gpus: [Int], endsBy: Instant?) {
    free.take(candidate.need, gpus: gpus)
    for index in bounds.indices {
      if let from = bounds[index].from, let endsBy, endsBy <= from { continue }
      bounds[index].room.take(candidate.need, gpus: gpus)
    }
    note(
      Tenant(
        need: candidate.need, gpus: gpus, project: candidate.project, labels: candidate.labels),
      endsBy: endsBy)
  }

  mutating func keep(_ bound: Bound) { bounds.append(bound) }
}
