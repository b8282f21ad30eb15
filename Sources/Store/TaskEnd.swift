import JobModel

/// An ended attempt that was not a plain success, or a whole range that ended alike.
package struct TaskEnd: Sendable {
  package var step: Int
  package var tasks: TaskRange
  package var attempt: Int
  package var reason: EndReason
  package var message: String?
  package var usage: Usage

  package init(
    step: Int, tasks: TaskRange, attempt: Int, reason: EndReason, message: String?, usage: Usage
  ) {
    self.step = step
    self.tasks = tasks
    self.attempt = attempt
    self.reason = reason
    self.message = message
    self.usage = usage
  }
}
