import Base
import JobModel
import Testing

@testable import CommandLine

@Suite("Names of results")
struct ResultNameTests {
  @Test(
    "patterns match as in a shell",
    arguments: [
      ("*.vtu", "a.vtu", true), ("*.vtu", "a.vtk", false), ("*", "", true), ("a?c", "abc", true),
      ("a?c", "ac", false), ("*a*b*", "xxaxxbxx", true), ("*a*b", "ab ab c", false),
      ("支*", "支架", true),
      ("", "", true), ("", "a", false),
    ])
  func patterns(_ pattern: String, _ name: String, _ matches: Bool) {
    #expect(Pattern(pattern).matches(name) == matches)
  }

  @Test("a hostile pattern is no slower than its length")
  func hostilePattern() {
    let pattern = String(repeating: "*a", count: 200) + "b"
    #expect(!Pattern(pattern).matches(String(repeating: "a", count: 2000)))
  }

  @Test(
    "a job's name becomes a folder's",
    arguments: [
      ("支架-bracket", "支架-bracket"), ("a/b", "a_b"), ("..", "_."), (".hidden", "_hidden"),
      ("", "job"),
      ("tab\there", "tab_here"),
    ])
  func folders(_ name: String, _ folder: String) {
    #expect(Puller.safeComponent(name) == folder)
  }

  @Test("what kernels want to have noticed is said once, with the tasks that have it")
  func notices() throws {
    var notices = ResultNotices()
    for row in [
      #"{"task":1,"summary":{"notices":["thin","hot"]}}"#,
      #"{"task":2,"summary":{"notices":["thin"]}}"#,
      #"{"task":3,"summary":{"notices":[]}}"#, #"{"task":4,"state":"failed"}"#,
    ] {
      notices.add(try JSONValue(parsing: Array(row.utf8), path: "row"))
    }
    #expect(notices.lines(isSingle: false) == ["notice: tasks 1, 2: thin", "notice: task 1: hot"])
    #expect(notices.lines(isSingle: true) == ["notice: thin", "notice: hot"])
  }
}
