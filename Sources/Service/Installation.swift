import Base
import JobModel
import Scheduling
import Store
import Wire

/// What handlers work with: the queue, the loop, and where everything lies.
final class Installation: Sendable {
  let state: StateDirectory
  let store: Store
  let mailbox: Mailbox
  let followers: Followers
  let capacity: Capacity
  let startedAt: Timestamp
  let leavesWhenIdle: Bool

  init(
    state: StateDirectory, store: Store, capacity: Capacity, leavesWhenIdle: Bool
  ) {
    self.state = state
    self.store = store
    self.capacity = capacity
    self.leavesWhenIdle = leavesWhenIdle
    mailbox = Mailbox()
    followers = Followers()
    startedAt = .now()
  }
}
