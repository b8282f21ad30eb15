import Base
import JobModel
import Wire

extension Store {
  /// Published segments that hold tasks of a range, by first task; of two that hold the same task,
  /// the later lease comes last. Those of reused results are the segments of other jobs.
  package func segments(_ step: StepID, tasks: TaskRange?) throws(KilnError) -> [SegmentPlace] {
    let tasks = tasks ?? TaskRange(1, .max)
    return try read { (database) throws(DatabaseFailure) in
      var places = try Store.segments(step, tasks, from: database)
      for run in try Store.reused(step, tasks, from: database) {
        guard let part = run.tasks.intersection(tasks) else { continue }
        let shift = run.tasks.first - run.source.number
        let stored = TaskRange(part.first - shift, part.last - shift)
        for place in try Store.segments(run.source.step, stored, from: database) {
          guard let held = place.tasks.intersection(stored) else { continue }
          places.append(
            SegmentPlace(
              path: place.path, tasks: TaskRange(held.first + shift, held.last + shift),
              shift: shift))
        }
      }
      return places
    }
  }

  private static func segments(
    _ step: StepID, _ tasks: TaskRange, from database: Connection
  ) throws(DatabaseFailure) -> [SegmentPlace] {
    // No publication is longer than the step's span: that bounds the search from below.
    try database.rows(
      """
      SELECT path, first, last FROM publication
      WHERE job = ?1 AND step = ?2 AND path IS NOT NULL AND first <= ?4 AND last >= ?3
        AND first > ?3 - (SELECT span FROM step WHERE job = ?1 AND step = ?2)
      ORDER BY first, epoch
      """, step.job, step.index, tasks.first, tasks.last
    ) { (row) throws(DatabaseFailure) in
      SegmentPlace(path: row.text(0), tasks: try row.range(1))
    }
  }

  /// Epochs of published segments and outstanding leases; any other segment on disk is garbage.
  package func knownEpochs() throws(KilnError) -> Set<Epoch> {
    try read { (database) throws(DatabaseFailure) in
      Set(
        try database.rows(
          "SELECT epoch FROM publication WHERE path IS NOT NULL UNION SELECT epoch FROM lease"
        ) { Epoch($0.number(0)) })
    }
  }

  /// Whether the delivery of a lease took effect: then a repeated one is accepted, not refused.
  package func isPublished(_ epoch: Epoch) throws(KilnError) -> Bool {
    try read { (database) throws(DatabaseFailure) in
      try database.first("SELECT 1 FROM publication WHERE epoch = ?1", epoch) { _ in true } ?? false
    }
  }
}
