import Base
import CLinux
import Glibc
import JobModel
import Synchronization
import Wire

/// The connection to the server, kept by a thread of its own: it reconnects, sends signs of life and
/// progress, and never makes the main thread wait for the server.
final class ServerLink: Sendable {
  /// What the main thread waits for.
  enum Arrival {
    case grant(Grant)
    case accepted(Epoch)
    case refused(Epoch)
    /// Leave when the current lease is delivered.
    case drain
    /// There is no server any more, for long enough.
    case orphaned
  }

  /// What the main thread has asked for, and what has arrived for it.
  struct Desk {
    var arrivals: [Arrival] = []
    var epoch: Epoch?
    /// The lease's slot; nil before the first.
    var slot: SlotID?
    /// The lease whose tasks will have run in a moment, until that is said.
    var ending: Epoch?
    /// The lease whose tasks have all run, until that is said.
    var computed: Epoch?
    var delivery: [UInt8]?
    /// The delivery has to be sent on this connection.
    var isDeliveryDue = false
  }

  let desk = Mutex(Desk())
  private let toMain: WakeUp
  private let toLink: WakeUp

  init() throws(KilnError) {
    toMain = try WakeUp()
    toLink = try WakeUp()
  }

  func start(_ options: WorkerOptions, control: AttemptControl, board: ProgressBoard) {
    _ = Thread("link") { [self] in
      var loop = LinkLoop(
        link: self, options: options, control: control, board: board, wakeUp: toLink)
      while true { loop.turn() }
    }
  }

  /// Blocks until something arrives.
  func next() -> Arrival {
    while true {
      toMain.clear()
      let arrival = desk.withLock { $0.arrivals.isEmpty ? nil : $0.arrivals.removeFirst() }
      if let arrival { return arrival }
      _ = wait(for: [Watch(toMain.number)], atMost: nil)
    }
  }

  func push(_ arrival: Arrival) {
    desk.withLock { $0.arrivals.append(arrival) }
    toMain.signal()
  }

  /// Says that the tasks of a lease will have run in a moment, if there is a server to hear it.
  func ending(_ epoch: Epoch) {
    desk.withLock { $0.ending = epoch }
    toLink.signal()
  }

  /// Says that the tasks of a lease have all run, if there is a server to hear it: the delivery says it again.
  func computed(_ epoch: Epoch) {
    desk.withLock { $0.computed = epoch }
    toLink.signal()
  }

  /// Sends the delivery now and after every reconnect, until it is settled.
  func deliver(_ frame: [UInt8]) {
    desk.withLock { desk in
      desk.delivery = frame
      desk.isDeliveryDue = true
    }
    toLink.signal()
  }

  /// The delivery of this lease was accepted or refused; the next lease may have arrived already.
  func settled(_ epoch: Epoch) {
    desk.withLock { desk in
      desk.delivery = nil
      desk.isDeliveryDue = false
      if desk.epoch == epoch { desk.epoch = nil }
    }
  }
}
