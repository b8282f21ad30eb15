import Base
import JobModel

extension Scheduler {
  /// Where a task is, and why it is not running; the binding constraint comes first. Nil for a task
  /// that is unknown here.
  package func explain(
    _ task: TaskID, at now: Instant
  ) -> (state: TaskState, hindrances: [Hindrance])? {
    guard let state = state(of: task), let step = step(of: task) else { return nil }
    switch state {
    case .ended(.refused): return (state, [refusal(of: task)])
    case .ended(let reason): return (state, [.ended(reason)])
    case .running: return (state, slot(of: task).map { [.running(on: $0)] } ?? [])
    case .waiting:
      let held: [Hindrance] = jobs[task.step.job]?.isHeld == true ? [.held] : []
      let pause = step.resume(of: task.number).map { [Hindrance.notBefore($0 - now)] } ?? []
      return (
        state, openNeeds(of: task.step.job) + dependencies(of: task, step) + pause + held
      )
    case .held: return (state, tooLarge(task, step) + [.held])
    case .ready: return (state, obstacles(task, step, at: now))
    }
  }

  /// Why no task of some step could ever be placed, however long it waits; nil where all fit.
  package func neverFits(_ plan: JobPlan) -> Hindrance? {
    for step in plan.steps {
      if let hindrance = capacity.hindrance(for: step) { return hindrance }
    }
    return nil
  }

  private func slot(of task: TaskID) -> SlotID? {
    leases.first { $0.step == task.step && $0.tasks.contains(task.number) }?.slot
  }

  private func dependencies(of task: TaskID, _ step: StepState) -> [Hindrance] {
    guard let steps = jobs[task.step.job]?.steps else { return [] }
    return step.plan.dependencies.compactMap { dependency in
      let upstream = steps[dependency.step]
      let unfinished =
        switch (dependency.wiring, dependency.condition) {
        case (.gather, .ok): upstream.plan.taskCount - upstream.succeeded.count
        case (.gather, .any), (.gather, .notOk): upstream.open
        case (.elementwise, _): upstream.succeeded.contains(task.number) ? 0 : 1
        }
      guard unfinished > 0 else { return nil }
      return .dependency(step: dependency.step, wiring: dependency.wiring, unfinished: unfinished)
    }
  }

  /// What made a task impossible: another job, or the step where the failure began.
  private func refusal(of task: TaskID) -> Hindrance {
    guard let job = jobs[task.step.job] else { return .ended(.refused) }
    if job.isForsaken, let need = job.after.first(where: \.isInVain) ?? job.after.first {
      return .forsaken(by: need.job, need.condition)
    }
    var hindrance = Hindrance.ended(.refused)
    var index = task.step.index
    while let (step, unsuccessful) = job.refusal(of: task.number, step: index) {
      hindrance = .refused(by: step, unsuccessful: unsuccessful)
      index = step
    }
    return hindrance
  }

  private func tooLarge(_ task: TaskID, _ step: StepState) -> [Hindrance] {
    capacity.hindrance(for: step.plan).map { [$0] } ?? []
  }

  private func obstacles(_ task: TaskID, _ step: StepState, at now: Instant) -> [Hindrance] {
    let never = tooLarge(task, step)
    guard never.isEmpty, let job = jobs[task.step.job] else { return never }
    var reasons: [Hindrance] = []
    if let begin = job.begin, begin > now { reasons.append(.notBefore(begin - now)) }
    if let most = job.maxRunning, !job.hasRoom { reasons.append(.maxRunning(most)) }
    let entry = ReadyQueue.Entry(
      place: place(of: task.step), need: need(of: task.number, step: task.step.index, in: job))
    reasons += roomHindrances(entry, at: now)
    let ahead = ahead(of: task, step)
    if ahead > 0 { reasons.append(.queue(ahead: ahead)) }
    if let deadline = job.deadline { reasons.append(.deadline(in: deadline - now)) }
    return reasons
  }

  /// What keeps an entry of the queue from what it needs, as the walk through the queue meets it.
  private func roomHindrances(_ entry: ReadyQueue.Entry, at now: Instant) -> [Hindrance] {
    let placement = placement(before: entry.place)
    switch placement.opening(for: candidate(entry), free: placement.free) {
    case .fits: return []
    case .lacksRoom:
      let leaving = slots.count { $0?.isPreempted == true }
      let missing = free.missing(entry.need, of: placement.all)
      return leaving > 0 ? [.makingRoom(leases: leaving)] + missing : missing
    case .reserved(let reservation):
      return [
        .reservation(
          reservation.name, opensIn: max(.zero, reservation.from - now),
          endsIn: reservation.until - now)
      ]
    case .keptFor(let bound):
      return [.keptFor(bound.step, startsIn: bound.from.map { max(.zero, $0 - now) })]
    }
  }

  /// The walk through the queue up to a place, as it was after the last grant.
  private func placement(before place: ReadyQueue.Place) -> Placement {
    var placement = startPlacement()
    let everything = Room(capacity)
    for index in 0..<queue.count where queue[index].place < place {
      guard placement.isUsable else { break }
      let entry = queue[index]
      guard everything.fits(entry.need) else { continue }
      switch placement.opening(for: candidate(entry), free: placement.free) {
      case .fits, .reserved: continue
      case .lacksRoom, .keptFor:
        let isFirst = placement.bounds.isEmpty
        if let bound = bound(behind: entry, isFirst: isFirst) { placement.keep(bound) }
      }
    }
    return placement
  }

  private func ahead(of task: TaskID, _ step: StepState) -> Int {
    let place = place(of: task.step)
    var ahead = step.ready.count(below: task.number)
    for index in 0..<queue.count where queue[index].place < place {
      let other = queue[index].place.step
      ahead += jobs[other.job]?.steps[other.index].ready.count ?? 0
    }
    return ahead
  }
}

extension Room {
  /// What of a need is not there, cpus and memory first.
  fileprivate func missing(_ need: Need, of all: Room) -> [Hindrance] {
    var missing: [Hindrance] = []
    if cpus < need.cpus || memory < need.memory {
      missing.append(
        .busy(
          needsCpus: need.cpus, freeCpus: cpus, needsMemory: need.memory, freeMemory: memory))
    }
    if !fitsGPUs(need) {
      missing.append(
        .gpus(
          needs: need.gpus, fitting: gpus.count { $0 >= need.perGPU },
          largest: gpus.max() ?? .zero))
    }
    for (pool, amount) in need.pools.sorted(by: { $0.key < $1.key }) {
      let left = pools[pool, default: .zero]
      guard left < amount else { continue }
      missing.append(
        .pool(pool, needs: amount, free: left, most: all.pools[pool, default: .zero]))
    }
    return missing
  }
}

extension Capacity {
  /// Why a task of this step could never be placed; nil where it could.
  package func hindrance(for step: StepPlan) -> Hindrance? {
    if step.cpus > cpus {
      return .tooLarge(resource: "cpus", needs: "\(step.cpus)", most: "\(cpus)")
    }
    if step.memory > memory {
      return .tooLarge(resource: "memory", needs: "\(step.memory)", most: "\(memory)")
    }
    if step.gpus > Amount(gpus) {
      return .tooLarge(resource: "gpus", needs: "\(step.gpus)", most: "\(gpus)")
    }
    for (pool, amount) in step.pools.sorted(by: { $0.key < $1.key }) {
      let most = pools[pool, default: .zero]
      guard amount > most else { continue }
      let resource =
        switch pool {
        case .licence(let name): "licences of \(name)"
        case .named(let name), .label(let name): "of the pool \(name)"
        }
      return .tooLarge(resource: resource, needs: "\(amount)", most: "\(most)")
    }
    return nil
  }
}

extension LiveJob {
  /// The step that made a refused task impossible, and how many of its tasks have not succeeded.
  fileprivate func refusal(of number: Int, step: Int) -> (step: Int, unsuccessful: Int)? {
    for dependency in steps[step].plan.dependencies {
      let upstream = steps[dependency.step]
      let unsuccessful = upstream.unsuccessful.runs.reduce(0) { $0 + $1.tasks.count }
      switch (dependency.wiring, dependency.condition) {
      case (.gather, .ok) where unsuccessful > 0: return (dependency.step, unsuccessful)
      case (.elementwise, _) where upstream.reason(number).map { $0 != .succeeded } ?? false:
        return (dependency.step, 1)
      case (.gather, .notOk) where upstream.isComplete: return (dependency.step, 0)
      case (.gather, .ok), (.gather, .notOk), (.gather, .any), (.elementwise, _): continue
      }
    }
    return nil
  }
}
