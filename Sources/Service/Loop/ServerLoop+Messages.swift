import Base
import Engines
import JobModel
import Scheduling
import Store
import Wire

/// What messages mean to the scheduler.
extension ServerLoop {
  /// Lets the scheduler decide, and keeps the list of leases in step with it.
  func decide(_ event: Event, at now: Instant, _ turn: inout Turn) {
    let decided = state.scheduler.handle(event, at: now)
    for case .record(let change) in decided {
      switch change {
      case .leaseGranted(let lease): state.leases[lease.epoch] = OutstandingLease(lease: lease)
      case .leaseEnded(_, let epoch): state.leases[epoch] = nil
      case .tasksEnded, .taskRetried, .cancelAsked, .tasksReopened, .demanded, .needSettled,
        .jobHeld,
        .jobReleased,
        .jobStarted, .jobEnded:
        break
      }
    }
    turn.add(decided)
  }

  // MARK: The engine

  func apply(_ event: EngineEvent, at now: Instant, _ turn: inout Turn) {
    switch event {
    case .connected(let worker, let slot, let epoch?):
      take(epoch, worker)
      decide(.leaseReclaimed(slot, epoch), at: now, &turn)
    case .connected(_, _, nil): break
    case .assigned(let worker, _, let epoch): take(epoch, worker)
    case .heartbeat(let slot, let epoch): decide(.heartbeat(slot, epoch), at: now, &turn)
    case .progress(let progress):
      guard let out = state.leases[progress.epoch] else { return }
      state.leases[progress.epoch]?.progress = progress
      turn.touched.insert(out.lease.step.job)
    case .computed(let slot, let epoch): decide(.leaseComputed(slot, epoch), at: now, &turn)
    case .delivered(let delivery, _, let program): settle(delivery, program, at: now, &turn)
    case .died(let slot, let epoch, let outcomes, let segment):
      let left = Delivery(slot: slot, epoch: epoch, outcomes: outcomes, segment: segment)
      settle(left, nil, at: now, &turn)
    }
  }

  /// Remembers who holds a lease; written down with the next turn that has something to commit.
  private func take(_ epoch: Epoch, _ worker: String) {
    guard state.leases[epoch] != nil, state.leases[epoch]?.worker != worker else { return }
    state.leases[epoch]?.worker = worker
    unwrittenWorkers[epoch] = worker
  }

  /// The results count from the moment on that the transaction of this turn is durable.
  private func settle(
    _ delivery: Delivery, _ program: String?, at now: Instant, _ turn: inout Turn
  ) {
    let lease = state.leases[delivery.epoch]?.lease
    let settlements = delivery.outcomes.map {
      Settlement(tasks: $0.tasks, reason: $0.reason, wall: $0.usage.wall)
    }
    decide(.leaseEnded(delivery.slot, delivery.epoch, settlements), at: now, &turn)
    // The scheduler accepts it exactly when it took the lease off its slot.
    guard let lease, state.leases[delivery.epoch] == nil else { return }
    turn.batch.publications.append(
      Publication(
        lease: lease, outcomes: delivery.outcomes, segment: delivery.segment, program: program))
  }

  // MARK: Submissions

  func apply(
    _ job: PreparedJob, _ reply: Reply<SubmissionReceipt>, at now: Instant, _ turn: inout Turn
  ) {
    let needs: [JobDependency]
    do throws(KilnError) {
      if let (existing, digest) = try known(job, turn) {
        guard digest == job.digest else { throw conflict(job, existing) }
        let receipt = SubmissionReceipt(job: existing, tasks: job.taskCount, existed: true)
        return turn.promise(receipt, reply)
      }
      needs = try dependencies(of: job)
    } catch {
      return reply.give(.failure(error))
    }
    let id = JobID(state.lastJob.number + 1)
    state.lastJob = id
    var plan = job.spec.plan(
      id: id, project: job.project, priority: job.priority, isHeld: job.isHeld,
      submittedAt: turn.batch.at, steps: job.steps)
    plan.after = needs
    turn.batch.submissions.append(record(job, plan, at: turn.batch.at))
    turn.touched.insert(id)
    state.jobs[id] = KnownJob(
      id: id, project: job.project, name: job.spec.name, priority: job.priority, spec: job.spec,
      files: job.files, submittedAt: turn.batch.at, reused: job.reuse.map(\.count),
      after: needs.map(\.need))
    decide(.submitted(plan), at: now, &turn)
    let receipt = SubmissionReceipt(
      job: id, tasks: job.taskCount, existed: false, reused: job.reuse.reduce(0) { $0 + $1.count })
    turn.promise(receipt, reply)
  }

  /// The jobs that it waits for, all of them known to the scheduler from then on.
  private func dependencies(of job: PreparedJob) throws(KilnError) -> [JobDependency] {
    var needs: [JobDependency] = []
    for need in job.after where !needs.contains(JobDependency(need)) {
      try adoptIfForgotten(need.job)
      guard let upstream = state.jobs[need.job], upstream.project == job.project else {
        throw KilnError(
          .invalidFile, "there is no job \(need.job) to wait for", at: "after",
          fix: "`kiln list` shows the jobs")
      }
      let sizes = [upstream.spec, job.spec].map { $0.steps.map(\.sweep.count) }
      guard need.condition != .each || sizes[0].count == 1 && sizes[0] == sizes[1] else {
        throw KilnError(
          .invalidFile, "`each` waits for job \(need.job) task by task, but its tasks are others",
          at: "after", fix: "both jobs need one step and equally many tasks; or wait for `ok`")
      }
      needs.append(JobDependency(need))
    }
    return needs
  }

  /// The job that the key has named before, in this turn or in an earlier one.
  private func known(
    _ job: PreparedJob, _ turn: Turn
  ) throws(KilnError) -> (JobID, SHA256)? {
    guard let key = job.key else { return nil }
    let new = turn.batch.submissions.first { $0.key == key && $0.project == job.project }
    if let new { return (new.id, new.specDigest) }
    return try store.job(project: job.project, key: key)
  }

  private func conflict(_ job: PreparedJob, _ existing: JobID) -> KilnError {
    KilnError(
      .conflict, "the key `\(job.key ?? "")` already names job \(existing), which is another one",
      fix: "choose another key, or submit exactly what job \(existing) was made from")
  }

  private func record(_ job: PreparedJob, _ plan: JobPlan, at time: Timestamp) -> JobRecord {
    var record = JobRecord(
      id: plan.id, project: job.project, name: job.spec.name, priority: job.priority,
      isHeld: job.isHeld, key: job.key, specDigest: job.digest, source: job.source,
      fileName: job.fileName, spec: job.spec, files: job.files, plan: plan, submittedAt: time,
      columns: job.columns, reuse: job.reuse)
    record.notify = (job.spec.notify ?? []) + state.standingNotices
    return record
  }

  // MARK: Reservations

  func apply(
    _ change: ReservationChange, _ reply: Reply<Bool>, at now: Instant, _ turn: inout Turn
  ) {
    switch change {
    case .add(let reservation): decide(.reserved(reservation.slots), at: now, &turn)
    case .remove(let name): decide(.unreserved(name: name), at: now, &turn)
    }
    turn.batch.reservations.append(change)
    turn.promise(true, reply)
  }

  // MARK: Changes

  func apply(
    _ change: JobChange, _ reply: Reply<ChangeReceipt>, at now: Instant, _ turn: inout Turn
  ) {
    do throws(KilnError) {
      try adoptIfForgotten(change.job)
      try check(change)
    } catch {
      return reply.give(.failure(error))
    }
    turn.promise(carryOut(change, at: now, &turn), reply)
  }

  /// Of several jobs, those that have not ended, as many as one turn may take.
  func apply(
    _ verb: JobChange.Verb, _ range: JobRange, _ reply: Reply<RangeReceipt>, at now: Instant,
    _ turn: inout Turn
  ) {
    let live = state.jobs.keys
      .filter { $0 >= range.first && $0 <= range.last && !(state.scheduler.hasEnded($0)) }.sorted()
    let taken = live.prefix(ServerLoop.changesMax)
    let entries = taken.map { id in
      RangeReceipt.Entry(
        job: id,
        receipt: carryOut(
          JobChange(verb: verb, job: id, selection: TaskSelection()), at: now, &turn))
    }
    turn.promise(RangeReceipt(jobs: entries, next: live.dropFirst(taken.count).first), reply)
  }

  private static let changesMax = 1000

  private func carryOut(
    _ change: JobChange, at now: Instant, _ turn: inout Turn
  ) -> ChangeReceipt {
    // A release may start tasks at once, so they are counted before it.
    let counts = state.scheduler.counts(change.job)?.reduce(TaskCounts(), +) ?? TaskCounts()
    let before = turn.batch.changes.count
    decide(event(change), at: now, &turn)
    let tasks = turn.batch.changes[before...].reduce(0) { sum, recorded in
      sum + concerned(recorded, by: change, counts)
    }
    return ChangeReceipt(
      tasks: tasks, state: state.scheduler.jobState(change.job) ?? .cancelled)
  }

  private func event(_ change: JobChange) -> Event {
    let (step, tasks) = (change.selection.step, change.selection.tasks)
    return switch change.verb {
    case .cancel: .cancel(change.job, step: step, tasks: tasks)
    case .hold: .hold(change.job)
    case .release: .release(change.job)
    case .retry: .retry(change.job, step: step, tasks: tasks, change.selection.wish ?? RetryWish())
    }
  }

  /// How many tasks a recorded change says that the user's change was about.
  private func concerned(_ recorded: Change, by change: JobChange, _ counts: TaskCounts) -> Int {
    switch recorded {
    case .tasksEnded(let step, let tasks, _) where step.job == change.job,
      .cancelAsked(let step, let tasks) where step.job == change.job,
      .tasksReopened(let step, let tasks) where step.job == change.job:
      tasks.count
    case .jobHeld(change.job), .jobReleased(change.job): counts.waiting + counts.ready
    case .leaseGranted, .leaseEnded, .tasksEnded, .taskRetried, .cancelAsked, .tasksReopened,
      .demanded, .needSettled, .jobHeld, .jobReleased, .jobStarted, .jobEnded:
      0
    }
  }

  private func check(_ change: JobChange) throws(KilnError) {
    guard let job = state.jobs[change.job] else { return }
    let deadline = job.spec.deadline?.time(submittedAt: job.submittedAt)
    if change.verb == .retry, let deadline, deadline <= .now() {
      throw KilnError(
        .usage, "the deadline of job \(job.id) has passed at \(deadline.spelled)",
        fix: "submit it again with a later `deadline`")
    }
    guard let step = change.selection.step else { return }
    guard job.spec.steps.indices.contains(step) else {
      throw KilnError(
        .notFound, "job \(job.id) has no step \(step)",
        fix: "its steps are 0 to \(job.spec.steps.count - 1)")
    }
    let count = job.spec.steps[step].sweep.count
    if let tasks = change.selection.tasks, tasks.last > count {
      throw KilnError(
        .notFound, "job \(job.id) has no task \(tasks.last) in that step",
        fix: "its tasks are 1 to \(count)")
    }
  }

  /// The scheduler forgets jobs that ended long ago; a change brings them back, with the jobs that they
  /// still wait for.
  private func adoptIfForgotten(_ id: JobID) throws(KilnError) {
    if state.scheduler.jobState(id) == nil, let stored = try store.stored(id) {
      state.jobs[id] = KnownJob(
        stored, endedAt: try store.summary(id)?.summary.endedAt)
      state.scheduler.adopt(stored.restored)
    }
    for need in state.scheduler.unsettledNeeds(of: id) { try adoptIfForgotten(need) }
  }
}

extension Turn {
  /// Answers with the receipt once the turn is durable.
  mutating func promise<Receipt: Sendable>(
    _ receipt: Receipt, _ reply: Reply<Receipt>
  ) {
    promises.append(
      Promise(
        keep: { reply.give(.success(receipt)) },
        refuse: { reply.give(.failure($0)) }))
  }
}
