import JobModel

/// What a job file is judged against; the client asks the disk, the server what was uploaded.
package struct JobFileContext {
  /// The placeholders of an input file and of all that it includes; nil where there is no such file.
  package var placeholders: (_ path: String) -> PlaceholderScan?
  /// Whether an input file is there; asked for files whose text does not matter.
  package var hasFile: (_ path: String) -> Bool
  package var defaults: JobDefaults

  /// - Parameter hasFile: nil: a file is there if it can be scanned.
  package init(
    placeholders: @escaping (_ path: String) -> PlaceholderScan?,
    hasFile: ((_ path: String) -> Bool)? = nil, defaults: JobDefaults = JobDefaults()
  ) {
    self.placeholders = placeholders
    self.hasFile = hasFile ?? { placeholders($0) != nil }
    self.defaults = defaults
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
