import Base
import JobModel

/// A line of `GET /v1/jobs/{id}/attempts`: one execution of a task, or the end of one that never ran.
package struct AttemptDetail: Hashable, Sendable, Codable {
  package var step: Int
  package var task: Int
  /// From 1; 0 for a task that ended without being executed.
  package var attempt: Int
  /// When a worker was given the task; nil for a task that ended without being executed.
  package var leasedAt: Timestamp?
  /// When the worker began with it; nil where no record says.
  package var startedAt: Timestamp?
  /// Nil while it runs.
  package var endedAt: Timestamp?
  package var reason: EndReason?
  package var message: String?
  /// The worker's place; nil where it was not written down.
  package var slot: Int?
  package var usage: Usage?
  /// What it was held to; nil where no record says.
  package var enforcement: Enforcement?
  /// What it printed on standard output.
  package var printed: ByteCount?
  /// Program and arguments, where they were asked for and there is a command.
  package var command: [String]?

  package init(
    step: Int, task: Int, attempt: Int, leasedAt: Timestamp?, endedAt: Timestamp? = nil,
    reason: EndReason? = nil, message: String? = nil, slot: Int? = nil
  ) {
    self.step = step
    self.task = task
    self.attempt = attempt
    self.leasedAt = leasedAt
    self.endedAt = endedAt
    self.reason = reason
    self.message = message
    self.slot = slot
  }
}
