import Base
import JobModel
import Store
import Wire

/// What waits for the loop: filled by any thread, emptied by the loop in one go.
final class Mailbox: Sendable {
  private struct Content {
    var messages: [LoopMessage] = []
    var isClosed = false
  }

  private let content = Monitor(Content())

  private static let closed = KilnError(
    .unreachable, "the server is stopping", fix: "try again in a moment")

  /// After the loop has ended, what needs an answer gets a refusal.
  func post(_ message: LoopMessage) {
    let isClosed = content.change { content in
      if !content.isClosed { content.messages.append(message) }
      return content.isClosed
    }
    if isClosed { message.refuse(Mailbox.closed) }
  }

  /// All messages, waited for until the deadline; empty when it passes.
  func take(until deadline: Instant) -> [LoopMessage] {
    content.wait(until: deadline) { content in
      guard !content.messages.isEmpty else { return nil }
      defer { content.messages = [] }
      return content.messages
    } ?? []
  }

  func close() {
    let rest = content.change { content in
      defer { content = Content(messages: [], isClosed: true) }
      return content.messages
    }
    for message in rest { message.refuse(Mailbox.closed) }
  }

  // MARK: Questions of other threads

  func ask<Value: Sendable>(
    _ body: @escaping @Sendable (LoopState) -> Value
  ) throws(KilnError) -> Value {
    let question = Question(body)
    post(.ask(question))
    return try question.reply.wait()
  }

  func submit(_ job: PreparedJob) throws(KilnError) -> SubmissionReceipt {
    let reply = Reply<SubmissionReceipt>()
    post(.submit(job, reply))
    return try reply.wait()
  }

  func settle(_ settlement: NoticeSettlement) throws(KilnError) {
    let reply = Reply<Bool>()
    post(.settle(settlement, reply))
    _ = try reply.wait()
  }

  func reserve(_ change: ReservationChange) throws(KilnError) {
    let reply = Reply<Bool>()
    post(.reserve(change, reply))
    _ = try reply.wait()
  }

  func change(_ change: JobChange) throws(KilnError) -> ChangeReceipt {
    let reply = Reply<ChangeReceipt>()
    post(.change(change, reply))
    return try reply.wait()
  }

  func change(_ verb: JobChange.Verb, _ range: JobRange) throws(KilnError) -> RangeReceipt {
    let reply = Reply<RangeReceipt>()
    post(.changeRange(verb, range, reply))
    return try reply.wait()
  }
}

extension Mailbox {
  func signal(_ job: JobID, _ request: SignalRequest) throws(KilnError) -> ChangeReceipt {
    let reply = Reply<ChangeReceipt>()
    post(.signal(job, request, reply))
    return try reply.wait()
  }
}

extension LoopMessage {
  fileprivate func refuse(_ error: KilnError) {
    switch self {
    case .submit(_, let reply): reply.give(.failure(error))
    case .change(_, let reply), .signal(_, _, let reply): reply.give(.failure(error))
    case .changeRange(_, _, let reply): reply.give(.failure(error))
    case .settle(_, let reply): reply.give(.failure(error))
    case .reserve(_, let reply): reply.give(.failure(error))
    case .ask(let question): question.fail(error)
    case .report, .stop: break
    }
  }
}
