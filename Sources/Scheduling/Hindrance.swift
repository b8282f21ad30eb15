import Base
import JobModel

/// Why a task is not running now; the binding constraint comes first.
package enum Hindrance: Hashable, Sendable {
  case dependency(step: Int, wiring: Wiring, unfinished: Int)
  /// Another job has not come yet to what is waited for; how it stands.
  case job(JobID, JobCondition, JobState)
  case held
  /// All capacity is in use.
  case busy(needsCpus: Int, freeCpus: Int, needsMemory: ByteCount, freeMemory: ByteCount)
  /// Of a licence, of a named pool, or of what may run with a label, too little is left.
  case pool(Pool, needs: Amount, free: Amount, most: Amount)
  /// - `fitting`: how many gpus have enough left; `largest`: the largest part that is left of any.
  case gpus(needs: Amount, fitting: Int, largest: Amount)
  /// It can never be placed: it asks for more than there is.
  case tooLarge(resource: String, needs: String, most: String)
  /// As many tasks of the job run as its `max_running` allows.
  case maxRunning(Int)
  /// Its job is to begin later, or the pause before its next attempt is not over.
  case notBefore(Seconds)
  /// What it would take is reserved for others now, or will be before it is sure to have ended.
  case reservation(String, opensIn: Seconds, endsIn: Seconds)
  /// It would fit, but a task before it needs the room: from a moment on that is known from time
  /// limits, or as soon as enough has ended.
  case keptFor(StepID, startsIn: Seconds?)
  /// Tasks of a lower priority are being stopped for it.
  case makingRoom(leases: Int)
  /// Tasks before it in the order of priority and submission.
  case queue(ahead: Int)
  /// What has not ended when this time is over is stopped.
  case deadline(in: Seconds)
  /// It can never run: another job came to something else than was waited for.
  case forsaken(by: JobID, JobCondition)
  /// It can never run: tasks of a step before it have not succeeded, or, without any, all of them have.
  case refused(by: Int, unsuccessful: Int)
  case running(on: SlotID)
  case ended(EndReason)
}
