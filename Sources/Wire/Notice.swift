import Base
import JobModel

/// Where a message about a job stands; part of `GET /v1/jobs/{id}`.
package struct NoticeStatus: Hashable, Sendable, Codable {
  package enum Delivery: String, Hashable, Sendable, Codable {
    case waiting
    case delivered
    case givenUp = "given_up"
  }

  /// The event's id, the same in every try.
  package var event: String
  package var occasion: NoticeOccasion
  /// Address or command.
  package var target: String
  package var delivery: Delivery
  package var tries: Int
  /// What the last try that failed said.
  package var error: String?

  package init(
    event: String, occasion: NoticeOccasion, target: String, delivery: Delivery, tries: Int,
    error: String?
  ) {
    self.event = event
    self.occasion = occasion
    self.target = target
    self.delivery = delivery
    self.tries = tries
    self.error = error
  }
}
