import Base
import JobModel

/// The HTTP API, version 1: paths and bodies, shared by client and server (docs/http-api.md).
package enum API {
  package static let version = "v1"
}

/// `GET /v1/server`.
package struct ServerInfo: Hashable, Sendable, Codable {
  package var version: String
  package var pid: Int32
  package var startedAt: Timestamp
  package var state: String
  package var cpus: Int
  package var memory: ByteCount
  package var busyCpus: Int
  /// What is in use of each gpu, by index.
  package var busyGPUs: [Amount]
  package var pools: [PoolUse]
  package var jobsLive: Int
  /// Exits by itself when nothing is left to do.
  package var leavesWhenIdle: Bool

  package init(
    version: String, pid: Int32, startedAt: Timestamp, state: String, cpus: Int,
    memory: ByteCount, busyCpus: Int, busyGPUs: [Amount] = [], pools: [PoolUse] = [],
    jobsLive: Int, leavesWhenIdle: Bool
  ) {
    self.version = version
    self.pid = pid
    self.startedAt = startedAt
    self.state = state
    self.cpus = cpus
    self.memory = memory
    self.busyCpus = busyCpus
    self.busyGPUs = busyGPUs
    self.pools = pools
    self.jobsLive = jobsLive
    self.leavesWhenIdle = leavesWhenIdle
  }
}

/// `POST /v1/files/missing`, asked and answered with the same shape.
package struct DigestList: Hashable, Sendable, Codable {
  package var digests: [SHA256]

  package init(digests: [SHA256]) { self.digests = digests }
}

/// `POST /v1/jobs`.
package struct JobSubmission: Hashable, Sendable, Codable {
  /// The job file's text; the server validates it again.
  package var source: String
  /// Name of the job file, for messages.
  package var fileName: String
  package var files: [InputFile]
  /// The same key never makes a second job.
  package var key: String?
  package var project: ProjectName?
  package var priority: Int?
  package var isHeld: Bool
  /// Everything is computed, whatever was computed before; nil: no.
  package var fresh: Bool?
  /// Jobs to wait for, beyond those that the job file names.
  package var after: [JobNeed]?

  package init(
    source: String, fileName: String, files: [InputFile], key: String? = nil,
    project: ProjectName? = nil, priority: Int? = nil, isHeld: Bool = false, fresh: Bool? = nil,
    after: [JobNeed]? = nil
  ) {
    self.after = after
    self.source = source
    self.fileName = fileName
    self.files = files
    self.key = key
    self.project = project
    self.priority = priority
    self.isHeld = isHeld
    self.fresh = fresh
  }
}

/// Answer to a submission, given after the job is durable.
package struct SubmissionReceipt: Hashable, Sendable, Codable {
  package var job: JobID
  package var tasks: Int
  /// The key named a job that was there already.
  package var existed: Bool
  /// Tasks that have a stored result already and are not computed.
  package var reused: Int

  package init(job: JobID, tasks: Int, existed: Bool, reused: Int = 0) {
    self.job = job
    self.tasks = tasks
    self.existed = existed
    self.reused = reused
  }
}

/// A row of `GET /v1/jobs`.
package struct JobSummary: Hashable, Sendable, Codable {
  package var id: JobID
  package var name: String
  package var project: ProjectName
  package var state: JobState
  package var priority: Int
  package var counts: TaskCounts
  package var submittedAt: Timestamp
  package var startedAt: Timestamp?
  package var endedAt: Timestamp?
  /// Of the succeeded tasks, those whose result was stored already.
  package var reused: Int

  package init(
    id: JobID, name: String, project: ProjectName, state: JobState, priority: Int,
    counts: TaskCounts, submittedAt: Timestamp, startedAt: Timestamp?, endedAt: Timestamp?,
    reused: Int = 0
  ) {
    self.id = id
    self.name = name
    self.project = project
    self.state = state
    self.priority = priority
    self.counts = counts
    self.submittedAt = submittedAt
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.reused = reused
  }
}

/// `GET /v1/jobs/{id}`.
package struct JobDetail: Hashable, Sendable, Codable {
  package var summary: JobSummary
  package var steps: [StepDetail]
  package var usage: Usage
  /// The first tasks that ended without success, at most ten.
  package var failures: [TaskDetail]
  /// The jobs that it waits for, or has waited for.
  package var after: [JobNeed]
  /// Messages that were sent, or wait to be sent.
  package var notices: [NoticeStatus]

  package init(
    summary: JobSummary, steps: [StepDetail], usage: Usage, failures: [TaskDetail],
    after: [JobNeed] = [], notices: [NoticeStatus] = []
  ) {
    self.after = after
    self.notices = notices
    self.summary = summary
    self.steps = steps
    self.usage = usage
    self.failures = failures
  }
}

package struct StepDetail: Hashable, Sendable, Codable {
  package var name: String
  /// Kernel name, or the command line.
  package var work: String
  package var counts: TaskCounts
  package var resources: Resources
  package var needs: [Int]
  package var axes: [String]
  /// Of all attempts that have ended.
  package var usage: Usage
  /// Wall time of the longest attempt.
  package var longest: Seconds

  package init(
    name: String, work: String, counts: TaskCounts, resources: Resources, needs: [Int],
    axes: [String], usage: Usage = Usage(), longest: Seconds = .zero
  ) {
    self.usage = usage
    self.longest = longest
    self.name = name
    self.work = work
    self.counts = counts
    self.resources = resources
    self.needs = needs
    self.axes = axes
  }
}

/// A row of `GET /v1/jobs/{id}/tasks`.
package struct TaskDetail: Hashable, Sendable, Codable {
  package var step: Int
  package var stepName: String
  package var task: Int
  package var state: TaskState
  package var attempt: Int
  package var point: [PointValue]
  package var message: String?
  package var usage: Usage?
  package var progress: TaskProgress?

  package init(
    step: Int, stepName: String, task: Int, state: TaskState, attempt: Int, point: [PointValue],
    message: String? = nil, usage: Usage? = nil, progress: TaskProgress? = nil
  ) {
    self.step = step
    self.stepName = stepName
    self.task = task
    self.state = state
    self.attempt = attempt
    self.point = point
    self.message = message
    self.usage = usage
    self.progress = progress
  }
}

/// `GET /v1/jobs/{id}/tasks/{step}/{task}`.
package struct TaskReport: Hashable, Sendable, Codable {
  package var task: TaskDetail
  /// In their order.
  package var attempts: [AttemptDetail]

  package init(task: TaskDetail, attempts: [AttemptDetail]) {
    self.task = task
    self.attempts = attempts
  }
}

/// A sweep axis and its value at one task.
package struct PointValue: Hashable, Sendable, Codable {
  package var name: String
  package var value: Value

  package init(name: String, value: Value) {
    self.name = name
    self.value = value
  }
}

/// A line of `GET /v1/jobs/{id}/events`, newline-delimited JSON; `cursor` resumes the stream.
package struct JobEvent: Hashable, Sendable, Codable {
  package enum Kind: Hashable, Sendable, Codable {
    case submitted
    case held
    case released
    case started(step: Int, tasks: TaskRange)
    case ended(step: Int, tasks: TaskRange, reason: EndReason, message: String?)
    /// An attempt ended without success and the task will run again.
    case retried(step: Int, task: Int, attempt: Int, reason: EndReason)
    case jobEnded(JobState)
    /// Not kept, without a cursor of its own: counts of each step and running tasks, as they stand.
    case snapshot(JobSnapshot)
  }

  /// Nil for a snapshot, which is not kept.
  package var cursor: Int64?
  package var at: Timestamp
  package var kind: Kind

  package init(cursor: Int64?, at: Timestamp, kind: Kind) {
    self.cursor = cursor
    self.at = at
    self.kind = kind
  }
}

/// How a job stands at this moment; what `watch` draws.
package struct JobSnapshot: Hashable, Sendable, Codable {
  package var summary: JobSummary
  package var steps: [TaskCounts]
  /// The latest progress of running tasks, at most 64.
  package var running: [RunningTask]

  package init(summary: JobSummary, steps: [TaskCounts], running: [RunningTask]) {
    self.summary = summary
    self.steps = steps
    self.running = running
  }
}

package struct RunningTask: Hashable, Sendable, Codable {
  package var step: Int
  package var task: Int
  package var progress: TaskProgress

  package init(step: Int, task: Int, progress: TaskProgress) {
    self.step = step
    self.task = task
    self.progress = progress
  }
}

/// A line of `GET /v1/jobs/{id}/results`: what a task published.
package struct ResultEntry: Hashable, Sendable, Codable {
  package var step: Int
  package var task: Int
  package var attempt: Int
  package var files: [ResultFile]

  package init(step: Int, task: Int, attempt: Int, files: [ResultFile]) {
    self.step = step
    self.task = task
    self.attempt = attempt
    self.files = files
  }
}

package struct ResultFile: Hashable, Sendable, Codable {
  package var name: String
  package var size: ByteCount
  package var digest: SHA256

  package init(name: String, size: ByteCount, digest: SHA256) {
    self.name = name
    self.size = size
    self.digest = digest
  }
}

/// `POST /v1/jobs/{id}/cancel|hold|release|retry`: which tasks; empty: the whole job.
package struct TaskSelection: Hashable, Sendable, Codable {
  package var step: Int?
  package var tasks: TaskRange?
  /// Of a retry: what the further attempts are to have; nil: what they had.
  package var wish: RetryWish?

  package init(step: Int? = nil, tasks: TaskRange? = nil, wish: RetryWish? = nil) {
    self.step = step
    self.tasks = tasks
    self.wish = wish
  }
}

/// `POST /v1/jobs/{id}/signal`: to the commands that run of these tasks; empty: of the whole job.
package struct SignalRequest: Hashable, Sendable, Codable {
  package var signal: SignalName
  package var selection: TaskSelection

  package init(signal: SignalName, selection: TaskSelection = TaskSelection()) {
    self.signal = signal
    self.selection = selection
  }
}

/// Answer to a change: how many tasks it concerned, and how the job stands now.
package struct ChangeReceipt: Hashable, Sendable, Codable {
  package var tasks: Int
  package var state: JobState

  package init(tasks: Int, state: JobState) {
    self.tasks = tasks
    self.state = state
  }
}

/// `POST /v1/jobs/cancel|hold|release`: jobs by their numbers; those that have ended stay as they are.
package struct JobRange: Hashable, Sendable, Codable {
  package var first: JobID
  package var last: JobID

  package init(first: JobID, last: JobID) {
    self.first = first
    self.last = last
  }
}

/// Answer to a change of several jobs.
package struct RangeReceipt: Hashable, Sendable, Codable {
  package struct Entry: Hashable, Sendable, Codable {
    package var job: JobID
    package var receipt: ChangeReceipt

    package init(job: JobID, receipt: ChangeReceipt) {
      self.job = job
      self.receipt = receipt
    }
  }

  /// At most a thousand jobs, by number.
  package var jobs: [Entry]
  /// Where to go on; nil at the end of the range.
  package var next: JobID?

  package init(jobs: [Entry], next: JobID?) {
    self.jobs = jobs
    self.next = next
  }
}

/// `GET /v1/jobs/{id}/tasks/{step}/{task}/explain`: sentences, the binding constraint first.
package struct Explanation: Hashable, Sendable, Codable {
  package var state: TaskState
  package var reasons: [String]
  /// What can be done about the first of them; nil where there is nothing to do.
  package var fix: String?

  package init(state: TaskState, reasons: [String], fix: String? = nil) {
    self.state = state
    self.reasons = reasons
    self.fix = fix
  }
}

/// The body of every answer that is not a success.
package struct APIFailure: Hashable, Sendable, Codable {
  package var problems: [KilnError]

  package init(problems: [KilnError]) { self.problems = problems }
}
