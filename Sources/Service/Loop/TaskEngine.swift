import Base
import Engines
import JobModel
import Scheduling
import Wire

/// Where leases are executed, as the loop sees it; nothing here blocks, repeating a call is harmless.
///
/// What happens is reported as `EngineEvent`s, into the loop's mailbox.
protocol TaskEngine: Sendable {
  /// Has a durable lease executed.
  func start(_ grant: Grant, project: ProjectName)
  func cancel(_ slot: SlotID, _ epoch: Epoch, _ tasks: TaskRange?)
  /// Has these tasks make way for others: a command that can save where it stands gets the time to.
  func preempt(_ epoch: Epoch, _ tasks: TaskRange)
  /// Sends a signal to the commands of a lease that are running.
  func signal(_ epoch: Epoch, _ tasks: TaskRange?, _ name: SignalName)
  /// Makes sure that the worker of a lease is dead; `died` follows.
  func kill(_ slot: SlotID, _ epoch: Epoch)
  /// The delivery is durable: its worker may forget it.
  func accepted(_ epoch: Epoch)
  /// The delivery has no effect: it is dropped with its files.
  func refused(_ epoch: Epoch)
  /// Takes charge of a lease of the server before, with the worker that took it.
  func adopt(_ lease: Lease, worker: String?)
  /// Idle workers leave, the others wait for the next server.
  func stop()
}

extension LocalPool: TaskEngine {}
