import JobModel

/// A job that another one waits for, or has waited for.
package struct JobDependency: Hashable, Sendable {
  package let job: JobID
  package let condition: JobCondition
  /// How the job has ended, once that is recorded; what becomes of it later changes nothing.
  package var settled: JobState?

  package init(_ need: JobNeed, settled: JobState? = nil) {
    job = need.job
    condition = need.condition
    self.settled = settled
  }

  package var need: JobNeed { JobNeed(job, condition) }

  /// It has ended otherwise than was waited for.
  var isInVain: Bool { settled.map { !condition.holds(at: $0) } ?? false }
}

extension LiveJob {
  /// Jobs whose end is waited for before anything starts.
  var openNeeds: [JobDependency] { after.filter { $0.settled == nil } }

  /// The waiting tasks of a step that no other job keeps waiting.
  func allowed(_ tasks: RangeSet) -> RangeSet {
    var allowed = tasks
    for need in openNeeds where !allowed.isEmpty {
      guard need.condition == .each else { return RangeSet() }
      allowed = allowed.intersection(granted[need.job] ?? RangeSet())
    }
    return allowed
  }

  /// A needed job goes on: tasks of it have succeeded, others have ended otherwise.
  mutating func advance(
    _ upstream: JobID, succeeded: RangeSet, unsuccessful: RangeSet, into changes: inout [Change]
  ) {
    guard after.contains(where: { $0.job == upstream && $0.condition == .each }) else { return }
    grant(upstream, succeeded)
    refuse(steps.map { _ in unsuccessful }, into: &changes)
  }

  /// With `each`, the tasks may start that have succeeded in the other job.
  mutating func grant(_ upstream: JobID, _ succeeded: RangeSet) {
    granted[upstream] = succeeded
    for step in steps.indices { promote(step) }
  }

  /// A needed job has ended.
  mutating func settle(_ upstream: JobID, _ end: JobState, into changes: inout [Change]) {
    for index in after.indices where after[index].job == upstream && after[index].settled == nil {
      after[index].settled = end
    }
    changes.append(.needSettled(id, upstream: upstream, end))
    if after.contains(where: \.isInVain) {
      refuse(steps.map { RangeSet($0.all) }, into: &changes)
    } else {
      for step in steps.indices { promote(step) }
    }
  }

  /// Ends waiting tasks that can never run, by step: all of them at once, as the end of one step would
  /// make ready what waits for it whatever its end.
  private mutating func refuse(_ tasks: [RangeSet], into changes: inout [Change]) {
    let ends = tasks.enumerated().map { step, tasks in
      TaskEnd(step: step, tasks: steps[step].waiting.intersection(tasks), reason: .refused)
    }
    end(ends, into: &changes)
  }

  /// Whether tasks of it were refused because of another job.
  var isForsaken: Bool {
    after.contains(where: \.isInVain)
      || after.contains { $0.condition == .each } && steps.contains { $0.refused > 0 }
  }
}

extension Scheduler {
  /// The jobs that a job still waits for, whether it lives or not: they have to be known before it is
  /// retried.
  package func unsettledNeeds(of id: JobID) -> [JobID] { (jobs[id]?.openNeeds ?? []).map(\.job) }

  /// Remembers that a job waits for others, and settles what has ended already.
  mutating func watchNeeds(of id: JobID) {
    guard let needs = jobs[id]?.openNeeds, !needs.isEmpty else { return }
    for need in needs {
      precondition(jobs[need.job] != nil, "job \(id) waits for job \(need.job), which is unknown")
      dependents[need.job, default: []].insert(id)
      changedUpstreams.insert(need.job)
    }
  }

  /// What `each` lets start is recorded nowhere: it follows from how far the other job has come.
  mutating func restoreGrants(of id: JobID) {
    for need in jobs[id]?.openNeeds ?? [] where need.condition == .each {
      guard let succeeded = jobs[need.job]?.steps.first?.succeeded else { continue }
      update(id) { live, _ in live.grant(need.job, succeeded) }
    }
  }

  /// Tells the jobs that wait for others what became of those; one end may lead to the next.
  mutating func settleNeeds() {
    while let upstream = changedUpstreams.min() {
      changedUpstreams.remove(upstream)
      guard let waiting = dependents[upstream], let job = jobs[upstream] else { continue }
      let end = job.ended
      if end != nil { dependents[upstream] = nil }
      for id in waiting.sorted() {
        update(id) { live, changes in
          if live.ended != nil { return }
          if let step = job.steps.first {
            let unsuccessful = RangeSet(step.unsuccessful.runs.map(\.tasks))
            live.advance(
              upstream, succeeded: step.succeeded, unsuccessful: unsuccessful, into: &changes)
          }
          if let end, live.ended == nil { live.settle(upstream, end, into: &changes) }
        }
      }
    }
  }

  /// The jobs that keep a job from starting, with how they stand.
  func openNeeds(of id: JobID) -> [Hindrance] {
    (jobs[id]?.openNeeds ?? []).map { need in
      .job(need.job, need.condition, jobs[need.job]?.state ?? .queued)
    }
  }
}
