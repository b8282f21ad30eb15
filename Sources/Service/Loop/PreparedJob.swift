import Base
import JobModel
import Scheduling
import Store

/// A submission that has passed every check which needs no look at the queue.
struct PreparedJob: Sendable {
  let project: ProjectName
  let priority: Int
  let isHeld: Bool
  let key: String?
  /// Of everything that makes two submissions under one key the same.
  let digest: SHA256
  let source: String
  let fileName: String
  let spec: JobSpec
  let files: [InputFile]
  let steps: [StepPlan]
  let columns: JobColumns
  let reuse: [StepReuse]
  /// Jobs to wait for.
  let after: [JobNeed]

  var taskCount: Int { steps.reduce(0) { $0 + $1.taskCount } }
}
