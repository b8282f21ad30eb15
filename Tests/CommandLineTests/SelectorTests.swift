import Base
import Client
import JobModel
import Testing

@testable import CommandLine

@Suite("A selector")
struct SelectorTests {
  private static let seventeen = Selector.Jobs.one(.id(JobID(17)))

  @Test(
    "means what it says",
    arguments: [
      ("17", Selector(jobs: seventeen)),
      ("17.fatigue", Selector(jobs: seventeen, step: "fatigue")),
      ("17.4", Selector(jobs: seventeen, tasks: TaskRange(4))),
      ("17.4-9", Selector(jobs: seventeen, tasks: TaskRange(4, 9))),
      ("17.fatigue.4", Selector(jobs: seventeen, step: "fatigue", tasks: TaskRange(4))),
      ("17.疲劳.4-9", Selector(jobs: seventeen, step: "疲劳", tasks: TaskRange(4, 9))),
      ("12-15", Selector(jobs: .range(JobID(12), JobID(15)))),
      ("12-12", Selector(jobs: .range(JobID(12), JobID(12)))),
      ("last", Selector(jobs: .one(.last))),
      ("last.4", Selector(jobs: .one(.last), tasks: TaskRange(4))),
      ("@支架-bracket v1.2", Selector(jobs: .one(.named("支架-bracket v1.2")))),
    ])
  func readings(_ text: String, _ selector: Selector) throws {
    #expect(try Selector(text) == selector)
  }

  @Test(
    "is refused when it means nothing",
    arguments: [
      "", "@", "x", "17.", ".4", "0", "17.0", "15-12", "17.9-4", "12-15.4", "17.a.b", "17.a.4.b",
      "1-2-3", "-3", "+3", "99999999999999999999",
    ])
  func refusals(_ text: String) {
    let message = "'\(text)' names no job; write 17, 17.4, 17.fatigue.4, 12-15, all, last or @name"
    #expect {
      try Selector(text)
    } throws: { error in
      (error as? KilnError)?.description == message
    }
  }
}
