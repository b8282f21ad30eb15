import Base
import JobModel

extension JobSpec {
  /// What the scheduler needs to know of the job, as it stands in the queue.
  ///
  /// Times of day become points on the clock of this process.
  package func plan(
    id: JobID, project: ProjectName, priority: Int, isHeld: Bool, submittedAt: Timestamp,
    steps: [StepPlan]
  ) -> JobPlan {
    JobPlan(
      id: id, project: project, priority: priority, isHeld: isHeld, maxRunning: maxRunning,
      begin: begin.map { $0.instant() },
      deadline: deadline.map { $0.time(submittedAt: submittedAt).instant() }, labels: labels,
      isPreemptible: isPreemptible, steps: steps)
  }
}
