import Base
import JobModel
import Wire

/// The log of a task, once the task has ended.
final class LogStream: ByteStream, @unchecked Sendable {
  // Sound: only the thread of its connection uses a stream.
  private let task: TaskID
  private let name: String
  private let installation: Installation
  private var isDone = false

  init(task: TaskID, name: String, installation: Installation) {
    self.task = task
    self.name = name
    self.installation = installation
    installation.followers.follow(task.step.job)
  }

  func close() { installation.followers.leave(task.step.job) }

  func next() throws(KilnError) -> [UInt8]? {
    guard !isDone else { return nil }
    let task = task
    while !installation.followers.isClosed {
      let changes = installation.followers.count(task.step.job)
      let state = try installation.mailbox.ask { $0.scheduler.state(of: task) }
      switch state {
      case .ended, nil:
        isDone = true
        let bytes = try installation.log(of: task, name)
        return bytes.isEmpty ? nil : bytes
      case .waiting, .ready, .held, .running:
        installation.followers.wait(
          task.step.job, beyond: changes, until: .now() + WorkerProtocol.leaseLife)
      }
    }
    return nil
  }
}
