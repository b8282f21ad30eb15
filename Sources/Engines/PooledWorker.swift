import Base
import JobModel
import Scheduling
import Wire

/// A worker process as the pool knows it.
final class PooledWorker {
  enum Purpose: Hashable {
    /// Waits for the first lease.
    case spare
    /// Executes leases of one project in one slot.
    case shared(ProjectName, SlotID)
    /// Executes one lease and leaves.
    case fresh
    /// Of an earlier server: leaves after its lease.
    case foreign
  }

  let name: String
  /// Threads for which its libraries were started.
  let threads: Int
  let process: ProcessHandle
  /// Whether this process must reap it, and will learn how it ended.
  let isChild: Bool
  var purpose: Purpose
  var lease: HeldLease?
  var connection: Connection?
  /// It has been told to leave.
  var isLeaving = false
  /// It has said hello once: it could start.
  var hasStarted = false
  /// What it computes with, as it said.
  var program: String?

  init(name: String, threads: Int, process: ProcessHandle, isChild: Bool, purpose: Purpose) {
    self.name = name
    self.threads = threads
    self.process = process
    self.isChild = isChild
    self.purpose = purpose
  }
}

/// A lease that a worker holds.
struct HeldLease {
  var slot: SlotID
  var epoch: Epoch
  /// Nil until a restarted server knows it from its database.
  var facts: LeaseFacts?
  /// Nil for a lease of an earlier server.
  var grant: Grant?
  var project: ProjectName?
  /// Requests so far, repeated after a reconnect.
  var cancels: [TaskRange?] = []
  /// The worker has the grant, on its present connection.
  var isHanded = false
  var isDelivered = false
  /// Leases that were about to end when this one was granted: their room is its own, and it begins once
  /// they have ended.
  var awaits: Set<Epoch> = []

  init(_ grant: Grant, _ project: ProjectName, awaits: Set<Epoch>) {
    self.awaits = awaits
    self.project = project
    slot = grant.slot
    epoch = grant.epoch
    self.grant = grant
    facts = LeaseFacts(
      slot: grant.slot, epoch: grant.epoch, job: grant.step.job, tasks: grant.tasks,
      memory: grant.memory, time: grant.spec.resources.time)
  }

  init(slot: SlotID, epoch: Epoch, facts: LeaseFacts?) {
    self.slot = slot
    self.epoch = epoch
    self.facts = facts
  }
}

/// What settling a dead worker's lease needs to know of it.
struct LeaseFacts {
  var slot: SlotID
  var epoch: Epoch
  var job: JobID
  var tasks: TaskRange
  var memory: ByteCount
  /// Nil: unlimited, or unknown after a restart.
  var time: Seconds?

  init(
    slot: SlotID, epoch: Epoch, job: JobID, tasks: TaskRange, memory: ByteCount, time: Seconds?
  ) {
    self.slot = slot
    self.epoch = epoch
    self.job = job
    self.tasks = tasks
    self.memory = memory
    self.time = time
  }

  init(_ lease: Lease) {
    self.init(
      slot: lease.slot, epoch: lease.epoch, job: lease.step.job, tasks: lease.tasks,
      memory: lease.memory, time: nil)
  }
}

/// One open connection; it has no worker before the hello.
final class Connection {
  private var channel: FrameChannel
  weak var worker: PooledWorker?

  init(_ socket: Descriptor) {
    channel = FrameChannel(socket, frameBytesMax: WorkerProtocol.frameBytesMax)
  }

  var socket: Descriptor { channel.socket }
  var watch: Watch { channel.watch }
  var isClosed: Bool { channel.isClosed }

  func receive() -> [[UInt8]] { channel.receive() }
  func flush() { channel.flush() }

  func send(_ message: ServerMessage) throws(KilnError) {
    channel.send(try Frame.encode(message))
  }
}
