import Base
import JobModel
import Wire

/// What `kiln show` says about one task, beside the timeline of its attempts.
enum TaskPage {
  static func text(_ report: TaskReport, of job: JobDetail, style: Style) -> String {
    let task = report.task
    var lines = [
      style("\(taskName(job, task.step, task.task)) of \(escaped(job.summary.name))", .heading),
      "state      \(task.state)\(task.message.map { ": \(escaped($0))" } ?? "")",
      "attempt    \(task.attempt)", "submitted  \(iso8601(job.summary.submittedAt))",
    ]
    if !task.point.isEmpty {
      let point = task.point.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
      lines.append("point      \(escaped(point))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What each attempt was held to, where it is known.
  static func limits(_ attempts: [AttemptDetail]) -> String {
    let lines = attempts.flatMap { attempt in
      attempt.enforcement.map { ["", "attempt \(attempt.attempt) was held to"] + limits($0) } ?? []
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func limits(_ enforced: Enforcement) -> [String] {
    let processors =
      enforced.processors.isEmpty
      ? "any" : "bound to \(enforced.processors.map(String.init).joined(separator: ", "))"
    return [
      "  memory     \(enforced.memoryLimit) by \(enforced.memory.sentence)",
      "  processors \(processors), threads \(enforced.threads)",
      "  isolation  \(enforced.isolation.rawValue)",
    ] + enforced.missing.map { "  missing    \(escaped($0))" }
  }

  /// - Parameter attempts: nil: they are told elsewhere.
  static func json(_ task: TaskDetail, attempts: JSONValue?) -> JSONValue {
    let members: [JSONValue.Member] = [
      .init(name: "step", value: .text(task.stepName)),
      .init(name: "task", value: .integer(Int64(task.task))),
      .init(name: "state", value: .text(task.state.description)),
      .init(name: "attempt", value: .integer(Int64(task.attempt))),
      .init(
        name: "point",
        value: .object(
          task.point.map { JSONValue.Member(name: $0.name, value: Cell($0.value).json) })),
      .init(name: "message", value: Cell(task.message).json),
    ]
    return .object(members + (attempts.map { [.init(name: "attempts", value: $0)] } ?? []))
  }

  static func json(_ enforced: Enforcement?) -> JSONValue {
    guard let enforced else { return .null }
    return .object([
      "memory": .text(enforced.memory.rawValue),
      "memory_limit_bytes": .integer(enforced.memoryLimit.bytes),
      "processors": .array(enforced.processors.map { .integer(Int64($0)) }),
      "threads": .integer(Int64(enforced.threads)),
      "isolation": .text(enforced.isolation.rawValue),
      "missing": .array(enforced.missing.map { .text($0) }),
    ])
  }
}

extension Enforcement.MemoryGuard {
  fileprivate var sentence: String {
    switch self {
    case .cgroup1, .cgroup2: rawValue
    case .polled: "polled RSS and a limit of data"
    }
  }
}
