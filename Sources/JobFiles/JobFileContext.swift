import Base
import JobModel

/// What a job file is judged against; the client asks the disk, the server what was uploaded.
package struct JobFileContext: Sendable {
  /// The placeholders of an input file and of all that it includes; nil where there is no such file.
  package let placeholders: @Sendable (_ path: String) -> [PlacedPlaceholder]?
  /// Whether there is such a file; asked of inputs into which nobody looks, which may be large.
  package let exists: @Sendable (_ path: String) -> Bool
  package let defaults: JobDefaults

  package init(
    defaults: JobDefaults = JobDefaults(), exists: (@Sendable (_ path: String) -> Bool)? = nil,
    placeholders: @escaping @Sendable (_ path: String) -> [PlacedPlaceholder]?
  ) {
    self.exists = exists ?? { placeholders($0) != nil }
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
