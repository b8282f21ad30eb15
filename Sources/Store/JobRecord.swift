import Base
import JobModel
import Scheduling

/// A job as the database keeps it.
package struct JobRecord: Sendable {
  package var id: JobID
  package var project: ProjectName
  package var name: String
  package var priority: Int
  package var isHeld: Bool
  /// Same key and same digest: the same job.
  package var key: String?
  package var specDigest: SHA256
  package var source: String
  package var fileName: String
  package var spec: JobSpec
  package var files: [InputFile]
  /// What the scheduler got: kept, so that a restart does not depend on estimates.
  package var plan: JobPlan
  package var submittedAt: Timestamp
  package var columns: JobColumns
  /// Of each step, what it is found by and what it takes from earlier jobs.
  package var reuse: [StepReuse]
  /// Whom the job and the server name; only of a job that is being submitted.
  package var notify: [NoticeTarget] = []

  package init(
    id: JobID, project: ProjectName, name: String, priority: Int, isHeld: Bool, key: String?,
    specDigest: SHA256, source: String, fileName: String, spec: JobSpec, files: [InputFile],
    plan: JobPlan, submittedAt: Timestamp, columns: JobColumns, reuse: [StepReuse] = []
  ) {
    self.columns = columns
    self.reuse = reuse
    self.id = id
    self.project = project
    self.name = name
    self.priority = priority
    self.isHeld = isHeld
    self.key = key
    self.specDigest = specDigest
    self.source = source
    self.fileName = fileName
    self.spec = spec
    self.files = files
    self.plan = plan
    self.submittedAt = submittedAt
  }
}

/// What of a job is JSON in the database. A connection's thread encodes it, because the one that
/// writes has the jobs of all others to wait for it.
package struct JobColumns: Sendable {
  let spec: String
  let files: String
  let plan: String

  package init(_ spec: JobSpec, _ files: [InputFile], _ steps: [StepPlan]) {
    self.init(
      spec: JSONText.encode(spec), files: files.isEmpty ? "[]" : JSONText.encode(files),
      plan: JSONText.encode(StoredPlan(steps)))
  }

  /// As they were read.
  init(spec: String, files: String, plan: String) {
    self.spec = spec
    self.files = files
    self.plan = plan
  }
}
