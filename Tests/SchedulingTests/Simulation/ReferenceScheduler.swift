import Base
import JobModel

@testable import Scheduling

/// The rules of placement in their plainest form: no room is ever kept, every question adds up the list
/// of all that is out once more. Its cost grows with the square of what there is.
struct ReferenceScheduler {
  /// A step with ready tasks of a job that may start.
  struct Waiting {
    let step: StepID
    let plan: JobPlan
    var ready: [Int]
    let memory: [Int: ByteCount]

    var order: (Int, Int64, Int64, Int) {
      (
        -plan.priority, plan.deadline?.nanoseconds ?? .max, step.job.number, step.index
      )
    }
  }

  /// A lease that is out, or something that is kept.
  struct Claim {
    let need: Need
    let gpus: [Int]
    var endsBy: Instant?
    /// Nil for what is kept.
    var owner: Owner?
  }

  struct Owner {
    let slot: SlotID
    let step: StepID
    let plan: JobPlan
    let since: Instant
    var isPreempted: Bool

    var order: (Int, Int64, Int64, Int) {
      (
        -plan.priority, plan.deadline?.nanoseconds ?? .max, step.job.number, step.index
      )
    }
  }

  struct Bound {
    var claims: [Claim]
    let from: Instant?
  }

  let now: Instant
  let capacity: Capacity
  let reservations: [SlotReservation]
  var out: [Claim]
  private(set) var preempted: Set<SlotID> = []
  private var bounds: [Bound] = []

  init(now: Instant, capacity: Capacity, reservations: [SlotReservation], out: [Claim]) {
    self.now = now
    self.capacity = capacity
    self.reservations = reservations.filter { $0.until > now }
    self.out = out
  }

  /// Follows the rules from the first in the order to the last, and holds what was granted against it.
  mutating func follow(_ granted: [Lease], for waiting: [Waiting]) throws(Violation) {
    var next = granted[...]
    for var step in waiting.sorted(by: { $0.order < $1.order }) {
      while let first = step.ready.first, mayStart(step) {
        let need = need(of: first, step)
        guard gpus(for: need, beside: [[]]) != nil else { break }
        guard let (gpus, tasksMax) = opening(for: need, step, beside: out) else {
          passOver(need, step)
          break
        }
        guard let lease = next.popFirst() else {
          throw Violation("task \(first) of \(step.step) could start, but does not")
        }
        try require(
          lease.step == step.step && lease.tasks.first == first,
          "lease \(lease.epoch) holds \(lease.step) \(lease.tasks), but it is the turn of task "
            + "\(first) of \(step.step)")
        try require(
          lease.gpus == gpus && lease.tasks.count <= tasksMax && lease.cpus == need.cpus
            && lease.memory == need.memory,
          "lease \(lease.epoch) has gpus \(lease.gpus) and \(lease.tasks.count) tasks, not \(gpus) "
            + "and \(tasksMax) at most")
        step.ready.removeAll(where: lease.tasks.contains)
        start(lease, need, step)
      }
    }
    if let extra = next.first { throw Violation("lease \(extra.epoch) should not be out") }
  }

  private mutating func start(_ lease: Lease, _ need: Need, _ step: Waiting) {
    let time = step.plan.steps[step.step.index].time
    let claim = Claim(
      need: need, gpus: lease.gpus, endsBy: time.map { now + $0 * Double(lease.tasks.count) },
      owner: Owner(
        slot: lease.slot, step: step.step, plan: step.plan, since: now, isPreempted: false))
    out.append(claim)
    for index in bounds.indices {
      if let from = bounds[index].from, let end = claim.endsBy, end <= from { continue }
      bounds[index].claims.append(claim)
    }
  }

  private func mayStart(_ step: Waiting) -> Bool {
    let running = out.count { $0.owner?.step.job == step.step.job }
    return running < step.plan.maxRunning ?? .max && step.plan.begin ?? now <= now
  }

  private func need(of number: Int, _ step: Waiting) -> Need {
    let plan = step.plan.steps[step.step.index]
    var need = Need(
      cpus: plan.cpus, memory: step.memory[number] ?? plan.memory, gpus: plan.gpus,
      pools: plan.pools)
    for label in step.plan.labels where capacity.labelLimits[label] != nil {
      need.pools[.label(label)] = .one
    }
    return need
  }

  // MARK: Rooms

  /// What nothing of a list takes.
  private func left(_ claims: [Claim]) -> Room {
    var room = Room(capacity)
    for claim in claims { room.take(claim.need, gpus: claim.gpus) }
    return room
  }

  /// The gpus for a need that must fit beside each of some lists; nil where it does not.
  private func gpus(for need: Need, beside lists: [[Claim]]) -> [Int]? {
    var common = [Amount](repeating: .one, count: capacity.gpus)
    for list in lists {
      let room = left(list)
      guard room.cpus >= need.cpus, room.memory >= need.memory else { return nil }
      for (pool, amount) in need.pools where room.pools[pool] ?? .zero < amount { return nil }
      for index in common.indices { common[index] = min(common[index], room.gpus[index]) }
    }
    guard need.gpus > .zero else { return [] }
    let part = need.gpus < .one ? need.gpus : .one
    let count = need.gpus < .one ? 1 : need.gpus.thousandths / 1000
    let fullest = common.indices.filter { common[$0] >= part }
      .sorted { (common[$0], $0) < (common[$1], $1) }
    return fullest.count >= count ? fullest.prefix(count).sorted() : nil
  }

  /// A need that is kept free beside a list, on the fullest gpus that it fits on, or on all.
  private func kept(_ need: Need, beside claims: [Claim]) -> [Claim] {
    var onlyGPUs = need
    onlyGPUs.cpus = 0
    onlyGPUs.memory = ByteCount(.min / 2)
    onlyGPUs.pools = [:]
    if let gpus = gpus(for: onlyGPUs, beside: [claims.map(\.onlyGPUs)]) {
      return [Claim(need: need, gpus: gpus)]
    }
    let rest = left(claims).gpus
    return [Claim(need: Need(cpus: need.cpus, memory: need.memory, pools: need.pools), gpus: [])]
      + rest.indices.filter { rest[$0] > .zero }.map {
        Claim(need: Need(gpus: rest[$0]), gpus: [$0])
      }
  }

  // MARK: Rules

  /// The gpus and the longest lease with which it may start beside what is out; nil where it may not.
  private func opening(
    for need: Need, _ step: Waiting, beside out: [Claim]
  ) -> (gpus: [Int], tasksMax: Int)? {
    var lists = [out]
    var tasksMax = Int.max
    for moment in reservations.map({ max($0.from, now) }) {
      if let tasks = tasks(of: step, before: moment) {
        tasksMax = min(tasksMax, tasks)
      } else {
        lists.append(reserved(at: moment, for: step))
      }
    }
    for bound in bounds {
      if let from = bound.from, let tasks = tasks(of: step, before: from) {
        tasksMax = min(tasksMax, tasks)
      } else {
        lists.append(bound.claims)
      }
    }
    return gpus(for: need, beside: lists).map { ($0, tasksMax) }
  }

  private func tasks(of step: Waiting, before moment: Instant) -> Int? {
    guard let time = step.plan.steps[step.step.index].time else { return nil }
    var tasks = 0
    while tasks < SchedulingLimits.tasksPerLeaseMax, now + time * Double(tasks + 1) <= moment {
      tasks += 1
    }
    guard tasks > 0 else { return nil }
    return tasks == SchedulingLimits.tasksPerLeaseMax ? .max : tasks
  }

  /// What is out at a moment and what reservations keep then, for others than a step's job.
  private func reserved(at moment: Instant, for step: Waiting) -> [Claim] {
    let held = reservations.filter { $0.from <= moment && moment < $0.until }
    var claims = out.filter { claim in
      let end = claim.owner?.isPreempted == true ? now : claim.endsBy
      return moment == now || end.map { $0 > moment } ?? true
    }
    let homes = claims.map { claim in
      held.firstIndex { reservation in
        claim.owner.map {
          reservation.admits(project: $0.plan.project, labels: $0.plan.labels)
        } ?? false
      }
    }
    let own = held.firstIndex {
      $0.admits(project: step.plan.project, labels: step.plan.labels)
    }
    let tenants = claims
    for (index, reservation) in held.enumerated() where index != own {
      let inside = zip(tenants, homes).filter { $0.1 == index }.map(\.0.need)
      let gpus =
        Amount(reservation.gpus) - inside.reduce(Amount.zero) { $0 + $1.gpus }
      let rest = Need(
        cpus: max(0, reservation.cpus - inside.reduce(0) { $0 + $1.cpus }),
        memory: max(
          .zero, reservation.memory - inside.reduce(ByteCount.zero) { $0 + $1.memory }),
        gpus: Amount(max(0, (gpus.thousandths + 999) / 1000)))
      claims += kept(rest, beside: claims)
    }
    return claims
  }

  /// A step whose next task does not fit: what it keeps, and whom it stops.
  private mutating func passOver(_ need: Need, _ step: Waiting) {
    let fitsFree = gpus(for: need, beside: [out]) != nil
    // Only a reservation is in its way.
    if fitsFree, isOpen(need, step, ignoringBounds: true) == false { return }
    if !fitsFree { preempt(for: need, step) }
    let ahead = out.filter { $0.owner.map { !(step.order < $0.order) } ?? true }
    let onlyOthers = ahead.count < out.count && gpus(for: need, beside: [ahead]) != nil
    guard (bounds.isEmpty && !fitsFree) || onlyOthers else { return }
    if let (at, claims) = plannedStart(of: need) {
      bounds.append(Bound(claims: claims + kept(need, beside: claims), from: at))
    } else {
      let behind = out.filter { $0.owner.map { step.order < $0.order } ?? false }
      let claims = onlyOthers ? out : behind
      bounds.append(Bound(claims: claims + kept(need, beside: claims), from: nil))
    }
  }

  private func isOpen(_ need: Need, _ step: Waiting, ignoringBounds: Bool) -> Bool {
    var copy = self
    if ignoringBounds { copy.bounds = [] }
    return copy.opening(for: need, step, beside: out) != nil
  }

  private func plannedStart(of need: Need) -> (at: Instant, claims: [Claim])? {
    func end(_ claim: Claim) -> Instant? {
      claim.owner?.isPreempted == true ? now : claim.endsBy
    }
    for moment in Set(out.compactMap(end)).sorted() {
      let staying = out.filter { end($0).map { $0 > moment } ?? true }
      if gpus(for: need, beside: [staying]) != nil { return (max(moment, now), staying) }
    }
    return nil
  }

  private mutating func preempt(for need: Need, _ step: Waiting) {
    func mayGo(_ owner: Owner) -> Bool {
      owner.plan.isPreemptible && !owner.isPreempted && owner.plan.priority < step.plan.priority
        && owner.plan.steps[owner.step.index].retry != .never
    }
    let staying = out.filter { $0.owner?.isPreempted != true }
    let lower = staying.compactMap(\.owner).filter(mayGo).sorted {
      if $0.plan.priority != $1.plan.priority { return $0.plan.priority < $1.plan.priority }
      return $0.since != $1.since ? $0.since > $1.since : $0.slot < $1.slot
    }
    func fits(without gone: [Owner]) -> Bool {
      let slots = gone.map(\.slot)
      let rest = staying.filter { claim in
        claim.owner.map { !slots.contains($0.slot) } ?? true
      }
      return gpus(for: need, beside: [rest]) != nil
    }
    guard let count = (0...lower.count).first(where: { fits(without: Array(lower.prefix($0))) })
    else { return }
    var victims = Array(lower.prefix(count))
    for victim in victims.reversed() {
      let fewer = victims.filter { $0.slot != victim.slot }
      if fits(without: fewer) { victims = fewer }
    }
    let slots = Set(victims.map(\.slot))
    let rest = staying.filter { claim in claim.owner.map { !slots.contains($0.slot) } ?? true }
    guard !slots.isEmpty, opening(for: need, step, beside: rest) != nil else { return }
    for index in out.indices where out[index].owner.map({ slots.contains($0.slot) }) ?? false {
      out[index].owner?.isPreempted = true
    }
    preempted.formUnion(slots)
  }
}

extension ReferenceScheduler.Claim {
  fileprivate var onlyGPUs: Self {
    Self(need: Need(gpus: need.gpus), gpus: gpus, endsBy: endsBy, owner: owner)
  }
}
