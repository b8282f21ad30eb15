import Base

/// A job file after validation: names resolved, defaults filled in, nothing left to look up.
package struct JobSpec: Hashable, Sendable, Codable {
  package var name: String
  package var project: ProjectName?
  package var priority: Int
  /// At most so many of its tasks run at the same time; nil: as many as fit.
  package var maxRunning: Int?
  /// Nothing of it starts before.
  package var begin: Timestamp?
  /// Jobs that must have come to something before; nil: none.
  package var after: [JobNeed]?
  /// What has not ended by then is stopped.
  package var deadline: Deadline?
  /// What limits of the server and reservations know the job by.
  package var labels: [String]
  /// Its tasks may be stopped, and started again later, for jobs of a higher priority.
  package var isPreemptible: Bool
  package var steps: [StepSpec]
  /// Who is told how it went; nil: nobody whom the job names.
  package var notify: [NoticeTarget]?

  package init(
    name: String, project: ProjectName? = nil, priority: Int = 0, maxRunning: Int? = nil,
    begin: Timestamp? = nil, after: [JobNeed]? = nil, deadline: Deadline? = nil,
    labels: [String] = [], isPreemptible: Bool = false, steps: [StepSpec],
    notify: [NoticeTarget]? = nil
  ) {
    self.after = after
    self.notify = notify
    self.name = name
    self.project = project
    self.priority = priority
    self.maxRunning = maxRunning
    self.begin = begin
    self.deadline = deadline
    self.labels = labels
    self.isPreemptible = isPreemptible
    self.steps = steps
  }
}

extension JobSpec {
  private enum CodingKeys: String, CodingKey {
    case name, project, priority, maxRunning, begin, deadline, labels, isPreemptible, steps
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      name: try values.decode(String.self, forKey: .name),
      steps: try values.decode([StepSpec].self, forKey: .steps))
    try values.decode(into: &project, forKey: .project)
    try values.decode(into: &priority, forKey: .priority)
    try values.decode(into: &maxRunning, forKey: .maxRunning)
    try values.decode(into: &begin, forKey: .begin)
    try values.decode(into: &deadline, forKey: .deadline)
    try values.decode(into: &labels, forKey: .labels)
    try values.decode(into: &isPreemptible, forKey: .isPreemptible)
  }

  package func encode(to encoder: any Encoder) throws {
    let standard = JobSpec(name: name, steps: [])
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(name, forKey: .name)
    try values.encode(project, unless: standard.project, forKey: .project)
    try values.encode(priority, unless: standard.priority, forKey: .priority)
    try values.encode(maxRunning, unless: standard.maxRunning, forKey: .maxRunning)
    try values.encode(begin, unless: standard.begin, forKey: .begin)
    try values.encode(deadline, unless: standard.deadline, forKey: .deadline)
    try values.encode(labels, unless: standard.labels, forKey: .labels)
    try values.encode(isPreemptible, unless: standard.isPreemptible, forKey: .isPreemptible)
    try values.encode(steps, forKey: .steps)
  }
}

/// When a job must have ended.
package enum Deadline: Hashable, Sendable, Codable {
  case at(Timestamp)
  /// So long after its submission, waiting included.
  case after(Seconds)

  package func time(submittedAt: Timestamp) -> Timestamp {
    switch self {
    case .at(let time): time
    case .after(let span):
      Timestamp(milliseconds: submittedAt.milliseconds + Int64((span.value * 1000).rounded()))
    }
  }
}

/// One step: what to compute, on what, at which points, with what.
package struct StepSpec: Hashable, Sendable, Codable {
  /// Empty for the only step of a job without `steps:`.
  package var name: String
  package var work: Work
  package var parameters: [String: Value]
  package var inputs: [InputBinding]
  /// Axes of the sweep whose values are paths of an input.
  package var sweptInputs: Set<String>
  package var units: UnitSystem
  package var sweep: Sweep
  package var resources: Resources
  package var retry: RetryPolicy
  /// Patterns of the files to keep; empty: all that the kernel writes.
  package var outputs: [String]
  /// Nothing of it is kept but how each task ended; nil: no.
  package var keepsNothing: Bool?
  /// Steps that must have ended before, beyond those that inputs name.
  package var needs: [StepNeed]
  /// Of a command; nil: as the server does it.
  package var isolation: Isolation?
  /// Nil: an attempt starts from nothing, and exit code 85 is a failure like any other.
  package var checkpoint: CheckpointPolicy?
  /// When a task has come far enough; nil: when it ends by itself.
  package var stopWhen: StopCondition?
  /// Whether results of earlier jobs may serve; nil: for kernels, not for commands.
  package var reuse: Bool?

  package init(
    name: String, work: Work, parameters: [String: Value] = [:], inputs: [InputBinding] = [],
    sweptInputs: Set<String> = [], units: UnitSystem = UnitSystem(), sweep: Sweep = Sweep(),
    resources: Resources = Resources(), retry: RetryPolicy = .standard, outputs: [String] = [],
    keepsNothing: Bool? = nil, needs: [StepNeed] = [], isolation: Isolation? = nil,
    checkpoint: CheckpointPolicy? = nil, stopWhen: StopCondition? = nil, reuse: Bool? = nil
  ) {
    self.keepsNothing = keepsNothing
    self.name = name
    self.work = work
    self.parameters = parameters
    self.inputs = inputs
    self.sweptInputs = sweptInputs
    self.units = units
    self.sweep = sweep
    self.resources = resources
    self.retry = retry
    self.outputs = outputs
    self.needs = needs
    self.isolation = isolation
    self.checkpoint = checkpoint
    self.stopWhen = stopWhen
    self.reuse = reuse
  }

  /// Whether a stored result of the same work can take the place of a task. What other steps hand
  /// over is not known before they have run, and a task that its metrics stop may stop elsewhere.
  package var isReusable: Bool {
    let readsResults = inputs.contains { input in
      if case .result = input.source { true } else { false }
    }
    guard !readsResults else { return false }
    switch work {
    case .kernel: return reuse ?? (stopWhen == nil)
    case .command: return reuse ?? false
    }
  }
}

extension StepSpec {
  private enum CodingKeys: String, CodingKey {
    case name, work, parameters, inputs, sweptInputs, units, sweep, resources, retry, outputs
    case keepsNothing, needs, isolation, checkpoint, stopWhen, reuse
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(name: "", work: try values.decode(Work.self, forKey: .work))
    try values.decode(into: &name, forKey: .name)
    try values.decode(into: &parameters, forKey: .parameters)
    try values.decode(into: &inputs, forKey: .inputs)
    try values.decode(into: &sweptInputs, forKey: .sweptInputs)
    try values.decode(into: &units, forKey: .units)
    try values.decode(into: &sweep, forKey: .sweep)
    try values.decode(into: &resources, forKey: .resources)
    try values.decode(into: &retry, forKey: .retry)
    try values.decode(into: &outputs, forKey: .outputs)
    try values.decode(into: &keepsNothing, forKey: .keepsNothing)
    try values.decode(into: &needs, forKey: .needs)
    try values.decode(into: &isolation, forKey: .isolation)
    try values.decode(into: &checkpoint, forKey: .checkpoint)
    try values.decode(into: &stopWhen, forKey: .stopWhen)
    try values.decode(into: &reuse, forKey: .reuse)
  }

  package func encode(to encoder: any Encoder) throws {
    let standard = StepSpec(name: "", work: work)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(name, unless: standard.name, forKey: .name)
    try values.encode(work, forKey: .work)
    try values.encode(parameters, unless: standard.parameters, forKey: .parameters)
    try values.encode(inputs, unless: standard.inputs, forKey: .inputs)
    try values.encode(sweptInputs, unless: standard.sweptInputs, forKey: .sweptInputs)
    try values.encode(units, unless: standard.units, forKey: .units)
    try values.encode(sweep, unless: standard.sweep, forKey: .sweep)
    try values.encode(resources, unless: standard.resources, forKey: .resources)
    try values.encode(retry, unless: standard.retry, forKey: .retry)
    try values.encode(outputs, unless: standard.outputs, forKey: .outputs)
    try values.encode(keepsNothing, unless: standard.keepsNothing, forKey: .keepsNothing)
    try values.encode(needs, unless: standard.needs, forKey: .needs)
    try values.encode(isolation, unless: standard.isolation, forKey: .isolation)
    try values.encode(checkpoint, unless: standard.checkpoint, forKey: .checkpoint)
    try values.encode(stopWhen, unless: standard.stopWhen, forKey: .stopWhen)
    try values.encode(reuse, unless: standard.reuse, forKey: .reuse)
  }
}

/// What a task executes.
package enum Work: Hashable, Sendable, Codable {
  case kernel(String)
  /// Program and arguments; `{name}` in an argument is filled from the sweep.
  case command([String])
}

/// An input of a step, and where it comes from.
package struct InputBinding: Hashable, Sendable, Codable {
  package let name: String
  package let source: InputSource

  package init(name: String, source: InputSource) {
    self.name = name
    self.source = source
  }
}

package enum InputSource: Hashable, Sendable, Codable {
  /// A path as the job file writes it; the job's `InputFile` list gives its content.
  case file(String)
  /// A result file of an upstream step.
  case result(step: Int, file: String, wiring: Wiring)
}

/// A step that must have ended before another one begins, and how.
package struct StepNeed: Hashable, Sendable, Codable {
  package let step: Int
  package let condition: NeedCondition

  package init(_ step: Int, _ condition: NeedCondition = .ok) {
    self.step = step
    self.condition = condition
  }
}

/// What a step that is needed must have come to.
package enum NeedCondition: String, Hashable, Sendable, Codable, CaseIterable {
  /// All of its tasks have succeeded.
  case ok
  /// All have ended, and at least one without success.
  case notOk = "not-ok"
  /// All have ended, however.
  case any
}

/// Which upstream tasks a downstream task needs.
package enum Wiring: String, Hashable, Sendable, Codable {
  /// Task n needs task n: both steps have equal axes.
  case elementwise
  /// Every task needs all upstream tasks.
  case gather
}

/// The content of a file that a job names, uploaded once for each digest.
package struct InputFile: Hashable, Sendable, Codable {
  /// The path as the job file, or an `*INCLUDE` of a deck, writes it.
  package let path: String
  /// Where it appears below the task's working folder: relative, without `..`.
  package let name: String
  package let digest: SHA256
  package let size: ByteCount
  /// The path of the file that includes this one; nil for a file that the job names itself.
  package let includedBy: String?

  package init(path: String, name: String, digest: SHA256, size: ByteCount, includedBy: String?) {
    self.path = path
    self.name = name
    self.digest = digest
    self.size = size
    self.includedBy = includedBy
  }
}

/// The unit system of a deck: the unit in which a bare number of each dimension is meant.
package struct UnitSystem: Hashable, Sendable, Codable {
  /// Dimension (`length`, `force`, `time`, `mass`, `temperature`, `pressure` …) to unit (`mm`, `N`).
  package var units: [String: String]

  package init(_ units: [String: String] = [:]) { self.units = units }
}
