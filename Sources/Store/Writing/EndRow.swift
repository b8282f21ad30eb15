import Base
import JobModel

/// A row of `task_end`: consecutive tasks that ended alike.
struct EndRow: Hashable {
  var tasks: TaskRange
  var reason: EndReason
  var attempt: Int
  var message: String?
  var usage: Usage

  /// Whether two neighbours can share a row.
  func isLike(_ other: EndRow) -> Bool {
    reason == other.reason && attempt == other.attempt && message == other.message
  }

  /// One row for two neighbours that are alike.
  func joined(_ other: EndRow) -> EndRow {
    var row = self
    row.tasks = TaskRange(min(tasks.first, other.tasks.first), max(tasks.last, other.tasks.last))
    row.usage = usage + other.usage
    return row
  }

  /// The row of some of the tasks, with their share of the usage.
  func part(_ part: TaskRange) -> EndRow {
    var row = self
    row.tasks = part
    row.usage = usage.share(part.count, of: tasks.count)
    return row
  }

  /// Columns `first, last, reason, attempt, message, wall, cpu, peak` from `start` on.
  static func read(_ row: Row, from start: Int32) throws(DatabaseFailure) -> EndRow {
    EndRow(
      tasks: try row.range(start), reason: try row.reason(start + 2),
      attempt: row.integer(start + 3), message: row.optionalText(start + 4),
      usage: row.usage(start + 5))
  }
}

extension TaskRange {
  /// What of the range lies before and after `middle`, which it contains.
  func around(_ middle: TaskRange) -> [TaskRange] {
    var parts: [TaskRange] = []
    if first < middle.first { parts.append(TaskRange(first, middle.first - 1)) }
    if last > middle.last { parts.append(TaskRange(middle.last + 1, last)) }
    return parts
  }
}
