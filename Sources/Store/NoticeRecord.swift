import Base
import JobModel
import Wire

/// A message that waits to be sent.
package struct PendingNotice: Hashable, Sendable {
  package var id: Int64
  package var event: String
  package var occasion: NoticeOccasion
  package var job: JobID
  package var way: NoticeTarget.Way
  /// JSON, the same in every try.
  package var body: String
  package var createdAt: Timestamp
  package var tries: Int
}

/// What a try to send a message came to.
package struct NoticeSettlement: Hashable, Sendable {
  package enum Outcome: Hashable, Sendable {
    case delivered
    case failed(String, retryAt: Timestamp)
    case givenUp(String)
  }

  package var id: Int64
  package var outcome: Outcome

  package init(id: Int64, outcome: Outcome) {
    self.id = id
    self.outcome = outcome
  }
}
