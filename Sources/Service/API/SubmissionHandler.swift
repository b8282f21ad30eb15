import Base
import JobModel
import Wire

extension Route {
  @Sendable static func submitJob(
    _ request: APIRequest, _ installation: Installation
  ) throws -> HTTPAnswer {
    throw KilnError(.internalError, "not yet")
  }
}
