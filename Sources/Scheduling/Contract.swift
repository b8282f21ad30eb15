import Base
import JobModel

/// What the scheduler needs to know of a job; everything else stays outside.
package struct JobPlan: Hashable, Sendable {
  package var id: JobID
  package var project: ProjectName
  package var priority: Int
  package var isHeld: Bool
  /// At most so many leases of the job are out at the same time; each runs one task after another.
  package var maxRunning: Int?
  /// Nothing of it starts before.
  package var begin: Instant?
  /// Jobs that must have come to something before.
  package var after: [JobDependency]
  /// What has not ended by then is stopped, and ends as `deadline`.
  package var deadline: Instant?
  /// What limits of the installation and reservations know it by.
  package var labels: [String]
  /// Its leases may be stopped for tasks of a higher priority.
  package var isPreemptible: Bool
  package var steps: [StepPlan]

  package init(
    id: JobID, project: ProjectName, priority: Int, isHeld: Bool, maxRunning: Int? = nil,
    begin: Instant? = nil, after: [JobDependency] = [], deadline: Instant? = nil,
    labels: [String] = [], isPreemptible: Bool = false, steps: [StepPlan]
  ) {
    self.after = after
    self.id = id
    self.project = project
    self.priority = priority
    self.isHeld = isHeld
    self.maxRunning = maxRunning
    self.begin = begin
    self.deadline = deadline
    self.labels = labels
    self.isPreemptible = isPreemptible
    self.steps = steps
  }
}

package struct StepPlan: Hashable, Sendable {
  package var taskCount: Int
  package var cpus: Int
  package var memory: ByteCount
  /// A part of one gpu, or some whole ones.
  package var gpus: Amount
  /// Licences and named pools.
  package var pools: [Pool: Amount]
  /// The longest that one attempt may take; nil: nobody knows.
  package var time: Seconds?
  package var retry: RetryPolicy
  package var dependencies: [Dependency]
  /// Expected seconds of one task; refined by what is observed.
  package var estimate: Seconds
  /// One task in a process of its own, instead of many in a long-lived worker.
  package var isFresh: Bool
  /// Tasks that have a stored result already: they succeed on submission, in order.
  package var reused: [TaskRange]
  /// Its command may ask to be run again, which is not charged as a retry.
  package var isCheckpointed: Bool

  package init(
    taskCount: Int, cpus: Int, memory: ByteCount, gpus: Amount = .zero,
    pools: [Pool: Amount] = [:], time: Seconds? = nil, retry: RetryPolicy = .standard,
    dependencies: [Dependency] = [], estimate: Seconds, isFresh: Bool,
    isCheckpointed: Bool = false, reused: [TaskRange] = []
  ) {
    self.reused = reused
    self.taskCount = taskCount
    self.cpus = cpus
    self.memory = memory
    self.gpus = gpus
    self.pools = pools
    self.time = time
    self.retry = retry
    self.dependencies = dependencies
    self.estimate = estimate
    self.isFresh = isFresh
    self.isCheckpointed = isCheckpointed
  }

  /// Whether an attempt that ended so asks for the next one by itself.
  func asksAgain(_ reason: EndReason) -> Bool {
    isCheckpointed && retry != .never && reason == .failed(exit: CheckpointPolicy.exitCode)
  }
}

package struct Dependency: Hashable, Sendable {
  package var step: Int
  package var wiring: Wiring
  /// Elementwise wiring goes with `ok` only.
  package var condition: NeedCondition

  package init(step: Int, wiring: Wiring, condition: NeedCondition = .ok) {
    self.step = step
    self.wiring = wiring
    self.condition = condition
  }
}

/// What the engine offers in total.
package struct Capacity: Hashable, Sendable {
  package var cpus: Int
  package var memory: ByteCount
  package var gpus: Int
  /// Totals of licences and named pools; what is not named is not there.
  package var pools: [Pool: Amount]
  /// At most so many leases of jobs with the label are out at the same time.
  package var labelLimits: [String: Int]

  package init(
    cpus: Int, memory: ByteCount, gpus: Int = 0, pools: [Pool: Amount] = [:],
    labelLimits: [String: Int] = [:]
  ) {
    self.cpus = cpus
    self.memory = memory
    self.gpus = gpus
    self.pools = pools
    self.labelLimits = labelLimits
  }
}

/// What a worker holds while it runs attempts: a range of tasks of one step.
package struct Lease: Hashable, Sendable {
  package var slot: SlotID
  package var epoch: Epoch
  package var project: ProjectName
  package var step: StepID
  package var tasks: TaskRange
  /// Attempt numbers above 1, by task.
  package var attempts: [Int: Int]
  package var isFresh: Bool
  package var cpus: Int
  package var memory: ByteCount
  /// Indices of the gpus that it may use, in whole or the part that its step asks for.
  package var gpus: [Int]

  package init(
    slot: SlotID, epoch: Epoch, project: ProjectName, step: StepID, tasks: TaskRange,
    attempts: [Int: Int], isFresh: Bool, cpus: Int, memory: ByteCount, gpus: [Int] = []
  ) {
    self.slot = slot
    self.epoch = epoch
    self.project = project
    self.step = step
    self.tasks = tasks
    self.attempts = attempts
    self.isFresh = isFresh
    self.cpus = cpus
    self.memory = memory
    self.gpus = gpus
  }
}

/// How consecutive tasks of a lease ended.
package struct Settlement: Hashable, Sendable {
  package var tasks: TaskRange
  package var reason: EndReason
  package var wall: Seconds

  package init(tasks: TaskRange, reason: EndReason, wall: Seconds) {
    self.tasks = tasks
    self.reason = reason
    self.wall = wall
  }
}

/// What happened in the world, told to the scheduler by its shell.
package enum Event: Hashable, Sendable {
  case submitted(JobPlan)
  case capacityChanged(Capacity)
  /// Room is kept from now on; one of the same name is replaced.
  case reserved(SlotReservation)
  case unreserved(name: String)
  /// Sign of life from the worker that holds this lease.
  case heartbeat(SlotID, Epoch)
  /// All tasks of the lease have run, and nothing of them is running any more; their results are being
  /// made durable, and `leaseEnded` follows.
  case leaseComputed(SlotID, Epoch)
  /// The lease is over: delivered by its worker, or its worker is confirmed dead. Tasks that no
  /// settlement names were not executed and go back without a charge.
  case leaseEnded(SlotID, Epoch, [Settlement])
  /// A worker of an earlier server came back and still holds this lease.
  case leaseReclaimed(SlotID, Epoch)
  /// Nil tasks: the whole step; nil step: the whole job.
  case cancel(JobID, step: Int?, tasks: TaskRange?)
  case hold(JobID)
  case release(JobID)
  /// Tasks that ended without success become ready again.
  case retry(JobID, step: Int?, tasks: TaskRange?, RetryWish = RetryWish())
  /// Time has passed.
  case tick
}

/// What is to be done about it. The shell commits every `record` of a turn in one transaction, and
/// only then performs the rest; performing one twice is harmless.
package enum Action: Hashable, Sendable {
  case record(Change)
  case grant(Lease)
  /// Ask the worker to stop these tasks of the lease: somebody cancelled them, their deadline has
  /// passed, or the lease makes way for a job of a higher priority.
  case cancel(SlotID, Epoch, TaskRange)
  /// The lease has outlived its worker's silence: make sure that the worker is dead, then report
  /// `leaseEnded`.
  case kill(SlotID, Epoch)
  /// The delivery of this lease is accepted; publish its results in the same transaction.
  case accept(SlotID, Epoch)
  /// The slot does not hold this lease: the delivery came too late, or again, and has no effect. The
  /// shell looks up whether this epoch is published already, before it tells the worker to drop
  /// anything.
  case refuse(SlotID, Epoch)
}

/// A durable fact.
package enum Change: Hashable, Sendable {
  case leaseGranted(Lease)
  /// The lease is over; its tasks that no later change of this turn names are ready again.
  case leaseEnded(SlotID, Epoch)
  /// These tasks have ended for good.
  case tasksEnded(StepID, TaskRange, EndReason)
  /// The attempt ended without success, and the task will run again as attempt `attempt + 1`.
  case taskRetried(TaskID, attempt: Int, EndReason)
  /// A user cancelled these tasks while a lease held them: they run on until they are settled, but
  /// not another time, not even after a restart of the server.
  case cancelAsked(StepID, TaskRange)
  /// Asked for by a user: these ended tasks are to run again, and an ended job goes on. Attempts
  /// that they have used up follow as `taskRetried`; a `cancelAsked` of them is void.
  case tasksReopened(StepID, TaskRange)
  /// The next attempts of these tasks are to have what a user asked for.
  case demanded(StepID, TaskRange, Demand)
  case jobHeld(JobID)
  case jobReleased(JobID)
  /// A job that it waited for has ended so; tasks that then end as refused in this turn do so for that.
  case needSettled(JobID, upstream: JobID, JobState)
  case jobStarted(JobID)
  case jobEnded(JobID, JobState)
}

/// A job as the store remembers it, for a scheduler that starts anew.
package struct RestoredJob: Sendable {
  package var plan: JobPlan
  package var hasStarted: Bool
  /// Per step: tasks that have ended, with their reasons.
  package var ended: [[(tasks: TaskRange, reason: EndReason)]]
  /// Per step: every `taskRetried`, by task.
  package var retried: [[Int: [(attempt: Int, reason: EndReason)]]]
  /// Per step: every `cancelAsked` since the last `tasksReopened` of the task.
  package var cancelAsked: [[TaskRange]]
  /// Leases that were out when the server stopped.
  package var leases: [Lease]
  /// Per step: every `demanded`, in the order of recording.
  package var demands: [[(tasks: TaskRange, demand: Demand)]] = []

  package init(
    plan: JobPlan, hasStarted: Bool, ended: [[(tasks: TaskRange, reason: EndReason)]],
    retried: [[Int: [(attempt: Int, reason: EndReason)]]], cancelAsked: [[TaskRange]] = [],
    leases: [Lease]
  ) {
    self.plan = plan
    self.hasStarted = hasStarted
    self.ended = ended
    self.retried = retried
    self.cancelAsked = cancelAsked
    self.leases = leases
  }
}
