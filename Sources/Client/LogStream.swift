import Base
import JobModel

/// What a task prints, as it prints it.
package final class LogStream {
  private let transfer: RunningTransfer
  private let waiting: Waiting

  /// Bytes that have arrived and nobody has taken.
  private final class Waiting {
    var bytes: [UInt8] = []
  }

  /// Follows one stream of a task until the task has ended.
  package init(
    client: KilnClient, job: JobReference, step: Int, task: Int, stream name: String
  ) throws(Problems) {
    let waiting = Waiting()
    let path = "/jobs/\(job.path)/tasks/\(step)/\(task)/logs/\(name)?follow=1"
    // A task may be silent for as long as it likes.
    let request = HTTPRequest(method: .get, path: path, silenceSeconds: 0)
    transfer = try Connection(socket: client.socket).start(request) { bytes throws(Problems) in
      waiting.bytes += bytes
    }
    self.waiting = waiting
  }

  package var isEnded: Bool { transfer.isEnded }

  /// Waits for output until the limit is over; returns what has arrived, possibly nothing.
  package func next(within limit: Seconds) throws(Problems) -> [UInt8] {
    try transfer.advance(within: limit)
    defer { waiting.bytes = [] }
    return waiting.bytes
  }
}
