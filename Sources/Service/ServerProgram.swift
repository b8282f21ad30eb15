import Base
import CLinux
import Glibc
import JobModel
import Wire

/// How a server is started.
package struct ServerOptions: Sendable {
  package var state: StateDirectory
  /// Exits when no job is alive and nobody is connected.
  package var leavesWhenIdle: Bool
  /// Absolute path of `kiln-worker`.
  package var workerProgram: String
  package var resources: ServerResources
  /// How webhooks are called.
  package var post: WebhookPost

  package init(
    state: StateDirectory, leavesWhenIdle: Bool, workerProgram: String,
    resources: ServerResources = ServerResources(),
    post: @escaping WebhookPost = NoticeSender.unavailable
  ) {
    self.post = post
    self.state = state
    self.leavesWhenIdle = leavesWhenIdle
    self.workerProgram = workerProgram
    self.resources = resources
  }
}

/// The server as a program: runs until it is told to stop, or has nothing left to do.
package enum ServerProgram {
  /// - Returns: the exit code.
  /// - Throws: `conflict` where another server holds the state directory.
  package static func run(_ options: ServerOptions) throws(KilnError) -> Int32 {
    // A client that hangs up must not end the server.
    signal(SIGPIPE, SIG_IGN)
    allowManyConnections()
    // Blocked before any thread exists, so that all threads inherit it.
    let signals = try SignalReader([SIGTERM, SIGINT, SIGHUP])
    let server = try Server(options)
    let ended = try WakeUp()
    let outcome = Monitor<Result<StopReason, KilnError>?>(nil)
    let thread = Thread("server") {
      let result = server.run()
      outcome.change { $0 = result }
      ended.signal()
    }
    var hasEnded = false
    while !hasEnded {
      let ready = wait(for: [Watch(signals.number), Watch(ended.number)], atMost: nil)
      if ready[0], let number = signals.next() {
        Log.write(.info, "a signal asks the server to stop", ["signal": "\(number)"])
        server.stop(.signal)
      }
      hasEnded = ready[1]
    }
    thread.join()
    switch outcome.withLock({ $0 }) {
    case .success(let reason)?:
      Log.write(.info, "the server has stopped", ["reason": reason.rawValue])
      return 0
    case .failure(let error)?: throw error
    case nil: preconditionFailure("the server has ended without saying how")
    }
  }
}

extension ServerProgram {
  /// Each connection is an open file, and many systems give a program 1024 unless it asks for more.
  /// Not too many: what the server starts inherits it.
  private static func allowManyConnections() {
    let resource = __rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue))
    var limit = rlimit()
    // Sound: `limit` is a local that outlives the calls.
    guard unsafe getrlimit(resource, &limit) == 0, limit.rlim_cur < openFiles else { return }
    limit.rlim_cur = min(limit.rlim_max, openFiles)
    // Refused: then it serves fewer.
    _ = unsafe setrlimit(resource, &limit)
  }

  private static let openFiles: rlim_t = 4096
}

/// Signals as something to wait for, instead of something that interrupts.
struct SignalReader {
  private let descriptor: Descriptor

  init(_ signals: [Int32]) throws(KilnError) {
    var set = sigset_t()
    // Sound: the set is a local that outlives the calls.
    unsafe sigemptyset(&set)
    for signal in signals { unsafe sigaddset(&set, signal) }
    unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    let number = unsafe kiln_signalfd(&set)
    guard number >= 0 else { throw systemError("cannot watch for signals") }
    descriptor = Descriptor(owning: number)
  }

  var number: Int32 { descriptor.number }

  /// The number of a signal that has arrived.
  func next() -> UInt32? {
    var info = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    // Sound: the kernel writes one record into the local.
    guard unsafe read(descriptor.number, &info, size) == size else { return nil }
    return info.ssi_signo
  }
}
