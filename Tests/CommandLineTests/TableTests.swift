import Base
import JobModel
import Testing
import TestSupport
import Wire

@testable import CommandLine

@Suite("A table")
struct TableTests {
  private static let now = Timestamp(milliseconds: 1_772_354_040_000)

  private static func jobs() -> [JobSummary] {
    var running = TaskCounts()
    running.running = 2
    running.succeeded = 9
    running.failed = 1
    var done = TaskCounts()
    done.succeeded = 1_000_000
    return [
      JobSummary(
        id: JobID(17), name: "支架-bracket\u{1B}[31m", project: .main, state: .running, priority: 0,
        counts: running, submittedAt: Timestamp(milliseconds: now.milliseconds - 75_000),
        startedAt: Timestamp(milliseconds: now.milliseconds - 60_250), endedAt: nil),
      JobSummary(
        id: JobID(3), name: "a sweep\twith a tab, a \"quote\" and a very long name that goes on",
        project: ProjectName("底盘"), state: .succeeded, priority: 10, counts: done,
        submittedAt: Timestamp(milliseconds: 0), startedAt: Timestamp(milliseconds: 1000),
        endedAt: Timestamp(milliseconds: 3_661_000)),
    ]
  }

  @Test(
    "is written in every form",
    arguments: [
      ("terminal-80", Form.terminal(width: 80, hasColor: false)),
      ("terminal-200-color", Form.terminal(width: 200, hasColor: true)), ("tabs", Form.tabs),
      ("commas", Form.commas), ("json", Form.json),
    ])
  func forms(_ name: String, _ form: Form) {
    let text = JobTable.table(TableTests.jobs(), now: TableTests.now)
      .rendered(as: form, now: TableTests.now)
    expectSnapshot(text, in: "CommandLine", named: "list-\(name)")
  }

  @Test("fits into the terminal by cutting names only", arguments: [60, 80, 100])
  func fits(_ width: Int) {
    let table = JobTable.table(TableTests.jobs(), now: TableTests.now)
    let lines = table.rendered(as: .terminal(width: width, hasColor: false), now: TableTests.now)
      .split(separator: "\n")
    // Without project and running, and with the name cut to 8 columns, it is 73 columns wide.
    for line in lines { #expect(displayWidth(line) <= max(width, 73), "\(line)") }
  }

  @Test("without rows is its header, and an empty array")
  func empty() {
    let table = Table([Column("a"), Column("b", unit: "mm")])
    #expect(table.rendered(as: .tabs, now: TableTests.now) == "a\tb\n")
    #expect(table.rendered(as: .json, now: TableTests.now) == "[]\n")
    #expect(
      table.rendered(as: .terminal(width: 80, hasColor: false), now: TableTests.now)
        == "a  b (mm)\n")
  }

  @Test("of a sweep has axes first, then scalars with their units, in their order")
  func sweep() throws {
    let step = StepDetail(
      name: "", work: "test.sleep", counts: TaskCounts(), resources: Resources(), needs: [],
      axes: ["thickness", "load"])
    var sweep = SweepTable(step: step)
    let rows = [
      #"{"step":0,"task":1,"state":"succeeded","attempt":1,"point":{"thickness":"4 mm","load":1.5},"#
        + #""summary":{"zeta":{"value":2.5,"unit":"kg"},"value":7,"place":[1,2],"note":"好\n"}}"#,
      #"{"step":0,"task":2,"state":"failed(1)","attempt":2,"point":{"thickness":"5 mm","load":2},"#
        + #""summary":null}"#,
    ]
    for row in rows { try sweep.add(try JSONValue(parsing: Array(row.utf8), path: "row")) }
    let table = sweep.takeTable()
    #expect(
      table.rendered(as: .commas, now: TableTests.now)
        == "task,state,thickness,load,value,zeta (kg),note\r\n1,succeeded,4 mm,1.5,7,2.5,\"好\n\"\r\n"
        + "2,failed(1),5 mm,2,,,\r\n")
  }

  @Test("of a sweep has a cell where it belongs, whichever scalars a task has, in whatever order")
  func unevenSummaries() throws {
    let step = StepDetail(
      name: "", work: "test.sleep", counts: TaskCounts(), resources: Resources(), needs: [],
      axes: ["load"])
    var sweep = SweepTable(step: step)
    for (task, summary) in [#"{"b":1}"#, #"{"a":2,"value":3,"b":4}"#, #"{"value":5,"a":6}"#]
      .enumerated()
    {
      let row =
        #"{"task":\#(task + 1),"state":"succeeded","point":{"load":7},"summary":\#(summary)}"#
      try sweep.add(try JSONValue(parsing: Array(row.utf8), path: "row"))
    }
    let table = sweep.takeTable()
    #expect(
      table.rendered(as: .tabs, now: TableTests.now)
        == "task\tstate\tload\tvalue\tb\ta\n1\tsucceeded\t7\t\t1\t\n"
        + "2\tsucceeded\t7\t3\t4\t2\n3\tsucceeded\t7\t5\t\t6\n")
    #expect(
      table.rendered(as: .json, now: TableTests.now)
        == #"[{"task":1,"state":"succeeded","load":7,"value":null,"b":1,"a":null},"#
        + #"{"task":2,"state":"succeeded","load":7,"value":3,"b":4,"a":2},"#
        + #"{"task":3,"state":"succeeded","load":7,"value":5,"b":null,"a":6}]"# + "\n")
  }
}
