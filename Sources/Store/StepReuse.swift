import JobModel

/// How a step takes part in the reuse of results.
package struct StepReuse: Hashable, Sendable {
  /// Of everything but values: what later steps find this one by; nil where nothing may be reused.
  package var key: String?
  /// What it takes from earlier jobs, in the order of its tasks.
  package var runs: [ReusedRun]

  package init(key: String? = nil, runs: [ReusedRun] = []) {
    self.key = key
    self.runs = runs
  }

  package var count: Int { runs.reduce(0) { $0 + $1.tasks.count } }
}

/// Consecutive tasks whose results are those of consecutive tasks of another step.
package struct ReusedRun: Hashable, Sendable {
  package var tasks: TaskRange
  /// The task whose result the first of them takes.
  package var source: TaskID

  package init(tasks: TaskRange, source: TaskID) {
    self.tasks = tasks
    self.source = source
  }

  /// The task whose result a task of the run takes.
  package func source(of task: Int) -> TaskID {
    TaskID(step: source.step, number: source.number + task - tasks.first)
  }
}
