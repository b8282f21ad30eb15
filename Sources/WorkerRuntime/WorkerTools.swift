import Base
import Glibc
import Wire

/// What the parts of one worker process share.
struct WorkerTools {
  let state: StateDirectory
  let name: String
  let page: SharedPage
  let control: AttemptControl
  let board: ProgressBoard
  let capture: OutputCapture
  let sandbox: SandboxSession
  let recorder: Recorder
  /// The threads of this process that compute, its first one included.
  let computing: [pid_t]

  /// - Parameter options: names the files of this worker.
  init(_ options: WorkerOptions) throws(KilnError) {
    state = options.state
    name = options.name
    try FileTree.make(state.workers)
    page = try SharedPage(path: state.page(worker: name), slot: options.slot)
    control = try AttemptControl(page: page)
    board = ProgressBoard()
    capture = try OutputCapture(state: state, worker: name)
    recorder = try Recorder()
    sandbox = SandboxSession(options.state, worker: options.name)
    computing = ProcessFacts.threads()
  }

  /// Writes a line into the worker's log.
  func say(_ message: String) {
    // A log that cannot be written must not stop the work that it is about.
    do { try capture.log.write(Array("\(message)\n".utf8)) } catch { return }
  }

  /// Removes what a lease has written that nobody is to see.
  func discardResults(of grant: Grant) {
    for path in StateDirectory.segmentFiles(job: grant.step.job, epoch: grant.epoch) {
      FileTree.discard("\(state.root)/\(path)")
    }
  }

  /// Removes what a worker leaves only when it dies.
  func removeFiles() {
    for path in [
      state.page(worker: name), state.standardOutput(worker: name),
      state.standardError(worker: name),
    ] { FileTree.discard(path) }
    if capture.log.size == 0 { FileTree.discard(state.log(worker: name)) }
  }
}
