import JobModel
import Scheduling

/// Jobs that wait for other jobs.
extension BatchWriter {
  func wait(_ job: JobID, for needs: [JobDependency]) throws(DatabaseFailure) {
    for need in needs {
      try database.run(
        "INSERT INTO job_need (job, upstream, condition, settled) VALUES (?1, ?2, ?3, ?4)",
        job, need.job, need.condition.rawValue, need.settled)
    }
  }

  mutating func settleNeed(
    _ job: JobID, _ upstream: JobID, _ end: JobState
  ) throws(DatabaseFailure) {
    try database.run(
      "UPDATE job_need SET settled = ?3 WHERE job = ?1 AND upstream = ?2 AND settled IS NULL",
      job, upstream, end)
    let verb =
      switch end {
      case .succeeded: "has succeeded"
      case .failed: "has failed"
      case .cancelled: "was cancelled"
      case .queued, .held, .running: preconditionFailure("job \(upstream) has not ended")
      }
    refusals[job] = "job \(upstream) \(verb), so that this can never run"
  }

  /// Why tasks are refused that wait for no other step: another job came to something else than was
  /// waited for.
  func refusal(of step: StepID) throws(DatabaseFailure) -> String? {
    let each = try database.first(
      """
      SELECT upstream FROM job_need WHERE job = ?1 AND condition = 'each'
        AND NOT EXISTS (SELECT 1 FROM step WHERE job = ?1 AND step = ?2 AND has_needs = 1)
      """, step.job, step.index
    ) { $0.number(0) }
    if let each { return "its task of job \(each) ended without success" }
    return refusals[step.job]
  }
}
