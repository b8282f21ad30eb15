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
    /// A lease that waits may begin.
    case begin(Epoch, processors: [Int])
    /// The server from which a lease came that has not begun is not there any more; it may grant it again.
    case withdrawn(Epoch)
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
    /// A lease that was granted and may not begin yet. It is not held: of its worker's silence others may
    /// conclude that it takes too long.
    var waiting: Epoch?
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
  func next() -> Arrival { next { $0 } }

  /// Blocks until a lease may begin; what else arrives meanwhile stays.
  /// - Returns: the processors to which it is bound; nil: it has been taken back.
  func begin(of grant: Grant) -> [Int]? {
    guard grant.waits else { return grant.processors }
    return next { arrival -> [Int]?? in
      switch arrival {
      case .begin(grant.epoch, let processors): .some(.some(processors))
      case .withdrawn(grant.epoch): .some(.none)
      case .grant, .begin, .withdrawn, .accepted, .refused, .drain, .orphaned: nil
      }
    }
  }

  /// Takes the first arrival that `pick` makes something of.
  private func next<Picked>(_ pick: (Arrival) -> Picked?) -> Picked {
    while true {
      toMain.clear()
      let picked = desk.withLock { desk -> Picked? in
        for (index, arrival) in desk.arrivals.enumerated() {
          guard let picked = pick(arrival) else { continue }
          desk.arrivals.remove(at: index)
          return picked
        }
        return nil
      }
      if let picked { return picked }
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
