import Base
import JobModel

/// What tasks of a step a delivery holds, and what they were computed with.
package struct PublishedRange: Hashable, Sendable {
  package var tasks: TaskRange
  package var program: String?
}

extension Store {
  /// Steps of a project that are found by this key and have results of their own, newest first.
  package func reusableSteps(
    project: ProjectName, key: String, limit: Int
  ) throws(KilnError) -> [StepID] {
    try read { (database) throws(DatabaseFailure) in
      try database.rows(
        """
        SELECT step.job, step.step FROM step JOIN job ON job.id = step.job
        WHERE step.reuse_key = ?1 AND step.succeeded > step.reused
          AND job.project = (SELECT id FROM project WHERE name = ?2)
        ORDER BY step.job DESC, step.step LIMIT ?3
        """, key, project, limit
      ) { StepID(job: JobID($0.number(0)), index: $0.integer(1)) }
    }
  }

  /// Tasks of a step that were executed with success, and all deliveries, the latest last.
  package func executed(
    _ step: StepID
  ) throws(KilnError) -> (succeeded: [TaskRange], published: [PublishedRange]) {
    try read { (database) throws(DatabaseFailure) in
      let succeeded = try database.rows(
        """
        SELECT first, last FROM task_end
        WHERE job = ?1 AND step = ?2 AND reason = 'succeeded' AND attempt > 0 ORDER BY first
        """, step.job, step.index
      ) { (row) throws(DatabaseFailure) in try row.range(0) }
      let published = try database.rows(
        """
        SELECT first, last, program FROM publication
        WHERE job = ?1 AND step = ?2 AND path IS NOT NULL ORDER BY epoch
        """, step.job, step.index
      ) { (row) throws(DatabaseFailure) in
        PublishedRange(tasks: try row.range(0), program: row.optionalText(2))
      }
      return (succeeded, published)
    }
  }

  /// The runs of a step that take their results from earlier jobs and meet a range of its tasks.
  static func reused(
    _ step: StepID, _ tasks: TaskRange, from database: Connection
  ) throws(DatabaseFailure) -> [ReusedRun] {
    try database.rows(
      """
      SELECT first, last, source_job, source_step, source_first FROM reuse
      WHERE job = ?1 AND step = ?2 AND last >= ?3 AND first <= ?4
        AND first >= coalesce((
          SELECT max(first) FROM reuse WHERE job = ?1 AND step = ?2 AND first <= ?3), 0)
      ORDER BY first
      """, step.job, step.index, tasks.first, tasks.last
    ) { (row) throws(DatabaseFailure) in
      ReusedRun(
        tasks: try row.range(0),
        source: TaskID(
          step: StepID(job: JobID(row.number(2)), index: row.integer(3)), number: row.integer(4)))
    }
  }
}
