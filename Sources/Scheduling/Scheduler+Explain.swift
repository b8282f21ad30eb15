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

  private func tooLarge(_ task: TaskID, _ step: StepState) -> [Hindrance] {
    capacity.hindrance(for: step.plan).map { [$0] } ?? []
  }

  private func obstacles(_ task: TaskID, _ step: StepState, at now: Instant) -> [Hindrance] {
    let never = tooLarge(task, step)
    guard never.isEmpty else { return never }
    let need = step.need(of: task.number, most: capacity.memory)
    let free = free
    var reasons: [Hindrance] = []
    if let job = jobs[task.step.job] {
      if let begin = job.begin, begin > now { reasons.append(.notBefore(begin - now)) }
      if let most = job.maxRunning, !job.hasRoom { reasons.append(.maxRunning(most)) }
    }
    var licencesShort = 0
    for (name, count) in need.licences.sorted(by: { $0.key < $1.key }) {
      let left = free.licences[name, default: 0]
      guard left < count else { continue }
      reasons.append(.licence(name, needs: count, free: left))
      licencesShort += 1
    }
    if free.cpus < need.cpus || free.memory < need.memory {
      reasons.insert(
        .busy(
          needsCpus: need.cpus, freeCpus: free.cpus, needsMemory: need.memory,
          freeMemory: free.memory), at: reasons.count - licencesShort)
    }
    let ahead = ahead(of: task, step)
    return ahead > 0 ? reasons + [.queue(ahead: ahead)] : reasons
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

extension Capacity {
  /// Why a task of this step could never be placed; nil where it could.
  package func hindrance(for step: StepPlan) -> Hindrance? {
    if step.cpus > cpus {
      return .tooLarge(resource: "cpus", needs: "\(step.cpus)", most: "\(cpus)")
    }
    if step.memory > memory {
      return .tooLarge(resource: "memory", needs: "\(step.memory)", most: "\(memory)")
    }
    for (name, count) in step.licences.sorted(by: { $0.key < $1.key }) {
      let most = licences[name, default: 0]
      if count > most {
        return .tooLarge(resource: "licences of \(name)", needs: "\(count)", most: "\(most)")
      }
    }
    return nil
  }
}
