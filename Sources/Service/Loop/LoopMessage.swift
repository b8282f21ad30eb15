import Base
import Engines
import JobModel
import Store
import Wire

/// What other threads put into the loop's mailbox.
enum LoopMessage: Sendable {
  case report(EngineEvent)
  case submit(PreparedJob, Reply<SubmissionReceipt>)
  case change(JobChange, Reply<ChangeReceipt>)
  case changeRange(JobChange.Verb, JobRange, Reply<RangeReceipt>)
  /// What became of a message; answered once it is durable.
  case settle(NoticeSettlement, Reply<Bool>)
  /// Answered with the tasks whose commands get the signal.
  case signal(JobID, SignalRequest, Reply<ChangeReceipt>)
  case reserve(ReservationChange, Reply<Bool>)
  /// Answered between two turns, from what is durable by then.
  case ask(any LoopQuestion)
  case stop(StopReason)
}

enum StopReason: String, Sendable {
  case signal
  case request
  case idle
  /// The state directory was removed.
  case homeless
}

/// A change of a job that a user asks for.
struct JobChange: Sendable {
  enum Verb: String, CaseIterable, Sendable {
    case cancel
    case hold
    case release
    case retry
  }

  let verb: Verb
  let job: JobID
  let selection: TaskSelection
}

/// A question to the loop's state, with its way back.
protocol LoopQuestion: Sendable {
  func answer(_ state: LoopState)
  func fail(_ error: KilnError)
}

final class Question<Value: Sendable>: LoopQuestion {
  let reply = Reply<Value>()
  private let body: @Sendable (LoopState) -> Value

  init(_ body: @escaping @Sendable (LoopState) -> Value) { self.body = body }

  func answer(_ state: LoopState) { reply.give(.success(body(state))) }
  func fail(_ error: KilnError) { reply.give(.failure(error)) }
}
