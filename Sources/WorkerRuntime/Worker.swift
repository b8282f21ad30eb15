import Base
import CLinux
import Glibc
import JobModel
import Results
import Synchronization
import Wire

/// A worker process: takes leases from the server, executes them and hands in what they came to.
package struct Worker {
  private let options: WorkerOptions
  private let tools: WorkerTools
  private let link: ServerLink
  private var isLeaving = false

  /// Runs a worker until it is told to leave, or is alone for too long.
  /// - Returns: the status with which the process ends.
  package static func run(_ options: WorkerOptions) -> Int32 {
    do {
      try prepareProcess()
      var worker = try Worker(options)
      return worker.serve()
    } catch {
      complain("\(error)")
      return WorkerExit.cannotStart
    }
  }

  /// Reports why a worker does not start; nothing else of it exists yet.
  package static func complain(_ message: String) {
    let bytes = Array("kiln-worker: \(message)\n".utf8)
    // Sound: the length is the array's. Without a place to complain there is nobody to tell.
    _ = unsafe Glibc.write(2, bytes, bytes.count)
  }

  private init(_ options: WorkerOptions) throws(KilnError) {
    self.options = options
    tools = try WorkerTools(options)
    link = try ServerLink()
    FatalSignals.note(in: tools.page)
    // These threads keep the priority of the server's side: signs of life must not wait for kernels.
    link.start(options, control: tools.control, board: tools.board)
    Watchdog.start(tools.control, tools.capture)
    Self.lowerPriority()
    tools.recorder.start()
  }

  private static func prepareProcess() throws(KilnError) {
    guard kiln_processor_suffices() != 0 else {
      throw KilnError(
        .cannotBePlaced, "this processor lacks AVX2, FMA or BMI2",
        fix: "build Kiln for it, or use another machine")
    }
    _ = kiln_close_from(3)
    setpgid(0, 0)
    Reaper.adoptOrphans()
    var termination = sigset_t()
    // Sound: the set is a local that outlives the calls.
    unsafe sigemptyset(&termination)
    unsafe sigaddset(&termination, SIGTERM)
    unsafe pthread_sigmask(SIG_BLOCK, &termination, nil)
    signal(SIGINT, SIG_IGN)
    _ = kiln_prlimit(0, Int32(RLIMIT_CORE.rawValue), 0, 0)
    // Threads that libraries have started already compute, so they step back.
    for thread in ProcessFacts.threads() where thread != getpid() {
      _ = kiln_lower_priority(thread, politeNice)
    }
  }

  /// The server and its disk writes go first; measured 40 times more commits on busy cores.
  private static let politeNice: Int32 = 19

  private static func lowerPriority() { _ = kiln_lower_priority(0, politeNice) }

  // MARK: Leases

  private mutating func serve() -> Int32 {
    while !isLeaving {
      switch link.next() {
      case .grant(let grant): execute(grant)
      case .drain, .orphaned: isLeaving = true
      // Settled before a reconnect, and once more after it.
      case .accepted, .refused, .begin, .withdrawn: continue
      }
    }
    tools.removeFiles()
    tools.sandbox.close()
    ControlGroup.existing(WorkerProtocol.group(worker: tools.name))?.remove()
    return WorkerExit.done
  }

  private mutating func execute(_ grant: Grant) {
    guard let delivery = run(grant) else { return }
    do {
      try Spool.write(delivery, state: tools.state, worker: tools.name)
    } catch {
      tools.say("the delivery of lease \(grant.epoch) cannot be spooled: \(error)")
    }
    do {
      link.deliver(try Frame.encode(WorkerMessage.delivery(delivery)))
    } catch {
      preconditionFailure("a delivery that cannot be encoded: \(error)")
    }
    if grant.isFresh { isLeaving = true }
    settle(grant)
  }

  /// Kernels run on the first thread. Commands are started by one of their own: what confines it,
  /// confines them, and not this process.
  private func run(_ grant: Grant) -> Delivery? {
    switch grant.spec.work {
    case .kernel: return LeaseRunner.run(grant, tools, link)
    case .command:
      let result = Mutex<Delivery?>(nil)
      let (tools, link) = (tools, link)
      Thread("commands") {
        Self.lowerPriority()
        result.withLock { $0 = LeaseRunner.run(grant, tools, link) }
      }.join()
      return result.withLock { $0 }
    }
  }

  /// Waits until the server has published the delivery, or does not want it any more.
  private mutating func settle(_ grant: Grant) {
    while true {
      switch link.next() {
      case .accepted(grant.epoch): return forget(grant)
      case .refused(grant.epoch):
        tools.discardResults(of: grant)
        return forget(grant)
      case .drain: isLeaving = true
      case .orphaned:
        // The spool stays: a later server publishes it.
        tools.say("no server; leaving with the delivery of lease \(grant.epoch) in the spool")
        exit(WorkerExit.done)
      case .accepted, .refused, .begin, .withdrawn: continue
      case .grant(let other): tools.say("lease \(other.epoch) came before the last was settled")
      }
    }
  }

  private func forget(_ grant: Grant) {
    do {
      try Spool.remove(state: tools.state, worker: tools.name)
    } catch {
      tools.say("the spool of lease \(grant.epoch) cannot be removed: \(error)")
    }
    tools.control.endLease(grant.epoch)
    link.settled(grant.epoch)
  }
}
