import Base
import JobModel
import Wire

/// What the log of a job says about attempts at tasks of a range.
package struct AttemptMark: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case started(slot: Int?)
    case ended(EndReason, message: String?)
    /// The attempt ended, and another one follows.
    case retried(attempt: Int, EndReason)
  }

  package var at: Timestamp
  package var tasks: TaskRange
  package var kind: Kind
}

/// An attempt that another one followed, as it was written down.
package struct FormerAttempt: Hashable, Sendable {
  package var task: Int
  package var attempt: Int
  package var message: String?
  package var usage: Usage
}

extension Store {
  /// Beginnings and ends of attempts at tasks of a range, in the order in which they happened.
  package func attemptMarks(_ step: StepID, _ tasks: TaskRange) throws(KilnError) -> [AttemptMark] {
    try read { (database) throws(DatabaseFailure) in
      try database.rows(
        """
        SELECT at, kind, first, last, attempt, reason, message, slot FROM event
        WHERE job = ?1 AND step = ?2 AND first <= ?4 AND last >= ?3 ORDER BY seq
        """, step.job, step.index, tasks.first, tasks.last
      ) { (row) throws(DatabaseFailure) in
        let kind: AttemptMark.Kind
        switch row.text(1) {
        case "started": kind = .started(slot: row.isNull(7) ? nil : row.integer(7))
        case "retried": kind = .retried(attempt: row.integer(4), try row.reason(5))
        default: kind = .ended(try row.reason(5), message: row.optionalText(6))
        }
        return AttemptMark(at: row.time(0), tasks: try row.range(2), kind: kind)
      }
    }
  }

  package func formerAttempts(_ step: StepID, _ tasks: TaskRange) throws(KilnError)
    -> [FormerAttempt]
  {
    try read { (database) throws(DatabaseFailure) in
      try database.rows(
        """
        SELECT task, attempt, message, wall, cpu, peak FROM task_retry
        WHERE job = ?1 AND step = ?2 AND task BETWEEN ?3 AND ?4 ORDER BY task, attempt
        """, step.job, step.index, tasks.first, tasks.last
      ) { row in
        FormerAttempt(
          task: row.integer(0), attempt: row.integer(1), message: row.optionalText(2),
          usage: row.usage(3))
      }
    }
  }
}
