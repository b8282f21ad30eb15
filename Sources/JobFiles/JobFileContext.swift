import Base
import JobModel

/// What a job file is judged against; the client asks the disk, the server what was uploaded.
package struct JobFileContext: Sendable {
  /// The placeholders of an input file and of all that it includes; nil where there is no such file.
  package let placeholders: @Sendable (_ path: String) -> [Placeholder]?
  package let defaults: JobDefaults

  package init(
    defaults: JobDefaults = JobDefaults(),
    placeholders: @escaping @Sendable (_ path: String) -> [Placeholder]?
  ) {
    self.defaults = defaults
    self.placeholders = placeholders
  }
}

/// What holds where the job file is silent.
package struct JobDefaults: Hashable, Sendable, Codable {
  package var project: ProjectName?
  package var priority: Int
  package var resources: Resources
  package var retry: RetryPolicy

  package init(
    project: ProjectName? = nil, priority: Int = 0, resources: Resources = Resources(),
    retry: RetryPolicy = .standard
  ) {
    self.project = project
    self.priority = priority
    self.resources = resources
    self.retry = retry
  }
}
