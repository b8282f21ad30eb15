import Base
import Engines
import Glibc
import JobModel
import Results
import Testing
import Wire

@Suite(.timeLimit(.minutes(10)))
struct LeaseTests {
  @Test("a lease of three tasks is delivered with a summary for each")
  func delivery() throws {
    let world = try PoolWorld()
    let grant = world.grant(.kernel("test.sleep"), tasks: TaskRange(1, 3))
    let delivery = try world.deliver(grant)
    #expect(delivery.outcomes.map(\.tasks) == [TaskRange(1, 3)])
    #expect(delivery.outcomes.map(\.reason) == [.succeeded])
    let records = try world.records(delivery.segment)
    #expect(records.map(\.task) == [1, 2, 3])
    #expect(records.map(\.attempt) == [1, 1, 1])
    for task in 1...3 {
      let summary = try world.text("summary.json", task: task, in: delivery.segment)
      #expect(summary?.hasPrefix(#"{"kernel":"test.sleep","value":\#(task),"#) == true)
    }
    world.pool.accepted(grant.epoch)
    let worker = try world.worker(of: grant)
    try until("the spool is gone") {
      unsafe access(world.state.spool(worker: worker), F_OK) != 0
    }
  }
}
