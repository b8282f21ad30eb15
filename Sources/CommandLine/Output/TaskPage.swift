import Base
import JobModel
import Wire

/// What `kiln show` says about one task.
enum TaskPage {
  static func text(_ report: TaskReport, of job: JobDetail, style: Style) -> String {
    let task = report.task
    var lines = [
      style(taskName(job, task.step, task.task), .heading),
      "state      \(task.state)\(task.message.map { ": \(escaped($0))" } ?? "")",
      "attempt    \(task.attempt)",
    ]
    if !task.point.isEmpty {
      let point = task.point.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
      lines.append("point      \(escaped(point))")
    }
    for attempt in report.attempts {
      lines += ["", style("attempt \(attempt.attempt)", .heading)] + self.lines(attempt)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lines(_ attempt: AttemptReport) -> [String] {
    var lines = [
      "  ended      \(attempt.reason)\(attempt.message.map { ": \(escaped($0))" } ?? "")",
      "  started    \(iso8601(attempt.startedAt))",
      "  used       \(attempt.usage.wall) of wall time, \(attempt.usage.cpu) of processor time, "
        + "\(attempt.usage.peakMemory) at most",
    ]
    guard let enforced = attempt.enforcement else { return lines }
    let processors =
      enforced.processors.isEmpty
      ? "any" : "bound to \(enforced.processors.map(String.init).joined(separator: ", "))"
    lines.append("  memory     \(enforced.memoryLimit) by \(enforced.memory.sentence)")
    lines.append("  processors \(processors), threads \(enforced.threads)")
    lines.append("  isolation  \(enforced.isolation.rawValue)")
    return lines + enforced.missing.map { "  missing    \(escaped($0))" }
  }

  static func json(_ report: TaskReport) -> JSONValue {
    let task = report.task
    return .object([
      "step": .text(task.stepName), "task": .integer(Int64(task.task)),
      "state": .text(task.state.description), "attempt": .integer(Int64(task.attempt)),
      "point": .object(
        task.point.map { JSONValue.Member(name: $0.name, value: Cell($0.value).json) }),
      "message": Cell(task.message).json, "attempts": .array(report.attempts.map(json)),
    ])
  }

  private static func json(_ attempt: AttemptReport) -> JSONValue {
    .object([
      "attempt": .integer(Int64(attempt.attempt)), "reason": .text(attempt.reason.description),
      "message": Cell(attempt.message).json, "started": Cell.time(attempt.startedAt).json,
      "usage": JobPage.json(attempt.usage), "enforced": json(attempt.enforcement),
    ])
  }

  private static func json(_ enforced: Enforcement?) -> JSONValue {
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
