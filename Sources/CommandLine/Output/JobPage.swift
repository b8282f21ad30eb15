import Base
import JobModel
import Wire

/// What `kiln show` says about a job.
enum JobPage {
  static func text(_ job: JobDetail, width: Int, style: Style, now: Timestamp) -> String {
    let summary = job.summary
    var lines = [
      style("\(summary.id) \(escaped(summary.name))", .heading),
      "state      \(summary.state.rawValue)", "project    \(escaped(summary.project.text))",
      "priority   \(summary.priority)", "submitted  \(iso8601(summary.submittedAt))",
    ]
    if let started = summary.startedAt { lines.append("started    \(iso8601(started))") }
    if let ended = summary.endedAt { lines.append("ended      \(iso8601(ended))") }
    lines.append(
      "used       \(job.usage.wall) of wall time, \(job.usage.cpu) of processor time, "
        + "\(job.usage.peakMemory) at most")
    if !job.after.isEmpty {
      lines.append("after      \(job.after.map(\.description).joined(separator: ", "))")
    }
    if summary.reused > 0 {
      lines.append("reused     \(summary.reused) of \(summary.counts.total) tasks")
    }
    lines.append("")
    let form = Form.terminal(width: width, hasColor: style.hasColor)
    let table = steps(job).rendered(as: form, now: now)
    return lines.joined(separator: "\n") + "\n" + table + failures(job, style)
      + notices(job, style)
  }

  /// Who was told, or is still to be told.
  private static func notices(_ job: JobDetail, _ style: Style) -> String {
    guard !job.notices.isEmpty else { return "" }
    let lines = job.notices.map { notice in
      let tries = notice.tries == 1 ? "1 try" : "\(notice.tries) tries"
      let text =
        "\(notice.occasion.eventName)  \(notice.delivery.rawValue), \(tries)  "
        + escaped(notice.target) + (notice.error.map { ": \(escaped($0))" } ?? "")
      return notice.delivery == .delivered ? text : style(text, .warning)
    }
    return "\nmessages\n" + lines.map { "  \($0)\n" }.joined()
  }

  private static func steps(_ job: JobDetail) -> Table {
    var table = Table([
      Column("step"), Column("work", isElastic: true), Column("tasks"), Column("waiting"),
      Column("ready"), Column("running"), Column("succeeded"), Column("failed"),
      Column("cancelled"), Column("cpus"), Column("memory"), Column("time"),
      Column("axes", isElastic: true),
    ])
    for step in job.steps {
      let counts = step.counts
      let numbers = [
        counts.total, counts.waiting, counts.ready, counts.running, counts.succeeded,
        counts.failed, counts.cancelled, step.resources.cpus,
      ]
      table.add(
        [Cell(step.name.isEmpty ? nil : step.name), .text(step.work)]
          + numbers.map { .integer(Int64($0)) }
          + [
            step.resources.memory.map { .bytes($0) } ?? .empty,
            step.resources.time.map { .span($0) } ?? .empty,
            Cell(step.axes.isEmpty ? nil : step.axes.joined(separator: " ")),
          ], counts.failed > 0 ? .bad : nil)
    }
    return table
  }

  private static func failures(_ job: JobDetail, _ style: Style) -> String {
    guard !job.failures.isEmpty else { return "" }
    let lines = job.failures.map { task in
      let point = task.point.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
      let why = task.message.map { ": \($0)" } ?? ""
      return style(
        escaped(
          "\(taskName(job, task.step, task.task)) \(task.state)\(why)"
            + (point.isEmpty ? "" : " (\(point))")), .bad)
    }
    return "\nfirst failures\n" + lines.map { "  \($0)\n" }.joined()
  }

  /// - Parameter attempts: the timeline; nil: it was not asked for.
  static func json(_ job: JobDetail, attempts: JSONValue?) -> JSONValue {
    guard case .object(var members) = json(job) else { preconditionFailure("a job is an object") }
    if let attempts { members.append(JSONValue.Member(name: "attempts", value: attempts)) }
    return .object(members)
  }

  private static func json(_ job: JobDetail) -> JSONValue {
    let summary = job.summary
    return .object([
      "id": .integer(summary.id.number), "name": .text(summary.name),
      "project": .text(summary.project.text), "state": .text(summary.state.rawValue),
      "priority": .integer(Int64(summary.priority)), "tasks": json(summary.counts),
      "submitted": Cell.time(summary.submittedAt).json,
      "started": summary.startedAt.map { Cell.time($0).json } ?? .null,
      "ended": summary.endedAt.map { Cell.time($0).json } ?? .null, "usage": json(job.usage),
      "reused": .integer(Int64(summary.reused)),
      "after": .array(job.after.map { .text($0.description) }),
      "steps": .array(job.steps.map(json)),
      "failures": .array(job.failures.map { TaskPage.json($0, attempts: nil) }),
      "messages": .array(job.notices.map(json)),
    ])
  }

  private static func json(_ notice: NoticeStatus) -> JSONValue {
    .object([
      "id": .text(notice.event), "event": .text(notice.occasion.eventName),
      "target": .text(notice.target), "delivery": .text(notice.delivery.rawValue),
      "tries": .integer(Int64(notice.tries)), "error": Cell(notice.error).json,
    ])
  }

  static func json(_ counts: TaskCounts) -> JSONValue {
    .object([
      "total": .integer(Int64(counts.total)), "waiting": .integer(Int64(counts.waiting)),
      "ready": .integer(Int64(counts.ready)), "running": .integer(Int64(counts.running)),
      "succeeded": .integer(Int64(counts.succeeded)), "failed": .integer(Int64(counts.failed)),
      "cancelled": .integer(Int64(counts.cancelled)),
    ])
  }

  static func json(_ usage: Usage) -> JSONValue {
    .object([
      "wall_seconds": .number(usage.wall.value), "cpu_seconds": .number(usage.cpu.value),
      "peak_memory_bytes": .integer(usage.peakMemory.bytes),
    ])
  }

  private static func json(_ step: StepDetail) -> JSONValue {
    .object([
      "name": .text(step.name), "work": .text(step.work), "tasks": json(step.counts),
      "cpus": .integer(Int64(step.resources.cpus)),
      "memory_bytes": step.resources.memory.map { .integer($0.bytes) } ?? .null,
      "time_seconds": step.resources.time.map { .number($0.value) } ?? .null,
      "usage": json(step.usage), "longest_seconds": .number(step.longest.value),
      "axes": .array(step.axes.map { .text($0) }),
      "needs": .array(step.needs.map { .integer(Int64($0)) }),
    ])
  }
}
