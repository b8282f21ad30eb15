import Base

/// The answer to a question that one thread puts to another, given once.
final class Reply<Value: Sendable>: Sendable {
  private let answer = Monitor<Result<Value, KilnError>?>(nil)

  func give(_ result: Result<Value, KilnError>) {
    answer.change { if $0 == nil { $0 = result } }
  }

  func wait() throws(KilnError) -> Value {
    guard let result = answer.wait(until: nil, for: { $0 }) else {
      preconditionFailure("a wait without a deadline has ended without a result")
    }
    return try result.get()
  }
}
