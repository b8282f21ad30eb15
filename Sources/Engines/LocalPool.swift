import Base
import JobModel
import Scheduling
import Synchronization
import Wire

/// The engine `local`: worker processes on this machine.
///
/// Any thread may call it; nothing blocks and nothing throws. What happens is reported as
/// ``EngineEvent``s from the pool's own thread, in order. Calls may be repeated without harm.
package final class LocalPool: Sendable {
  package struct Options: Sendable {
    package var state: StateDirectory
    /// Absolute path of `kiln-worker`.
    package var program: String
    /// So many workers at most are kept started for the next leases that need processes.
    package var spares: Int

    package init(state: StateDirectory, program: String, spares: Int = 4) {
      self.state = state
      self.program = program
      self.spares = spares
    }
  }

  enum Command: Sendable {
    case start(Grant, ProjectName)
    case cancel(Epoch, TaskRange?)
    case preempt(Epoch, TaskRange)
    case signal(Epoch, TaskRange?, SignalName)
    case kill(SlotID, Epoch)
    case settle(Epoch, isAccepted: Bool)
    case adopt(Lease, worker: String?)
    case stop
  }

  private let mailbox: Mailbox
  private let thread: Thread

  /// Starts listening for workers; the caller holds the lock of the state directory.
  package init(
    _ options: Options, report: @escaping @Sendable (EngineEvent) -> Void
  ) throws(KilnError) {
    let mailbox = try Mailbox()
    try FileTree.make(options.state.workers)
    let listener = try UnixSocket.listen(options.state.workerSocket)
    self.mailbox = mailbox
    thread = Thread("pool") {
      PoolLoop(options, mailbox: mailbox, listener: listener, report: report).run()
    }
  }

  /// Has the lease executed, by a worker that serves this project only.
  package func start(_ grant: Grant, project: ProjectName) {
    mailbox.post(.start(grant, project))
  }

  /// Stops tasks of a lease; nil: all of them.
  package func cancel(_ slot: SlotID, _ epoch: Epoch, _ tasks: TaskRange?) {
    mailbox.post(.cancel(epoch, tasks))
  }

  /// Has tasks of a lease make way for others.
  package func preempt(_ epoch: Epoch, _ tasks: TaskRange) { mailbox.post(.preempt(epoch, tasks)) }

  /// Sends a signal to the commands of a lease that are running; nil: whichever it is.
  package func signal(_ epoch: Epoch, _ tasks: TaskRange?, _ name: SignalName) {
    mailbox.post(.signal(epoch, tasks, name))
  }

  /// Ends the worker that holds this lease, if any does; `died` (or a delivery that was on its way)
  /// follows.
  package func kill(_ slot: SlotID, _ epoch: Epoch) { mailbox.post(.kill(slot, epoch)) }

  /// The delivery is published: its worker may forget it.
  package func accepted(_ epoch: Epoch) { mailbox.post(.settle(epoch, isAccepted: true)) }

  /// The delivery came too late: it is forgotten and its files are removed.
  package func refused(_ epoch: Epoch) { mailbox.post(.settle(epoch, isAccepted: false)) }

  /// Takes charge of a lease that an earlier server had granted.
  ///
  /// Its worker reconnects (`connected`), or has left a delivery (`delivered`), or is dead (`died`).
  /// - Parameter worker: as the database remembers it; nil: unknown.
  package func adopt(_ lease: Lease, worker: String?) {
    mailbox.post(.adopt(lease, worker: worker))
  }

  /// Lets idle workers go and closes the socket. Busy workers finish, and wait for the next server.
  package func stop() {
    mailbox.post(.stop)
    thread.join()
  }
}

/// What the pool's thread is asked to do.
final class Mailbox: Sendable {
  private let commands = Mutex<[LocalPool.Command]>([])
  private let wakeUp: WakeUp

  init() throws(KilnError) { wakeUp = try WakeUp() }

  var watch: Watch { Watch(wakeUp.number) }

  func post(_ command: LocalPool.Command) {
    commands.withLock { $0.append(command) }
    wakeUp.signal()
  }

  func takeAll() -> [LocalPool.Command] {
    wakeUp.clear()
    return commands.withLock { commands in
      defer { commands = [] }
      return commands
    }
  }
}
