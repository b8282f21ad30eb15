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
  let program: WorkerProgram
  let startedAt: Timestamp
  let leavesWhenIdle: Bool

  init(
    state: StateDirectory, store: Store, capacity: Capacity, program: WorkerProgram,
    leavesWhenIdle: Bool
  ) {
    self.program = program
    self.state = state
    self.store = store
    self.capacity = capacity
    self.leavesWhenIdle = leavesWhenIdle
    mailbox = Mailbox()
    followers = Followers()
    startedAt = .now()
  }
}
