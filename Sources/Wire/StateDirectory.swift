import Base
import JobModel

/// Where everything of an installation lies; server, workers and client agree on it here.
package struct StateDirectory: Hashable, Sendable {
  /// Absolute path without a trailing slash.
  package let root: String

  package init(root: String) { self.root = root }

  /// Held (flock) by the one server of this directory.
  package var lock: String { "\(root)/lock" }
  /// HTTP for clients.
  package var serverSocket: String { "\(root)/server.sock" }
  /// Frames for workers.
  package var workerSocket: String { "\(root)/worker.sock" }
  package var database: String { "\(root)/kiln.db" }
  /// Who hears of every job, and the key that signs what is sent.
  package var noticeSettings: String { "\(root)/notify.yaml" }
  /// What the server offers to tasks, where somebody has written it down.
  package var settings: String { "\(root)/server.yaml" }
  package var serverLog: String { "\(root)/server.log" }
  /// Content of input files, by digest.
  package var files: String { "\(root)/files" }
  /// Segments and large result files; nothing here counts before a row of the database says so.
  package var results: String { "\(root)/results" }
  /// Working folders of running attempts.
  package var work: String { "\(root)/work" }
  /// Status pages, spools and logs of workers.
  package var workers: String { "\(root)/workers" }

  package func file(_ digest: SHA256) -> String { "\(files)/\(digest.hex.prefix(2))/\(digest.hex)" }

  /// A segment, relative to the state directory.
  package static func segment(job: JobID, epoch: Epoch) -> String {
    "results/\(job)/\(epoch).seg"
  }

  /// The folder of a task's large files, relative to the state directory.
  package static func largeFiles(job: JobID, epoch: Epoch, task: Int) -> String {
    "results/\(job)/\(epoch).files/\(task)"
  }

  /// Everything that a lease may have written, relative to the state directory.
  package static func segmentFiles(job: JobID, epoch: Epoch) -> [String] {
    [segment(job: job, epoch: epoch), "results/\(job)/\(epoch).files"]
  }

  /// Copies of what running tasks have written, for those who asked.
  package var partial: String { "\(root)/partial" }
  package func partial(_ task: TaskID) -> String {
    "\(partial)/\(task.step.job)/\(task.step.index).\(task.number)"
  }

  /// What tasks have saved to go on from, of jobs that have not ended.
  package var checkpoints: String { "\(root)/checkpoints" }
  package func checkpoints(_ job: JobID) -> String { "\(checkpoints)/\(job)" }
  /// One folder for each attempt's lease; only the newest holds something.
  package func checkpoints(_ step: StepID, task: Int) -> String {
    "\(checkpoints(step.job))/\(step.index).\(task)"
  }

  package func page(worker: String) -> String { "\(workers)/\(worker).page" }
  /// The delivery that a worker has not seen acknowledged yet.
  package func spool(worker: String) -> String { "\(workers)/\(worker).spool" }
  package func log(worker: String) -> String { "\(workers)/\(worker).log" }
  /// What the kernels of a running attempt print; outlives the worker's death.
  package func standardOutput(worker: String) -> String { "\(workers)/\(worker).out" }
  package func standardError(worker: String) -> String { "\(workers)/\(worker).err" }
  package func work(epoch: Epoch) -> String { "\(work)/\(epoch)" }
  package func work(epoch: Epoch, task: Int) -> String { "\(work)/\(epoch)/\(task)" }
}
