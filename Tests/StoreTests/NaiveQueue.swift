import Base
import JobModel
import Scheduling
import Store
import Wire

/// The queue as a table of single tasks in memory: what the store has to remember, without ranges.
///
/// It invents batches that a scheduler could have decided, and applies them to itself.
struct NaiveQueue {
  struct Task: Hashable {
    enum State: Hashable {
      case open
      case leased(Epoch)
      case ended(EndReason, attempt: Int, message: String?)
    }

    var state = State.open
    var retried: [Int: EndReason] = [:]
    var isCancelAsked = false

    var attemptsUsed: Int { retried.keys.max() ?? 0 }
  }

  struct Job {
    let record: JobRecord
    var steps: [[Task]]
    var isHeld = false
    var hasStarted = false
    var ended: JobState?
    var usage = Usage()
  }

  private(set) var jobs: [JobID: Job] = [:]
  private(set) var leases: [Epoch: Lease] = [:]
  private(set) var workers: [Epoch: String] = [:]
  private(set) var published: Set<Epoch> = []
  private(set) var lastEpoch = Epoch(0)
  /// How often each kind of change was made.
  private(set) var made: [String: Int] = [:]
  private var random: SplitMix64
  private var batch = Batch(at: Sample.now)

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  mutating func nextBatch() -> Batch {
    batch = Batch(at: Sample.now)
    var settled: Set<Epoch> = []
    for _ in 0...pick(4) {
      switch pick(12) {
      case 0: submit()
      case 1, 2, 3, 4: grant()
      case 5, 6, 7:
        // A lease of an earlier turn: no delivery can come before the grant is committed.
        let ripe = leases.keys.filter { epoch in
          !batch.changes.contains { $0 == leases[epoch].map(Change.leaseGranted) }
        }
        if let epoch = ripe.sorted().first, settled.insert(epoch).inserted { settle(epoch) }
      case 8: meetWorker()
      case 9: holdOrRelease()
      case 10: cancel()
      default: reopen()
      }
    }
    return batch
  }

  // MARK: What can happen

  private mutating func submit() {
    let number = Int64(jobs.count + 1)
    let tasks = (0...pick(2)).map { _ in 1 + pick(40) }
    let project: ProjectName = pick(2) == 0 ? .main : ProjectName("chassis")
    let record = Sample.record(
      number, project: project, key: pick(2) == 0 ? "k\(number)" : nil, tasks: tasks)
    jobs[record.id] = Job(
      record: record, steps: tasks.map { [Task](repeating: Task(), count: $0) })
    batch.submissions.append(record)
  }

  private mutating func grant() {
    guard let id = jobs.keys.sorted().randomElement(using: &random), let job = jobs[id],
      job.ended == nil, !batch.submissions.contains(where: { $0.id == id })
    else { return }
    let step = pick(job.steps.count)
    guard let range = run(in: job.steps[step], atMost: 1 + pick(10), where: { $0.state == .open })
    else { return }
    if !job.hasStarted { record(.jobStarted(id)) }
    jobs[id]?.hasStarted = true
    lastEpoch = lastEpoch.next
    var attempts: [Int: Int] = [:]
    for task in range.numbers {
      let used = job.steps[step][task - 1].attemptsUsed
      if used > 0 { attempts[task] = used + 1 }
      jobs[id]?.steps[step][task - 1].state = .leased(lastEpoch)
    }
    let slot = (1...).first { slot in !leases.values.contains { $0.slot.number == slot } }
    let lease = Lease(
      slot: SlotID(slot ?? 1), epoch: lastEpoch, project: job.record.project,
      step: StepID(job: id, index: step), tasks: range, attempts: attempts,
      isFresh: pick(2) == 0, cpus: 1 + pick(3), memory: .mebibytes(Int64(pick(100))))
    leases[lastEpoch] = lease
    record(.leaseGranted(lease))
  }

  /// The worker delivers, or is dead: runs of tasks end, are tried again or were not executed.
  private mutating func settle(_ epoch: Epoch) {
    guard let lease = leases.removeValue(forKey: epoch) else { return }
    workers[epoch] = nil
    record(.leaseEnded(lease.slot, epoch))
    var outcomes: [TaskOutcome] = []
    var first = lease.tasks.first
    while first <= lease.tasks.last {
      let range = TaskRange(first, min(lease.tasks.last, first + pick(6)))
      first = range.last + 1
      let reasons: [EndReason] = [
        .succeeded, .succeeded, .failed(exit: 3), .lost, .memory, .time, .signalled(11),
      ]
      let reason = pick(reasons.count + 1)
      guard reason < reasons.count else {
        giveBack(lease, range)
        continue
      }
      let outcome = TaskOutcome(
        tasks: range, reason: reasons[reason], message: pick(2) == 0 ? nil : "words \(pick(3))",
        usage: Usage(
          wall: Seconds(Double(pick(64)) / 8), cpu: Seconds(Double(pick(64)) / 8),
          peakMemory: ByteCount(pick(1000))))
      outcomes.append(outcome)
      end(lease, outcome)
    }
    let usage = outcomes.reduce(jobs[lease.step.job]?.usage ?? Usage()) { $0 + $1.usage }
    jobs[lease.step.job]?.usage = usage
    if !outcomes.isEmpty || pick(2) == 0 {
      batch.publications.append(Sample.publication(lease, outcomes.shuffled(using: &random)))
      published.insert(epoch)
    }
    endIfComplete(lease.step.job)
  }

  private mutating func end(_ lease: Lease, _ outcome: TaskOutcome) {
    let isRetried = outcome.reason != .succeeded && pick(2) == 0
    for number in outcome.tasks.numbers {
      let asked = self[lease.step, number].isCancelAsked && outcome.reason != .succeeded
      let reason = asked ? .cancelled : outcome.reason
      let attempt = lease.attempts[number] ?? 1
      if isRetried, !asked {
        self[lease.step, number].state = .open
        self[lease.step, number].retried[attempt] = reason
        record(.taskRetried(TaskID(step: lease.step, number: number), attempt: attempt, reason))
      } else {
        self[lease.step, number].state = .ended(
          reason, attempt: attempt, message: asked ? nil : outcome.message)
      }
    }
    recordEnds(lease.step, outcome.tasks)
  }

  private mutating func giveBack(_ lease: Lease, _ range: TaskRange) {
    for number in range.numbers {
      let attempt = lease.attempts[number] ?? 1
      self[lease.step, number].state =
        self[lease.step, number].isCancelAsked
        ? .ended(.cancelled, attempt: attempt, message: nil) : .open
    }
    recordEnds(lease.step, range)
  }

  private mutating func meetWorker() {
    guard let epoch = leases.keys.sorted().randomElement(using: &random) else { return }
    workers[epoch] = "worker-\(epoch)"
    batch.workers.append(WorkerRecord(epoch: epoch, worker: "worker-\(epoch)"))
  }

  private mutating func holdOrRelease() {
    guard let id = liveJob() else { return }
    jobs[id]?.isHeld.toggle()
    record(jobs[id]?.isHeld == true ? .jobHeld(id) : .jobReleased(id))
  }

  private mutating func cancel() {
    guard let id = liveJob(), let job = jobs[id] else { return }
    let step = StepID(job: id, index: pick(job.steps.count))
    if let range = run(in: job.steps[step.index], atMost: 15, where: { $0.state == .open }) {
      for number in range.numbers {
        let used = self[step, number].attemptsUsed
        self[step, number].state = .ended(.cancelled, attempt: used, message: nil)
      }
      record(.tasksEnded(step, range, .cancelled))
    }
    let running = run(in: job.steps[step.index], atMost: 5) { task in
      if case .leased = task.state { return !task.isCancelAsked }
      return false
    }
    if let running {
      for number in running.numbers { self[step, number].isCancelAsked = true }
      record(.cancelAsked(step, running))
    }
    endIfComplete(id)
  }

  private mutating func reopen() {
    guard let id = jobs.keys.sorted().randomElement(using: &random), let job = jobs[id] else {
      return
    }
    let step = StepID(job: id, index: pick(job.steps.count))
    let range = run(in: job.steps[step.index], atMost: 8) { task in
      if case .ended(let reason, _, _) = task.state { return reason != .succeeded }
      return false
    }
    guard let range else { return }
    record(.tasksReopened(step, range))
    jobs[id]?.ended = nil
    for number in range.numbers {
      guard case .ended(let reason, let attempt, _) = self[step, number].state else { continue }
      if attempt > self[step, number].attemptsUsed {
        self[step, number].retried[attempt] = reason
        record(.taskRetried(TaskID(step: step, number: number), attempt: attempt, reason))
      }
      self[step, number].state = .open
      self[step, number].isCancelAsked = false
    }
  }

  // MARK: Bookkeeping

  private subscript(step: StepID, number: Int) -> Task {
    get { jobs[step.job]?.steps[step.index][number - 1] ?? Task() }
    set { jobs[step.job]?.steps[step.index][number - 1] = newValue }
  }

  /// One change for each run of ended tasks of a range that have the same reason.
  private mutating func recordEnds(_ step: StepID, _ range: TaskRange) {
    var run: (first: Int, reason: EndReason)?
    for number in range.first...(range.last + 1) {
      var reason: EndReason?
      if number <= range.last, case .ended(let end, _, _) = self[step, number].state {
        reason = end
      }
      if let open = run, open.reason != reason {
        record(.tasksEnded(step, TaskRange(open.first, number - 1), open.reason))
        run = nil
      }
      if run == nil, let reason { run = (number, reason) }
    }
  }

  private mutating func endIfComplete(_ id: JobID) {
    guard let job = jobs[id], job.ended == nil else { return }
    var reasons: Set<EndReason> = []
    for task in job.steps.joined() {
      guard case .ended(let reason, _, _) = task.state else { return }
      reasons.insert(reason)
    }
    let state: JobState =
      reasons == [.succeeded]
      ? .succeeded : reasons.isSubset(of: [.succeeded, .cancelled]) ? .cancelled : .failed
    jobs[id]?.ended = state
    record(.jobEnded(id, state))
  }

  private mutating func record(_ change: Change) {
    batch.changes.append(change)
    made[String("\(change)".prefix { $0 != "(" }), default: 0] += 1
  }

  private mutating func liveJob() -> JobID? {
    jobs.filter { $0.value.ended == nil }.keys.sorted().randomElement(using: &random)
  }

  private mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

  /// A random run of tasks that fit.
  private mutating func run(in tasks: [Task], atMost: Int, where fits: (Task) -> Bool)
    -> TaskRange?
  {
    let starts = tasks.indices.filter { fits(tasks[$0]) }
    guard let start = starts.randomElement(using: &random) else { return nil }
    var last = start
    while last + 1 < tasks.count, last - start + 1 < atMost, fits(tasks[last + 1]) { last += 1 }
    return TaskRange(start + 1, last + 1)
  }
}
