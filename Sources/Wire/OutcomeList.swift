import Base
import JobModel

/// The outcomes of a lease, consecutive equal ones as one.
package struct OutcomeList: Sendable {
  package private(set) var all: [TaskOutcome] = []

  package init() {}

  package mutating func add(_ task: Int, _ reason: EndReason, message: String?, usage: Usage) {
    if let last = all.last, last.reason == reason, last.message == message,
      last.tasks.last + 1 == task
    {
      all[all.count - 1].tasks = TaskRange(last.tasks.first, task)
      all[all.count - 1].usage = last.usage + usage
    } else {
      all.append(
        TaskOutcome(tasks: TaskRange(task), reason: reason, message: message, usage: usage))
    }
  }
}
