import Base
import JobFiles
import JobModel
import Testing

@Suite("commands with values")
struct CommandSweepTests {
  /// The commands of all tasks, each as its words between bars.
  private func commands(_ words: [String], in folder: String? = nil) throws -> [String] {
    let sweep = try #require(
      try CommandSweep(words, after: []) { file in ["\(file)-1", "\(file)-2"] })
    let job = try JobFileFixture().read(try JobFile.forSweep(sweep, in: folder))
    let step = job.steps[0]
    #expect(step.sweep.count == sweep.count)
    return try (1...step.sweep.count).map { task in
      try TaskInstance(step: step, task: task).command.joined(separator: "|")
    }
  }

  @Test(
    "values, parts of them and their order are those of GNU parallel",
    arguments: [
      (["echo", ":::", "a", "b"], ["echo|a", "echo|b"]),
      (["echo", "{}", "x", ":::", "a"], ["echo|a|x"]),
      (
        ["e", "{2}-{1}", ":::", "a", "b", ":::", "x", "y"],
        ["e|x-a", "e|y-a", "e|x-b", "e|y-b"]
      ),
      (["e", "{}", ":::", "a", "b", ":::+", "x", "y", "z"], ["e|a|x", "e|b|y"]),
      (
        ["e", ":::", "a", "b", ":::+", "x", "y", ":::", "1", "2"],
        ["e|a|x|1", "e|a|x|2", "e|b|y|1", "e|b|y|2"]
      ),
      (["e", "v={}", ":::", "a", ":::", "b"], ["e|v=a b"]),
      (
        ["e", "{.}", "{/}", "{//}", "{/.}", ":::", "d/a.tar.gz", "b", "/r.x"],
        ["e|d/a.tar|a.tar.gz|d|a.tar", "e|b|b|.|b", "e|/r|r.x|/|r"]
      ),
      (
        ["e", "{1.}", "{2/}", "{2//}", ":::", "d/a.txt", ":::", "x/y"], ["e|d/a|y|x"]
      ),
      (["e", "{#}", "{}", ":::", "a", "b"], ["e|1|a", "e|2|b"]),
      (
        ["e", "{#}", "{1}{2}", ":::", "a", "b", ":::", "x", "y"],
        ["e|1|ax", "e|2|ay", "e|3|bx", "e|4|by"]
      ),
      (["e", "{}", "::::", "list"], ["e|list-1", "e|list-2"]),
      (["e", "{x}", "${HOME}", "{0}", "{1}", ":::", "a"], ["e|{x}|${HOME}|{0}|a"]),
      (
        ["e", ":::", "10 N", "007", "true", "", "{y}"],
        ["e|10 N", "e|007", "e|true", "e|", "e|{y}"]
      ),
    ] as [([String], [String])])
  func values(words: [String], expected: [String]) throws {
    #expect(try commands(words) == expected)
  }

  @Test("a text for a shell gets the values as arguments, whatever quotes they stand in")
  func shell() throws {
    #expect(
      try commands(["cat {} '{}' \"{}\" > {/.}.out", ":::", "a b.txt"])
        == [
          "sh|-c|cat \"${1}\" ''\"${1}\"'' \"${1}\" > \"${2}\".out|sh|a b.txt|a b"
        ])
    #expect(try commands(["wc -l", ":::", "x"]) == ["sh|-c|wc -l \"${1}\"|sh|x"])
  }

  @Test("a source that no word uses is a variable, and a folder comes first")
  func surroundings() throws {
    #expect(
      try commands(["e", "{1}", ":::", "a", ":::", "x", "y"], in: "/w")
        == ["env|-C|/w|KILN_ARG2=x|e|a", "env|-C|/w|KILN_ARG2=y|e|a"])
  }

  @Test("a million numbers that follow each other fit into a job")
  func million() throws {
    let sweep = CommandSweep(
      command: ["e"], sources: [.init((1...1_000_000).map(String.init))])
    let source = try JobFile.forSweep(sweep, in: nil)
    #expect(source.utf8.count < 200)
    let step = try JobFileFixture().read(source).steps[0]
    #expect(step.sweep.count == 1_000_000)
    #expect(try TaskInstance(step: step, task: 777_777).command == ["e", "777777"])
  }

  @Test("a source that is not there is an error, no values are no tasks")
  func mistakes() throws {
    #expect(throws: KilnError.self) { try commands(["e", "{3}", ":::", "a"]) }
    #expect(throws: KilnError.self) { try commands([":::", "a"]) }
    let empty = try CommandSweep(["e", ":::"], after: []) { _ in [] }
    #expect(empty?.count == 0)
    #expect(try CommandSweep(["e", "a"], after: []) { _ in [] } == nil)
  }
}
