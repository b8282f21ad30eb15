import Base
import JobModel
import Wire

/// What an engine tells the server's loop.
package enum EngineEvent: Sendable {
  /// A worker is there, for the first time or again; the epoch of the lease that it holds.
  case connected(worker: String, slot: SlotID, epoch: Epoch?)
  /// This worker has been chosen for the lease; said before the worker can have begun.
  case assigned(worker: String, slot: SlotID, epoch: Epoch)
  case heartbeat(slot: SlotID, epoch: Epoch)
  case progress(TaskProgress)
  /// All tasks of the lease have run; `delivered` follows once their results are durable.
  case computed(slot: SlotID, epoch: Epoch)
  /// Answer with `accepted` or `refused`. After a reconnect the same delivery may come again.
  /// `program`: what the worker computed with, where it is known.
  case delivered(Delivery, worker: String, program: String? = nil)
  /// The worker is confirmed dead, and so is everything that it started. Outcomes cover the tasks that
  /// it had recorded and the one that it was executing; the segment, if any, is sealed and durable.
  case died(slot: SlotID, epoch: Epoch, outcomes: [TaskOutcome], segment: SegmentSeal?)
}
