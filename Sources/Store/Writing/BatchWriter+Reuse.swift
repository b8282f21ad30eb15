import JobModel

/// Results that are taken from earlier jobs.
extension BatchWriter {
  func take(_ run: ReusedRun, for step: StepID) throws(DatabaseFailure) {
    try database.run(
      """
      INSERT INTO reuse (job, step, first, last, source_job, source_step, source_first)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
      """, step.job, step.index, run.tasks.first, run.tasks.last, run.source.step.job,
      run.source.step.index, run.source.number)
  }

  /// The ends of tasks that were not executed, but take the results of other tasks: cut where the job
  /// that they take them from changes. Nil where the step takes none.
  func reusedPieces(_ piece: AttemptPiece, of step: StepID) -> [AttemptPiece]? {
    guard let job = batch.submissions.first(where: { $0.id == step.job }),
      step.index < job.reuse.count, !job.reuse[step.index].runs.isEmpty
    else { return nil }
    var pieces: [AttemptPiece] = []
    for run in job.reuse[step.index].runs {
      guard let tasks = run.tasks.intersection(piece.tasks) else { continue }
      let message = "reused from job \(run.source.step.job)"
      if let last = pieces.last, last.message == message, last.tasks.last + 1 == tasks.first {
        pieces[pieces.count - 1].tasks = TaskRange(last.tasks.first, tasks.last)
      } else {
        pieces.append(AttemptPiece(tasks: tasks, attempt: 0, message: message))
      }
    }
    return pieces
  }
}
