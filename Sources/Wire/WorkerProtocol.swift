import Base
import JobModel

/// Frames between server and worker: u32 length (little endian), then one JSON message.
package enum WorkerProtocol {
  package static let version = 3
  package static let frameBytesMax = 16 << 20
  package static let heartbeatInterval = Seconds(5)
  /// A lease whose worker has been silent for so long is over.
  package static let leaseLife = Seconds(30)
  /// A worker without a server leaves after this time.
  package static let orphanLife = Seconds.minutes(10)
  /// In the environment of every command: the worker that runs it, so that what a dead worker left
  /// can be found and ended.
  package static let workerVariable = "KILN_WORKER"
  /// The control group of a worker's commands.
  package static func group(worker: String) -> String { "kiln-\(worker)" }
  /// Progress goes out at most once in this interval.
  package static let progressInterval = Seconds.milliseconds(100)
}

/// Worker to server.
package enum WorkerMessage: Hashable, Sendable, Codable {
  case hello(Hello)
  case heartbeat(epoch: Epoch?)
  case progress(TaskProgress)
  /// The tasks of the lease will have run in a moment: the next one may be made ready.
  case ending(Epoch)
  /// All tasks of the lease have run; the delivery follows once their results are durable.
  case computed(Epoch)
  /// Frozen for ever: a worker of any version can hand in its results.
  case delivery(Delivery)

  package struct Hello: Hashable, Sendable, Codable {
    package var version: Int
    /// Names the worker's files: `workers/<name>.page`.
    package var worker: String
    package var pid: Int32
    package var slot: SlotID
    /// The lease that it still holds, after a reconnect.
    package var epoch: Epoch?
    /// What it computes with: the same on two workers where the same task gives the same bits. Nil in
    /// a worker from before there was such a thing.
    package var program: String?

    package init(
      version: Int, worker: String, pid: Int32, slot: SlotID, epoch: Epoch?, program: String? = nil
    ) {
      self.program = program
      self.version = version
      self.worker = worker
      self.pid = pid
      self.slot = slot
      self.epoch = epoch
    }
  }
}

/// Where a running task stands; the last value is kept, in memory only.
package struct TaskProgress: Hashable, Sendable, Codable {
  package var epoch: Epoch
  package var task: Int
  package var phase: String
  /// 0…1; nil where the phase cannot tell.
  package var fraction: Double?
  /// `residual`, `iteration` …
  package var metrics: [String: Double]

  package init(
    epoch: Epoch, task: Int, phase: String, fraction: Double?, metrics: [String: Double] = [:]
  ) {
    self.epoch = epoch
    self.task = task
    self.phase = phase
    self.fraction = fraction
    self.metrics = metrics
  }
}

/// What a lease came to: written to the spool before it is sent, kept until it is acknowledged.
package struct Delivery: Hashable, Sendable, Codable {
  package var slot: SlotID
  package var epoch: Epoch
  /// Tasks of the lease that no outcome names have not been executed.
  package var outcomes: [TaskOutcome]
  /// The segment with the results, fsynced before this message; nil where nothing was written.
  package var segment: SegmentSeal?

  package init(slot: SlotID, epoch: Epoch, outcomes: [TaskOutcome], segment: SegmentSeal?) {
    self.slot = slot
    self.epoch = epoch
    self.outcomes = outcomes
    self.segment = segment
  }
}

/// How consecutive tasks of a lease ended, alike.
package struct TaskOutcome: Hashable, Sendable, Codable {
  package var tasks: TaskRange
  package var reason: EndReason
  /// One sentence for people where the reason alone does not say it; nil on success.
  package var message: String?
  /// Sums over the tasks, except the peak.
  package var usage: Usage

  package init(tasks: TaskRange, reason: EndReason, message: String? = nil, usage: Usage) {
    self.tasks = tasks
    self.reason = reason
    self.message = message
    self.usage = usage
  }
}

/// A segment file as its writer left it.
package struct SegmentSeal: Hashable, Sendable, Codable {
  /// Relative to the state directory.
  package var path: String
  package var size: ByteCount
  package var records: Int

  package init(path: String, size: ByteCount, records: Int) {
    self.path = path
    self.size = size
    self.records = records
  }
}

/// Server to worker.
package enum ServerMessage: Hashable, Sendable, Codable {
  case welcome(version: Int)
  case grant(Grant)
  /// What a lease that ``Grant/waits`` takes is free now: run it, bound to these processors; none: to any.
  case begin(Epoch, processors: [Int])
  /// The delivery of this epoch is published, or was published before: forget it.
  case accepted(Epoch)
  /// The delivery of this epoch came too late: forget it, remove its files.
  case refused(Epoch)
  /// Stop these tasks; nil: the whole lease.
  case cancel(Epoch, TaskRange?)
  /// Stop these tasks, but give a command that can save where it stands the time to.
  case preempt(Epoch, TaskRange)
  /// Send a signal to the commands of these tasks; nil: whichever of the lease is running.
  case signal(Epoch, TaskRange?, SignalName)
  /// Leave after the current lease.
  case drain
}

/// A lease with all that a worker needs to execute it.
package struct Grant: Hashable, Sendable, Codable {
  package var slot: SlotID
  package var epoch: Epoch
  package var step: StepID
  package var tasks: TaskRange
  /// Attempt numbers above 1, by task.
  package var attempts: [Int: Int]
  package var isFresh: Bool
  package var memory: ByteCount
  /// Indices of the gpus that its tasks may use; nil from a server that knows of none.
  package var gpus: [Int]?
  package var spec: StepSpec
  /// The job's input files; content lies in `files/<first two digits>/<digest>`.
  package var files: [InputFile]
  /// Result files of upstream tasks: binding name to what it is wired to.
  package var upstream: [UpstreamResult]
  /// The processors to which the lease is bound; empty: any.
  package var processors: [Int] = []
  /// Others are about to end, and what this lease takes is theirs until then: it may be made ready, but not
  /// begun before ``ServerMessage/begin(_:processors:)``.
  package var waits = false

  package init(
    slot: SlotID, epoch: Epoch, step: StepID, tasks: TaskRange, attempts: [Int: Int],
    isFresh: Bool, memory: ByteCount, gpus: [Int]? = nil, spec: StepSpec, files: [InputFile],
    upstream: [UpstreamResult]
  ) {
    self.slot = slot
    self.epoch = epoch
    self.step = step
    self.tasks = tasks
    self.attempts = attempts
    self.isFresh = isFresh
    self.memory = memory
    self.gpus = gpus
    self.spec = spec
    self.files = files
    self.upstream = upstream
  }
}

/// The published segments that hold the upstream tasks which an input needs.
package struct UpstreamResult: Hashable, Sendable, Codable {
  package var step: Int
  /// Name of the upstream step, for the names of gathered files.
  package var stepName: String
  /// Segment paths (relative to the state directory) with the tasks that they hold.
  package var segments: [SegmentPlace]

  package init(step: Int, stepName: String, segments: [SegmentPlace]) {
    self.step = step
    self.stepName = stepName
    self.segments = segments
  }
}

/// A published segment and the tasks that it holds.
package struct SegmentPlace: Hashable, Sendable, Codable {
  package var path: String
  package var tasks: TaskRange
  /// In a reused result: what is added to the numbers in the segment; nil in one of the step's own.
  package var shift: Int?

  package init(path: String, tasks: TaskRange, shift: Int? = nil) {
    self.path = path
    self.tasks = tasks
    self.shift = shift
  }

  /// The numbers under which the segment knows tasks of the step.
  package func stored(_ tasks: TaskRange) -> TaskRange {
    let shift = shift ?? 0
    return TaskRange(tasks.first - shift, tasks.last - shift)
  }
}
