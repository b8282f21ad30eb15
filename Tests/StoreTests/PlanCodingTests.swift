import Base
import JobModel
import Scheduling
import Testing

@testable import Store

@Suite("plans in the database")
struct PlanCodingTests {
  private let full = StepPlan(
    taskCount: 4, cpus: 2, memory: .mebibytes(64), gpus: Amount(thousandths: 500),
    pools: [.licence("nastran"): .one, .named("press"): Amount(2)], time: Seconds(5),
    retry: .never, dependencies: [Dependency(step: 0, wiring: .gather, condition: .any)],
    estimate: Seconds(0.25), isFresh: true, isCheckpointed: true)
  private let plain = StepPlan(
    taskCount: 1, cpus: 1, memory: .mebibytes(16), estimate: .zero, isFresh: false)

  @Test("a plan comes back as it was, and what it does not ask for is left out")
  func roundTrip() throws {
    let text = JSONText.encode(StoredPlan([full, plain]))
    #expect(try JSONText.decode(StoredPlan.self, text).plans == [full, plain])
    #expect(
      JSONText.encode(StoredPlan([plain])) == """
        {"steps":[{"tasks":1,"cpus":1,"memory":16777216,"retry":{"limited":{"_0":{}}},"estimate":0}]}
        """)
  }

  @Test("a plan that was stored in full reads the same way")
  func earlier() throws {
    let earlier = """
      {"steps":[{"tasks":1,"cpus":1,"memory":16777216,"licences":{},"gpus":0,"pools":{},\
      "retry":{"limited":{"_0":{"lost":3,"failed":0,"signalled":0,"time":0,"memory":0,\
      "memoryGrowth":1.5}}},"needs":[],"estimate":0,"isFresh":false,"isCheckpointed":false}]}
      """
    #expect(try JSONText.decode(StoredPlan.self, earlier).plans == [plain])
  }
}
