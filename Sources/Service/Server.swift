import Base
import Engines
import Glibc
import JobFiles
import JobModel
import Scheduling
import Store
import Synchronization
import Wire

/// A server with everything that belongs to it, from the lock to the last thread.
final class Server: Sendable {
  let installation: Installation
  private let lock: StateLock
  private let engine: any TaskEngine
  private let listener: Descriptor
  private let http: HTTPDaemon
  private let restored: Mutex<LoopState?>
  private let notices: NoticeSender

  /// How long answers under way may take once the server is stopping.
  private static let settleSpan = Seconds(1)

  /// Takes the state directory, restores the queue, and answers requests from then on; decisions are
  /// made once ``run()`` is called.
  convenience init(_ options: ServerOptions) throws(KilnError) {
    let state = options.state
    try self.init(options) { report throws(KilnError) in
      try LocalPool(LocalPool.Options(state: state, program: options.workerProgram), report: report)
    }
  }

  init(
    _ options: ServerOptions,
    engine: (@escaping @Sendable (EngineEvent) -> Void) throws(KilnError) -> any TaskEngine
  ) throws(KilnError) {
    let state = options.state
    try makePrivateFolder(state.root)
    lock = try StateLock(state)
    for folder in [state.files, state.results, state.work, state.workers] {
      try makePrivateFolder(folder)
    }
    let capacity = try Server.capacity(options)
    let store = try Store(state: state)
    installation = Installation(
      state: state, store: store, capacity: capacity,
      program: WorkerProgram(path: options.workerProgram), leavesWhenIdle: options.leavesWhenIdle)
    let mailbox = installation.mailbox
    self.engine = try engine { event in mailbox.post(.report(event)) }
    let settings = try Server.noticeSettings(state)
    notices = NoticeSender(installation, settings, post: options.post)
    let restart = Restart(installation: installation, engine: self.engine)
    var queue = try restart.run()
    queue.standingNotices = settings.targets
    restored = Mutex(queue)
    listener = try UnixSocket.listen(state.serverSocket)
    http = try HTTPDaemon(listener, APIService(installation: installation))
    Log.write(
      .info, "the server is up",
      [
        "version": Kiln.version, "pid": "\(getpid())", "state": state.root,
        "cpus": "\(capacity.cpus)", "memory": "\(capacity.memory)",
      ])
  }

  private static func capacity(_ options: ServerOptions) throws(KilnError) -> Capacity {
    let machine = try Machine.capacity()
    let told = options.resources
    return Capacity(
      cpus: told.cpus ?? machine.cpus, memory: told.memory ?? machine.memory,
      gpus: told.gpus ?? machine.gpus,
      pools: [Pool: Amount](licences: told.licences, named: told.pools),
      labelLimits: told.labelLimits)
  }

  /// What `notify.yaml` says; nobody is told where there is none.
  private static func noticeSettings(_ state: StateDirectory) throws(KilnError) -> NoticeSettings {
    guard unsafe access(state.noticeSettings, F_OK) == 0 else { return NoticeSettings() }
    let file = try Descriptor.open(state.noticeSettings, O_RDONLY)
    let source = try file.read(at: 0, count: Int(min(file.size ?? 0, 1 << 20)))
    do throws(Problems) {
      return try NoticeSettings(source: source, fileName: state.noticeSettings)
    } catch {
      throw error.all.first
        ?? KilnError(.invalidFile, "is not understood", at: state.noticeSettings)
    }
  }

  func stop(_ reason: StopReason) { installation.mailbox.post(.stop(reason)) }

  /// Decides until it is told to stop; everything is closed when it returns. Call it once.
  func run() -> Result<StopReason, KilnError> {
    guard let state = restored.withLock({ $0.take() }) else {
      preconditionFailure("a server runs once")
    }
    let loop = ServerLoop(state, installation, engine)
    if installation.leavesWhenIdle {
      let http = http
      loop.idleness = {
        let activity = http.activity
        return activity.requests == 0 ? activity.since : nil
      }
    }
    loop.notices = notices
    notices.start()
    let lock = lock
    let folder = installation.state
    loop.hasHome = { lock.isInPlace(folder) }
    let result: Result<StopReason, KilnError>
    do {
      result = .success(try loop.run())
    } catch {
      result = .failure(error)
    }
    close()
    return result
  }

  private func close() {
    // From here on a client that finds no socket knows that nobody is listening.
    unsafe unlink(installation.state.serverSocket)
    installation.mailbox.close()
    installation.followers.close()
    notices.stop()
    http.settle(until: .now() + Server.settleSpan)
    http.stop()
    engine.stop()
    lock.release()
  }
}

/// Creates a folder for this user only; one that is there is closed to others.
func makePrivateFolder(_ path: String) throws(KilnError) {
  try FileTree.make(path)
  guard unsafe chmod(path, 0o700) == 0 else {
    throw systemError("cannot restrict a folder", at: path)
  }
}
